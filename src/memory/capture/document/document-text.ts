import { readLines } from './document-lines.ts';
import { type Field, readMetadata } from './document-metadata.ts';

export interface Section {
  /** Without marks and numbers, as written. */
  readonly heading: string;
  /** 1 is the document's own. */
  readonly depth: number;
  readonly lines: readonly string[];
}

/** A document as sections and fields, whatever it is written in: Markdown, AsciiDoc or reStructuredText. */
export interface DocumentText {
  /** Front matter, attributes, labels and table rows before the first section; the first of a name counts. */
  readonly fields: readonly Field[];
  /** The first one is what stands before all headings, or below the title. */
  readonly sections: readonly Section[];
}

/** Never throws; text without any structure is one section without a heading. */
export function readDocumentText(path: string, text: string): DocumentText {
  const { fields, rest } = readMetadata(text);
  const sections = sectionsOf(readLines(path, rest));
  const [head, below] = sections;
  const opening = [...(head?.lines ?? []), ...(head?.heading === '' ? (below?.lines ?? []) : [])];
  return { fields: [...fields, ...fieldsOf(opening.slice(0, 60))], sections };
}

function sectionsOf(lines: ReturnType<typeof readLines>): readonly Section[] {
  const sections: { heading: string; depth: number; lines: string[] }[] = [
    { heading: '', depth: 0, lines: [] },
  ];
  for (const line of lines) {
    if (line.depth === undefined) sections.at(-1)?.lines.push(line.text);
    else sections.push({ heading: line.text, depth: line.depth, lines: [] });
  }
  return sections;
}

const label =
  /^\s*(?:>\s*)*(?:[-*+•]\s+)?(?:\[[ x]\]\s+)?[*_]*([\p{L}][\p{L}\p{M}\p{N} /'’-]{0,40}?)[*_]*\s*[:：][*_]*(?:\s+|(?<=：)|(?<=[*_])|$)(.*)$/u;
const rstField = /^:([\p{L}][\p{L}\p{M} _/-]{0,40}):\s*(.*)$/u;
const row = /^\s*\|?\s*([^|]{1,60}?)\s*\|\s*([^|]*?)\s*\|?\s*$/;

/** `Status: accepted`, `* **Date**: …`, `:status: …` and rows of two cells. */
export function fieldsOf(lines: readonly string[]): readonly Field[] {
  return lines.flatMap((line): readonly Field[] => {
    const found = rstField.exec(line) ?? label.exec(line) ?? (line.includes('|') ? row.exec(line) : null);
    const name = found?.[1]?.replace(/[*_`]/g, '').trim().toLowerCase() ?? '';
    const value = found?.[2]?.trim() ?? '';
    return name === '' ? [] : [{ name, value }];
  });
}
