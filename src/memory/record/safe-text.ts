/**
 * Makes text of unknown origin (commit messages, code comments, tags) safe to stand in Markdown that agents
 * load: nothing in it can hide, import a file, open an HTML block or break out of its line or fence.
 * Every function is idempotent, so that rendering what was parsed gives the same bytes again.
 */

/** Characters a person cannot see or that reorder what is seen, tab and line feed excepted. */
const hidden = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029]/gu;

/** Scripts that need a zero-width (non-)joiner between letters to be spelled right. */
const joined =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}]/u;

const pictograph = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\u{FE0F}/u;

/** Control, invisible and direction characters are replaced by their visible code, e.g. `‹U+202E›`. */
export function showHidden(text: string): string {
  const lines = text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(/\u00A0/g, ' ');
  return lines.replace(hidden, (character, offset: number) => {
    if (character === '\n' || character === '\t') return character;
    if (mayStay(character, lines, offset)) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `‹U+${code}›`;
  });
}

/** The same characters as `\\uXXXX`, for text that is JSON already: nothing of it is lost. Line feeds stay. */
export function escapeHidden(json: string): string {
  return json.replace(hidden, (character) =>
    character === '\n'
      ? character
      : [...character]
          .flatMap((one) => one.split(''))
          .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          .join(''),
  );
}

function mayStay(character: string, text: string, offset: number): boolean {
  const before = lastCharacter(text.slice(Math.max(0, offset - 2), offset));
  const next = String.fromCodePoint(text.codePointAt(offset + character.length) ?? 0x20);
  if (character === '\u{FE0F}') return /\p{Emoji}/u.test(before);
  if (character === '\u200D' && pictograph.test(before)) return pictograph.test(next);
  if (character === '\u200C' || character === '\u200D') return joined.test(before) && joined.test(next);
  return false;
}

function lastCharacter(text: string): string {
  return [...text].at(-1) ?? '';
}

/**
 * One line of Markdown from any text. White space is collapsed. Code spans stay where they are balanced;
 * otherwise every backtick becomes an apostrophe, so that what is code and what is text is never in doubt.
 * Outside spans `@path` (which Claude Code would import) is put into a span and HTML is escaped.
 */
export function safeLine(text: string): string {
  return safeInline(showHidden(text).replace(/\s+/g, ' ').trim());
}

function safeInline(line: string): string {
  const settled = hasPlainSpans(line) ? line : line.replace(/`/g, "'");
  const pieces = settled.split('`');
  const out = pieces.map((piece, index) =>
    index % 2 === 1 ? safeCode(piece) : safeProse(piece, index > 0, index < pieces.length - 1),
  );
  return out.join('`').replace(/~{3,}/g, "'''");
}

/** Only single backticks, an even number, none escaped and no empty span: CommonMark then pairs them in order. */
function hasPlainSpans(line: string): boolean {
  return line.split('`').length % 2 === 1 && !/``|\\`/.test(line);
}

function safeCode(code: string): string {
  return dropMarkers(code.replace(/<(?=!)/g, '&lt;'));
}

const importLike = /(^|[^A-Za-z0-9])(@[A-Za-z0-9._~/-][A-Za-z0-9._~/+@-]*)/g;

function safeProse(prose: string, afterSpan: boolean, beforeSpan: boolean): string {
  const escaped = dropMarkers(prose.replace(/<(?=[A-Za-z/!?])/g, '&lt;'));
  return escaped.replace(importLike, (whole, lead: string, target: string, offset: number) => {
    const kept = target.replace(/[.]+$/, '') || target;
    const rest = target.slice(kept.length);
    // A backtick beside a backtick would make a longer delimiter and shift every span after it.
    const space = lead === '' && afterSpan && offset === 0 ? ' ' : '';
    const last = offset + whole.length === escaped.length && rest === '';
    return `${lead}${space}\`${kept}\`${rest}${last && beforeSpan ? ' ' : ''}`;
  });
}

function dropMarkers(text: string): string {
  return text.replace(/varve:(?=begin|end)/gi, 'varve ');
}

const fenceStart = /^(`{3,})([^`]*)$|^(~{3,})(.*)$/;

/**
 * Several lines of Markdown from any text. Code fences that start at the margin stay, an open one is closed;
 * fences elsewhere lose their marks, because where such a fence ends depends on what stands around it.
 */
export function safeBody(text: string): string {
  const out: string[] = [];
  let fence: string | undefined;
  for (const line of showHidden(text).split('\n')) {
    const start = fenceStart.exec(line);
    const marks = start?.[1] ?? start?.[3];
    if (fence !== undefined) {
      if (closes(line, fence)) fence = undefined;
      out.push(safeCode(line).trimEnd());
    } else if (marks !== undefined) {
      fence = marks;
      out.push(safeCode(line).trimEnd());
    } else out.push(safeBodyLine(line));
  }
  if (fence !== undefined) out.push(fence);
  return out.join('\n').replace(/^\n+/, '').trimEnd();
}

function closes(line: string, fence: string): boolean {
  const trimmed = line.trimEnd();
  return trimmed.length >= fence.length && trimmed === fence.charAt(0).repeat(trimmed.length);
}

function safeBodyLine(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  return indent + safeInline(line.slice(indent.length).trimEnd());
}

/** Cuts to at most `max` UTF-16 units at a word, with `…` where something was cut; the result is a safe line. */
export function shorten(text: string, max: number): string {
  const line = safeLine(text);
  if (line.length <= max) return line;
  const head = line.slice(0, max - 1);
  const space = head.lastIndexOf(' ');
  const cut = (space > max / 2 ? head.slice(0, space) : head).replace(/[\uD800-\uDBFF]$/, '');
  const whole = cut.split('`').length % 2 === 1 ? cut : cut.slice(0, cut.lastIndexOf('`'));
  return `${whole.replace(/[\s,;:–—-]+$/, '')}…`;
}

const wordsOfYaml = /^(?:~|null|true|false|yes|no|on|off|y|n|\.nan|[-+]?\.inf)$/i;
const numberOfYaml = /^[-+]?[\d.][\d_.:eExXoOa-fA-F+-]*$/;

/**
 * The text as a YAML plain scalar that reads back as itself. What YAML would give a meaning is reworded, not
 * quoted, because other tools re-stamp this YAML in place and keep plain scalars best: `: ` becomes ` – `,
 * ` #12` becomes ` no. 12`, leading indicators go, a lone number or keyword gets typographic quotes.
 */
export function plainScalar(text: string, max = 240): string {
  let line = text;
  // Taking one thing away can bring the next to the start, so it is repeated until nothing changes any more.
  for (let round = 0; round < 8; round++) {
    const next = plainOnce(shorten(line, max));
    if (next === line) break;
    line = next;
  }
  if (line === '') return 'Untitled';
  return wordsOfYaml.test(line) || numberOfYaml.test(line) ? `‘${line}’` : line;
}

function plainOnce(line: string): string {
  return line
    .replace(/:+(?=\s|$)/g, ' –')
    .replace(/\s#+(?=\d)/g, ' no. ')
    .replace(/\s#+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^\[([^\]]*)\]/, '($1)')
    .replace(/^"([^"]*)"/, '“$1”')
    .replace(/^'([^']*)'/, '‘$1’')
    .replace(/^`@?([^`]*)`/, '$1')
    .replace(/^[-?:,[\]{}#&*!|>'"%@`=<\s–]+/, '')
    .replace(/[\s–]+$/, '');
}
