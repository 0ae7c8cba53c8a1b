import { failure, type Result, success } from '../../base/result.ts';
import { LineIndex } from './line-index.ts';
import type { MemoryFile, TextRange } from './memory-file.ts';
import { parseMemoryFile } from './parse-memory-file.ts';
import { allSections, atMargin, contentEnd, type Mark, marksOf, ownEnd, type Piece } from './pieces.ts';
import { entriesOf, isListItem, lineEndOf, withLineEnds, withoutHole } from './splice.ts';

/** Where pieces are put: behind everything, at the end of a section of this title, or behind an entry. */
export type Spot =
  | { readonly kind: 'end' }
  | { readonly kind: 'section'; readonly title: string; readonly line?: number }
  | { readonly kind: 'after'; readonly entryId: string };

export interface MoveProblem {
  /** `inside-itself`: the place is part of what moves; `not-found`: the place is gone; `swallowed`: another piece would change. */
  readonly kind: 'inside-itself' | 'not-found' | 'swallowed';
  readonly message: string;
}

export interface Taken {
  readonly text: string;
  /** Where an offset of the old text stands in the new one; undefined inside what was taken. */
  readonly offsetAfter: (offset: number) => number | undefined;
}

export interface Placed {
  readonly text: string;
  /** Zero-based first line of each piece, in their order. */
  readonly lines: readonly number[];
}

/** Pieces in the order of the text; one that stands inside another goes with it. */
export function outermost(pieces: readonly Piece[]): readonly Piece[] {
  const ordered = [...pieces].sort((a, b) => a.range.start - b.range.start || b.range.end - a.range.end);
  const kept: Piece[] = [];
  for (const piece of ordered) {
    const last = kept.at(-1);
    if (last === undefined || piece.range.start >= last.range.end) kept.push(piece);
  }
  return kept;
}

/**
 * The text without the pieces, which come from {@link outermost}. What stays keeps its bytes and its meaning: where
 * two neighbours would run together a blank line stays between them.
 */
export function takePieces(file: MemoryFile, pieces: readonly Piece[]): Result<Taken, MoveProblem> {
  const groups = neighbours(file.text, pieces);
  const expected = marksOf(file).filter(({ start }) => !pieces.some(({ range }) => holds(range, start)));
  const lineEnd = lineEndOf(file.text);
  for (const left of ['', lineEnd, lineEnd + lineEnd]) {
    const taken = cut(file.text, groups, left);
    if (isAsExpected(taken.text, expected)) return success(taken);
  }
  return failure({
    kind: 'swallowed',
    message: 'what stands around it would be read differently without it',
  });
}

/** Where in the text a spot is; undefined where the file has no such section or entry. */
export function spotOffset(file: MemoryFile, spot: Spot): number | undefined {
  switch (spot.kind) {
    case 'end':
      return contentEnd(file.text, 0, file.text.length);
    case 'section': {
      const named = allSections(file.sections).filter((one) => one.depth > 0 && one.title === spot.title);
      const section = named.find(({ line }) => line === spot.line) ?? named[0];
      return section === undefined ? undefined : ownEnd(file.text, section);
    }
    case 'after':
      return entriesOf(file).find(({ id }) => id === spot.entryId)?.range.end;
  }
}

/**
 * Where a section of this depth may stand for a spot: behind the innermost section around the spot that it cannot
 * become a part of by accident, so that it takes no entries of others under its heading.
 */
export function behindSection(file: MemoryFile, offset: number, depth: number): number {
  const around = allSections(file.sections).filter(
    (one) => one.depth <= depth && one.range.start <= offset && offset <= one.range.end,
  );
  const end = around.at(-1)?.range.end ?? file.text.length;
  return contentEnd(file.text, 0, end);
}

/**
 * The text with the pieces behind an offset, which is an end of an entry, a heading or all content. Their line ends
 * become those of the text, list items stand at the margin. Refused where a piece would not come out as itself,
 * because the text before it is an open fence or comment, say.
 */
export function placePieces(
  text: string,
  offset: number,
  pieces: readonly Piece[],
): Result<Placed, MoveProblem> {
  const lineEnd = lineEndOf(text);
  const blocks = pieces.map((piece) => withLineEnds(blockText(piece), text));
  const file = parseMemoryFile(text);
  const before = marksOf(file);
  const previous = entryBefore(file, offset);
  const moved = pieces.flatMap(marksOfPiece);
  const expected = [
    ...before.filter(({ start }) => start < offset),
    ...moved,
    ...before.filter(({ start }) => start >= offset),
  ];
  for (const gapBefore of gapsBefore(text.slice(0, offset), { previous, block: blocks[0] ?? '', lineEnd })) {
    for (const gapAfter of gapsAfter(text.slice(offset), blocks.at(-1) ?? '', lineEnd)) {
      const placed = join(text, offset, { gapBefore, blocks, gapAfter, lineEnd });
      if (isAsExpected(placed.text, expected)) return success(placed);
    }
  }
  return failure({
    kind: 'swallowed',
    message: 'it would become part of what stands there; an open code fence or comment may be the reason',
  });
}

