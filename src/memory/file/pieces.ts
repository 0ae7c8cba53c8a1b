import { LineIndex } from './line-index.ts';
import type { MemoryFile, Section, TextRange } from './memory-file.ts';
import { entriesOf } from './splice.ts';

/** What names a piece within its file: an entry by its id, a section by its heading. */
export type PieceName =
  | { readonly entryId: string }
  /** `line` is zero-based; a section that moved within its file is found by its title where only one has it. */
  | { readonly section: { readonly line: number; readonly title: string } };

/** An entry, or a section with its heading and all that stands under it, without blank lines around it. */
export interface Piece {
  readonly kind: 'entry' | 'section';
  /** Depth of the heading of a section; 0 for an entry. */
  readonly depth: number;
  readonly range: TextRange;
  readonly text: string;
  readonly label: string;
  /** Title of the section it stands in (its own for a section); empty before the first heading. */
  readonly title: string;
}

/** One heading or entry with where it begins. The marks of all of a file, in order, say whether an edit did more than it should. */
export interface Mark {
  readonly start: number;
  readonly text: string;
}

/** Finds a piece; undefined where the file has none of that name any more. */
export function findPiece(file: MemoryFile, name: PieceName): Piece | undefined {
  if ('section' in name) {
    const section = findSection(file, name.section);
    return section === undefined ? undefined : sectionPiece(file.text, section);
  }
  for (const section of allSections(file.sections)) {
    const entry = section.entries.find(({ id }) => id === name.entryId);
    if (entry === undefined) continue;
    const { range, text, label } = entry;
    return { kind: 'entry', depth: 0, range, text, label, title: section.title };
  }
  return undefined;
}

/** The entry or the heading that stands on a line (zero-based). */
export function pieceNameAtLine(file: MemoryFile, line: number): PieceName | undefined {
  const lines = new LineIndex(file.text);
  const entry = entriesOf(file).find(
    ({ line: first, range }) => first <= line && line <= lines.lineAt(Math.max(range.start, range.end - 1)),
  );
  if (entry !== undefined) return { entryId: entry.id };
  const section = allSections(file.sections).find((one) => one.depth > 0 && one.line === line);
  return section === undefined ? undefined : { section: { line, title: section.title } };
}

/** All sections of a file, parents before children. */
export function allSections(sections: readonly Section[]): readonly Section[] {
  return sections.flatMap((section) => [section, ...allSections(section.sections)]);
}

/** Where what a section holds itself ends: before its first subsection, blank lines left out. */
export function ownEnd(text: string, section: Section): number {
  const end = section.sections[0]?.range.start ?? section.range.end;
  return contentEnd(text, section.range.start, end);
}

/** The end of the last line that is not blank between two offsets; `start` where there is none. */
export function contentEnd(text: string, start: number, end: number): number {
  return start + text.slice(start, end).replace(/[ \t\r\n]+$/, '').length;
}

/** Headings and entries of a file in order, line ends and outer indentation made equal. */
export function marksOf(file: MemoryFile): readonly Mark[] {
  return allSections(file.sections)
    .flatMap((section) => [
      ...(section.depth === 0 ? [] : [{ start: section.range.start, text: headingMark(section) }]),
      ...section.entries.map(({ range, text }) => ({ start: range.start, text: entryMark(text) })),
    ])
    .sort((a, b) => a.start - b.start);
}

/** The text of an entry whose first line is indented, moved to the margin; nested lines keep their distance. */
export function atMargin(text: string): string {
  const indent = /^ {1,3}(?=[^ \t\r\n])/.exec(text)?.[0].length ?? 0;
  if (indent === 0) return text;
  return text.replace(new RegExp(`^ {1,${indent}}`, 'gm'), '');
}

function headingMark({ depth, title }: Section): string {
  return `${'#'.repeat(depth)} ${title}`;
}

function entryMark(text: string): string {
  return `- ${atMargin(text.replace(/\r\n?/g, '\n'))}`;
}

function findSection(
  file: MemoryFile,
  { line, title }: { readonly line: number; readonly title: string },
): Section | undefined {
  const named = allSections(file.sections).filter((one) => one.depth > 0 && one.title === title);
  return named.find((one) => one.line === line) ?? (named.length === 1 ? named[0] : undefined);
}

function sectionPiece(text: string, section: Section): Piece {
  const { start, end } = section.range;
  const range = { start, end: contentEnd(text, start, end) };
  const { title, depth } = section;
  return { kind: 'section', depth, range, text: text.slice(range.start, range.end), label: title, title };
}
