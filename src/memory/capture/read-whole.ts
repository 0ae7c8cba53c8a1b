import { changelogPackage } from './document/changelog.ts';
import { documentPath } from './document/document-place.ts';
import { isReadByRules } from './rules.ts';

/** One test for each kind of file whose rules need more than the changed lines; each costs a read of two blobs. */
const wanted: readonly ((path: string) => boolean)[] = [
  isReadByRules,
  (path) => documentPath(path) !== undefined,
  (path) => changelogPackage(path) !== undefined,
];

/** Whether a change set brings the whole text of this file, before and after. */
export function isReadWhole(path: string): boolean {
  return wanted.some((isWanted) => isWanted(path));
}