function blockText({ kind, text }: Piece): string {
  return kind === 'entry' && isListItem(text) ? atMargin(text) : text;
}

function marksOfPiece(piece: Piece): readonly Mark[] {
  if (piece.kind === 'section') return marksOf(parseMemoryFile(piece.text));
  // As an entry alone: the same marks as in its file, whatever a parser would make of its text without neighbours.
  return [{ start: 0, text: `- ${atMargin(piece.text.replace(/\r\n?/g, '\n'))}` }];
}

function isAsExpected(text: string, expected: readonly Mark[]): boolean {
  const found = marksOf(parseMemoryFile(text));
  return (
    found.length === expected.length && found.every((mark, index) => mark.text === expected[index]?.text)
  );
}

/** Pieces with nothing but blank lines between them leave as one. */
function neighbours(text: string, pieces: readonly Piece[]): readonly TextRange[] {
  const groups: { start: number; end: number }[] = [];
  for (const { range } of pieces) {
    const last = groups.at(-1);
    if (last !== undefined && /^\s*$/.test(text.slice(last.end, range.start))) last.end = range.end;
    else groups.push({ ...range });
  }
  return groups;
}

function cut(text: string, groups: readonly TextRange[], left: string): Taken {
  const cuts = groups.map((group) => atEnd(text, withoutHole(text, group)));
  let rest = '';
  let position = 0;
  for (const { start, end } of cuts) {
    rest += text.slice(position, start) + left;
    position = end;
  }
  const offsetAfter = (offset: number): number | undefined => {
    let shift = 0;
    for (const [index, { start, end }] of cuts.entries()) {
      if (offset <= start) break;
      // Behind what was taken, in its line end: the place where it stood.
      if (offset < end) return offset < (groups[index]?.end ?? end) ? undefined : start + shift;
      shift += left.length - (end - start);
    }
    return offset + shift;
  };
  return { text: rest + text.slice(position), offsetAfter };
}

/** What leaves at the end of a text takes the blank lines before it along. */
function atEnd(text: string, range: TextRange): TextRange {
  if (range.end < text.length) return range;
  const blank = /(\r\n|\r|\n)((?:[ \t]*(?:\r\n|\r|\n))+)$/.exec(
    text.slice(Math.max(0, range.start - 200), range.start),
  );
  return { start: range.start - (blank?.[2]?.length ?? 0), end: range.end };
}

interface Joint {
  readonly gapBefore: string;
  readonly blocks: readonly string[];
  readonly gapAfter: string;
  readonly lineEnd: string;
}

function join(text: string, offset: number, { gapBefore, blocks, gapAfter, lineEnd }: Joint): Placed {
  let result = text.slice(0, offset);
  const starts: number[] = [];
  for (const [index, block] of blocks.entries()) {
    const previous = blocks[index - 1];
    if (previous === undefined) result += gapBefore;
    else result += isSameList(previous, block) ? lineEnd : lineEnd + lineEnd;
    starts.push(result.length);
    result += block;
  }
  result += gapAfter + text.slice(offset);
  const lines = new LineIndex(result);
  return { text: result, lines: starts.map((start) => lines.lineAt(start)) };
}

interface Gap {
  readonly previous: string;
  readonly block: string;
  readonly lineEnd: string;
}

function gapsBefore(head: string, { previous, block, lineEnd }: Gap): readonly string[] {
  if (/^\uFEFF?$/.test(head)) return [''];
  const blank = lineEnd + lineEnd;
  return isSameList(previous, block) ? [lineEnd, blank] : [blank];
}

/** The text of the entry that ends right before an offset; empty where something else does. */
function entryBefore(file: MemoryFile, offset: number): string {
  const entry = entriesOf(file).findLast(({ range }) => range.end <= offset);
  if (entry === undefined || /\S/.test(file.text.slice(entry.range.end, offset))) return '';
  return entry.text;
}

function gapsAfter(tail: string, block: string, lineEnd: string): readonly string[] {
  if (tail === '') return [lineEnd];
  if (/^[ \t]*(?:\r\n|\r|\n)[ \t]*(?:[\r\n]|$)/.test(tail) || /^[ \t]*(?:\r\n|\r|\n)$/.test(tail))
    return ['', lineEnd];
  const next = /^[ \t]*(?:\r\n|\r|\n)?([^\r\n]*)/.exec(tail)?.[1] ?? '';
  return isSameList(block, next) ? ['', lineEnd] : [lineEnd, ''];
}

/** Items of one list: the same bullet, or numbers with the same mark. Others need a blank line between them. */
function isSameList(one: string, other: string): boolean {
  const mark = (text: string) =>
    /^ {0,3}(?:([-*+])|\d{1,9}([.)]))(?=[ \t]|$)/m.exec(text.split(/[\r\n]/)[0] ?? '');
  const [first, second] = [mark(one), mark(other)];
  if (first === null || second === null) return false;
  return (first[1] ?? first[2]) === (second[1] ?? second[2]);
}

function holds({ start, end }: TextRange, offset: number): boolean {
  return start <= offset && offset < end;
}
