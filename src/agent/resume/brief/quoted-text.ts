import { redact } from '../../../base/secrets.ts';
import { formatMarkdownCode } from '../../../memory/hierarchy/inert-markdown.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';

/** Longer texts are looked at up to here: a brief says the beginning of things. */
const LOOKED_AT = 16_384;

/**
 * Words of a session on one line of Markdown, at most `units` UTF-16 units long before marks are escaped. Nothing in
 * them is a heading, a link, HTML, an import (`@path`), hidden or a citation of ours: `[t12]` becomes `\[t12\]`. What
 * looks like a secret is taken out.
 */
export function inertWords(text: string, units: number): string {
  const line = redact(showHidden(text.slice(0, LOOKED_AT)))
    .replace(/\s+/g, ' ')
    .trim();
  return cutAt(line, units)
    .replace(/`/g, "'")
    .replace(/[“”]/g, "'")
    .replace(/[\\*[\]<>#|~@]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|&(?=#?\w+;)/gu, '\\$&')
    .replace(/:(?=\/\/)/g, '\\:')
    .replace(/(?<=www)\./gi, '\\.');
}

/** The same between quotation marks, which stand in nothing that is quoted. */
export function quotedWords(text: string, units: number): string {
  return `“${inertWords(text, units)}”`;
}

/**
 * A path or a command as code on one line. What looks like our citation loses its bracket (`‹t12]`), and what a program
 * would take for a file to bring along its mark (`‹@›/etc/passwd`; `@scope/name` stays).
 */
export function inertCode(text: string, units: number): string {
  const line = redact(showHidden(text.slice(0, LOOKED_AT)))
    .replace(/\s+/g, ' ')
    .trim();
  return formatMarkdownCode(withoutMarks(cutAt(line, units)));
}

/** Lines of a command's output for a fence of ours: each behind a bar, so that none begins like Markdown. */
export function inertOutput(text: string, lines: number, units: number): readonly string[] {
  const end = text.slice(-LOOKED_AT);
  // What begins in the middle of a line may be half a secret.
  const whole = end.length < text.length ? end.slice(end.indexOf('\n') + 1) : end;
  return redact(showHidden(whole))
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-lines)
    .map((line) => `| ${withoutMarks(cutAt(line.trimEnd(), units))}`);
}

/** Raw text is searched for citations too, by programs and models: inside code nothing may look like one. */
function withoutMarks(text: string): string {
  return text
    .replace(/\[(?=(?:t\d|git |record |disk\]|notes\]))/gi, '‹')
    .replace(/(?<![\p{L}\p{N}])@(?=[/~.\\])/gu, '‹@›');
}

/** At a word where there is one near, with `…`; never inside a surrogate pair. */
export function cutAt(text: string, units: number): string {
  if (text.length <= units) return text;
  const head = text.slice(0, Math.max(0, units - 1));
  const space = head.lastIndexOf(' ');
  const kept = space > units * 0.7 ? head.slice(0, space) : head;
  return `${kept.replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}
