import type { CheckedFile, CheckRule, Finding } from '../check-input.ts';

const maxPerFile = 20;

/** Formatting characters, tags, private use and controls that nobody sees; tab, line ends and a leading BOM are fine. */
const hidden =
  /(?:[\u00ad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufff9-\ufffb\u0000-\u0008\u000b\u000e-\u001f\u007f-\u0084\u0086-\u009f]|(?<!^)\ufeff|[\u{e0000}-\u{e0fff}])+/gu;
const reordering = /[\u202a-\u202e\u2066-\u2069]/;
const tags = /[\u{e0000}-\u{e0fff}]/u;
const emoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{1f1e6}-\u{1f1ff}]\ufe0f?$/u;
const rightToLeft = /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;
/** Scripts spelled with zero-width joiners. */
const joined =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Thai}\p{Script=Lao}\p{Script=Myanmar}]/u;

export const invisibleCharacters: CheckRule = {
  name: 'invisible-characters',
  severity: 'warning',
  summary: 'There are characters that a person does not see and an agent reads.',
  help: 'Invisible text can carry orders that no reviewer notices: tag characters and direction marks that reorder what is seen are errors, other invisible characters warnings. Emoji, flags and the joiners that some scripts need are fine.',
  find: ({ files }) => files.flatMap(findingsIn),
};

function findingsIn(file: CheckedFile): readonly Finding[] {
  const { text } = file.file;
  const found: Finding[] = [];
  let left = 0;
  for (const match of text.matchAll(hidden)) {
    const kind = kindOf(match[0], text, match.index);
    if (kind === undefined) continue;
    if (found.length >= maxPerFile) left += 1;
    else found.push(findingFor(file, match[0], match.index, kind));
  }
  if (left > 0) {
    const message = `${left} more places with invisible characters. Have an editor show them, or take the text from a source you trust.`;
    found.push({ path: file.path, message });
  }
  return found;
}

interface Kind {
  readonly severity: 'error' | 'warning';
  readonly what: string;
}

function kindOf(run: string, text: string, at: number): Kind | undefined {
  const before = text.slice(Math.max(0, at - 4), at);
  const after = text.slice(at + run.length, at + run.length + 4);
  if (tags.test(run)) {
    // A flag of a region: a black flag, tag letters, the end tag.
    if (/\u{1f3f4}$/u.test(before) && /^[\u{e0020}-\u{e007e}]{1,10}\u{e007f}$/u.test(run)) return undefined;
    return { severity: 'error', what: 'Hidden tag characters, which can spell text that only machines read' };
  }
  if (reordering.test(run)) {
    const isForScript = rightToLeft.test(lineAround(text, at));
    if (isForScript) return undefined;
    return { severity: 'error', what: 'Direction marks that make text look other than it reads' };
  }
  if (/^[\u200c\u200d]$/.test(run)) {
    if (emoji.test(before)) return undefined;
    if (joined.test(before) || joined.test(after)) return undefined;
  }
  if (/^[\u200e\u200f\u061c]+$/.test(run) && rightToLeft.test(lineAround(text, at))) return undefined;
  // ESC and its like, and soft hyphens, zero-width spaces, byte order marks in the middle.
  return { severity: 'warning', what: 'Invisible characters' };
}

function findingFor(file: CheckedFile, run: string, at: number, { severity, what }: Kind): Finding {
  const range = file.at({ start: at, end: at + run.length });
  const title = 'Take the invisible characters out';
  return {
    path: file.path,
    range,
    severity,
    message: `${what}: ${codes(run)}. Take them out.`,
    fixes: [{ kind: 'replace', title, path: file.path, range, text: '' }],
  };
}

function codes(run: string): string {
  const all = [...run].map(
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return all.length <= 4 ? all.join(' ') : `${all.slice(0, 3).join(' ')} and ${all.length - 3} more`;
}

function lineAround(text: string, at: number): string {
  const start = Math.max(text.lastIndexOf('\n', at) + 1, at - 500);
  const end = text.indexOf('\n', at);
  return text.slice(start, Math.min(end < 0 ? text.length : end, at + 500));
}
