import { replaceComments } from '../file/html-comments.ts';
import type { MemoryFile, TextRange } from '../file/memory-file.ts';

/** One line of a memory file, front matter and comments blanked out. */
export interface TextLine {
  readonly text: string;
  /** Offset of its first unit in the file. */
  readonly start: number;
  /** Set within a fenced code block: its language in lower case (may be empty) and which block it is. */
  readonly fence?: { readonly language: string; readonly block: number };
}

/** A piece of inline code, or the target of a link. */
export interface Mention {
  readonly text: string;
  readonly range: TextRange;
}

const fenceMark = /^[\s>]*(?:[-*+]\s+|\d{1,9}[.)]\s+)?(`{3,}|~{3,})\s*([^\s`]*)/;
// A line longer than this is data, not prose; looking for marks in it would only cost time.
const maxLine = 4_000;

/** The lines of a file in order; fence marks themselves are left out. Linear in the length of the text. */
export function linesOf(file: MemoryFile): readonly TextLine[] {
  const lines: TextLine[] = [];
  let open: { mark: string; language: string; block: number } | undefined;
  let block = 0;
  for (const { text, start } of splitLines(blanked(file))) {
    const mark = fenceMark.exec(text);
    if (open === undefined && mark !== null) {
      block += 1;
      open = { mark: mark[1] ?? '```', language: (mark[2] ?? '').toLowerCase(), block };
    } else if (open !== undefined && closes(text, open.mark)) open = undefined;
    else if (open === undefined) lines.push({ text, start });
    else lines.push({ text, start, fence: { language: open.language, block: open.block } });
  }
  return lines;
}

/** Inline code of a line of prose, marks left out. */
export function codeSpans(line: TextLine): readonly Mention[] {
  if (line.fence !== undefined || line.text.length > maxLine || !line.text.includes('`')) return [];
  return [...line.text.matchAll(/(?<!`)(`+)(?!`)([^`]+|[^`][\s\S]*?[^`])\1(?!`)/g)].map((match) => {
    const [, marks = '', inner = ''] = match;
    const lead = inner.length - inner.trimStart().length;
    const start = line.start + match.index + marks.length + lead;
    const text = inner.trim();
    return { text, range: { start, end: start + text.length } };
  });
}

/** Targets of links and of link definitions in a line of prose; pictures too. */
export function linkTargets(line: TextLine): readonly Mention[] {
  if (line.fence !== undefined || line.text.length > maxLine || !line.text.includes(']')) return [];
  const prose = line.text.replace(/(`+)[^`]+\1/g, (code) => ' '.repeat(code.length));
  const found = prose.matchAll(
    /\]\(\s*<?([^()\s<>]+)>?(?:\s+["'(][^)]*)?\s*\)|^\s{0,3}\[[^\]]+\]:\s*<?([^\s<>]+)/g,
  );
  return [...found].map((match) => {
    const text = match[1] ?? match[2] ?? '';
    const start = line.start + match.index + match[0].indexOf(text, match[0].indexOf(']') + 1);
    return { text, range: { start, end: start + text.length } };
  });
}

function blanked({ text, frontMatter }: MemoryFile): string {
  const start = frontMatter?.range.end ?? 0;
  return blank(text.slice(0, start)) + replaceComments(text.slice(start), blank);
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}

function splitLines(text: string): readonly { readonly text: string; readonly start: number }[] {
  const lines: { text: string; start: number }[] = [];
  let start = 0;
  for (const match of text.matchAll(/\r\n|\r|\n/g)) {
    lines.push({ text: text.slice(start, match.index), start });
    start = match.index + match[0].length;
  }
  lines.push({ text: text.slice(start), start });
  return lines;
}

function closes(text: string, mark: string): boolean {
  const trimmed = text.replace(/^[\s>]+/, '').trimEnd();
  return trimmed.length >= mark.length && trimmed === mark.charAt(0).repeat(trimmed.length);
}
