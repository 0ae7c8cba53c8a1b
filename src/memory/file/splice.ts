import { failure, type Result, success } from '../../base/result.ts';
import type { Entry, MemoryFile, Section, TextRange } from './memory-file.ts';

/** Replace the units of `range` by `replacement`; everything else stays as it is. */
export interface Splice {
  readonly range: TextRange;
  readonly replacement: string;
}

export interface Spliced {
  readonly text: string;
  /** Applied to `text`, gives back the text before, unit for unit. */
  readonly undo: Splice;
}

export interface SpliceProblem {
  readonly kind: 'not-found';
  readonly message: string;
}

/** Applies a splice. A range beyond the text is cut to it. */
export function applySplice(text: string, { range, replacement }: Splice): Spliced {
  const start = Math.min(Math.max(0, range.start), text.length);
  const end = Math.min(Math.max(start, range.end), text.length);
  return {
    text: text.slice(0, start) + replacement + text.slice(end),
    undo: { range: { start, end: start + replacement.length }, replacement: text.slice(start, end) },
  };
}

export function replaceRange(text: string, range: TextRange, replacement: string): Spliced {
  return applySplice(text, { range, replacement });
}

/** Replaces an entry's text; line ends of the replacement become those of the file. */
export function editEntry(
  file: MemoryFile,
  entryId: string,
  replacement: string,
): Result<Spliced, SpliceProblem> {
  const entry = findEntry(file, entryId);
  if (entry === undefined) return failure(notFound(entryId));
  // Its own text is left as it is, also where the file mixes line ends.
  const text = replacement === entry.text ? replacement : withLineEnds(replacement, file.text);
  return success(replaceRange(file.text, entry.range, text));
}

/** Puts an entry after another one: list items follow directly, other blocks after a blank line. */
export function insertEntry(
  file: MemoryFile,
  afterId: string,
  entry: string,
): Result<Spliced, SpliceProblem> {
  const after = findEntry(file, afterId);
  if (after === undefined) return failure(notFound(afterId));
  const lineEnd = lineEndOf(file.text);
  const gap = isListItem(after.text) && isListItem(entry) ? lineEnd : lineEnd + lineEnd;
  const at = { start: after.range.end, end: after.range.end };
  const text = withLineEnds(entry.replace(/^(?:[ \t]*[\r\n])+|\s+$/g, ''), file.text);
  return success(replaceRange(file.text, at, gap + text));
}

/** Takes an entry out together with its line end, and with the blank lines behind it where blank lines stand before it. */
export function removeEntry(file: MemoryFile, entryId: string): Result<Spliced, SpliceProblem> {
  const entry = findEntry(file, entryId);
  if (entry === undefined) return failure(notFound(entryId));
  return success(replaceRange(file.text, withoutHole(file.text, entry.range), ''));
}

/** The range to cut so that no hole stays: with its line end, and with the blank lines behind it where such stand before it. */
export function withoutHole(text: string, { start, end }: TextRange): TextRange {
  const rest = text.slice(end);
  const lineEnd = /^[ \t]*(?:\r\n|\r|\n|$)/.exec(rest)?.[0].length ?? 0;
  const blankLines = /^(?:[ \t]*(?:\r\n|\r|\n))*/.exec(rest.slice(lineEnd))?.[0].length ?? 0;
  const isApart = /(?:^|\n|\r)[ \t]*(?:\r\n|\r|\n)$|^\uFEFF?$/.test(
    text.slice(Math.max(0, start - 200), start),
  );
  return { start, end: end + lineEnd + (isApart ? blankLines : 0) };
}

/** All entries of a file in order. */
export function entriesOf(file: MemoryFile): Entry[] {
  return file.sections.flatMap(entriesOfSection);
}

/** The line end a text uses first, LF where it has none. */
export function lineEndOf(text: string): string {
  return /\r\n|\r|\n/.exec(text)?.[0] ?? '\n';
}

function entriesOfSection(section: Section): Entry[] {
  return [...section.entries, ...section.sections.flatMap(entriesOfSection)];
}

function findEntry(file: MemoryFile, id: string): Entry | undefined {
  return entriesOf(file).find((entry) => entry.id === id);
}

/** A text with the line ends of another one. */
export function withLineEnds(replacement: string, text: string): string {
  return replacement.replace(/\r\n|\r|\n/g, lineEndOf(text));
}

export function isListItem(text: string): boolean {
  return /^\s*(?:[-*+]|\d{1,9}[.)])(?:\s|$)/.test(text);
}

function notFound(id: string): SpliceProblem {
  return { kind: 'not-found', message: `The file has no entry ${id} any more. Reload it and try again.` };
}
