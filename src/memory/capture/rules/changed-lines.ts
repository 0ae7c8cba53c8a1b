import type { Candidate, ChangedFile, ChangedLine, ChangeSet } from '../change-set.ts';
import { commitNature } from '../commit-nature.ts';
import { isLockFile, isPassedOver, isSource } from '../passed-over.ts';
import { isToldEnough, saysAnyOf, tellingOf } from './telling.ts';

/** A rule that a table of line forms makes: what a changed line shows, and the words by which a message is about it. */
export interface LineForm {
  readonly id: string;
  readonly label: string;
  readonly line: RegExp;
  readonly path?: RegExp;
  readonly words: readonly string[];
}

const configuration =
  /\.(?:ya?ml|toml|json|ini|conf|cfg|env|properties|xml|hcl|tf)$|(?:^|\/)(?:nginx|Caddyfile|Dockerfile)[^/]*$/i;
const test = /(?:^|\/)(?:tests?|__tests__|specs?|e2e)\/|[._-](?:test|spec)s?\.\w+$/i;

export interface FoundForm {
  readonly form: LineForm;
  readonly file: ChangedFile;
  readonly line: ChangedLine;
  readonly isAdded: boolean;
}

/** The first changed line of each form, added before removed. Lines that only moved are left out. */
export function formsIn(changeSet: ChangeSet, forms: readonly LineForm[]): readonly FoundForm[] {
  if (commitNature(changeSet) !== 'ordinary' || changeSet.files.length > 200) return [];
  const files = changeSet.files.filter(
    ({ path }) =>
      (isSource(path) || configuration.test(path)) &&
      !test.test(path) &&
      !isPassedOver(path) &&
      !isLockFile(path),
  );
  const added = bare(files.flatMap((file) => file.added));
  const removed = bare(files.flatMap((file) => file.removed));
  return forms.flatMap((form): readonly FoundForm[] => {
    for (const isAdded of [true, false]) {
      for (const file of files.filter(({ path }) => form.path?.test(path) ?? true)) {
        const moved = isAdded ? removed : added;
        const line = (isAdded ? file.added : file.removed).find(
          ({ text }) => text.length <= 500 && form.line.test(text) && !moved.has(text.trim()),
        );
        if (line !== undefined) return [{ form, file, line, isAdded }];
      }
    }
    return [];
  });
}

function bare(lines: readonly ChangedLine[]): ReadonlySet<string> {
  return new Set(lines.map((line) => line.text.trim()));
}

/** A candidate where the message is about the form and gives the reason for its change. */
export function toldForm(changeSet: ChangeSet, rule: string, found: FoundForm): Candidate | undefined {
  const { form, file, line, isAdded } = found;
  const telling = tellingOf(changeSet, saysAnyOf(form.words), false);
  if (!isToldEnough(telling, 'reason') || telling.why === undefined) return undefined;
  return {
    rule,
    kind: 'decision',
    subject: `${form.id}:${file.path}`,
    title: telling.title ?? `${form.label} changed in ${file.path}`,
    why: telling.why,
    reason: `${file.path} ${isAdded ? 'gained' : 'lost'} a line about ${form.label}, and the message says why.`,
    confidence: 0.7,
    paths: [file.path],
    ...(isAdded ? { line: { path: file.path, line: line.line, text: line.text.trim() } } : {}),
  };
}
