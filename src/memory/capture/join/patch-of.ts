import { sha256 } from '../../../base/hash.ts';
import { ulidFrom } from '../../../base/ids.ts';
import type { Candidate, ChangeSet } from '../change-set.ts';

/** What stands for a commit in evidence: its patch id, its tree where it has no patch of its own. */
export function patchOf(changeSet: ChangeSet): string {
  return changeSet.patchId === '' ? `tree:${changeSet.tree}` : changeSet.patchId;
}

/**
 * Time: the author date. Chance: hash of rule, subject and patch id (of the tree where a commit has no patch of its
 * own), so nothing in it depends on the clone, the committer or the branch.
 */
export function captureId(candidate: Pick<Candidate, 'rule' | 'subject'>, changeSet: ChangeSet): string {
  const seed = sha256([candidate.rule, candidate.subject, patchOf(changeSet)].join('\0'));
  return ulidFrom(changeSet.authorDate, Buffer.from(seed, 'hex'));
}

/** A document from the tree, which no commit of the look brought: it is identified by its content. */
export function importedPatch(path: string, blob: string): string {
  return `blob:${sha256(`${path}\0${blob}`).slice(0, 40)}`;
}

export function isImported(changeSet: ChangeSet): boolean {
  return changeSet.patchId.startsWith('blob:');
}
