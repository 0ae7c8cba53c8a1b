import type { TextRange } from './memory-file.ts';

// A line that is not found costs a search to the end of the text.
const MAX_MISSES = 50;

interface FoundLine {
  readonly leafStart: number;
  readonly textStart: number;
  readonly length: number;
}

/** Where a span of a located text stands in the file. */
export type Places = (start: number, end: number) => TextRange;

/**
 * The lexer hands out nested blocks without their indentation and quote marks: their lines are found again, in
 * order, in the text of the top-level block.
 */
export class TokenLocator {
  readonly #text: string;
  readonly #range: TextRange;
  #cursor: number;
  #misses = 0;

  constructor(text: string, range: TextRange) {
    this.#text = text;
    this.#range = range;
    this.#cursor = range.start;
  }

  /** Finds the next occurrence of a text that the lexer handed out, behind everything located before. */
  locate(leaf: string): Places {
    const found: FoundLine[] = [];
    let leafStart = 0;
    for (const line of leaf.split('\n')) {
      const trimmed = line.trim();
      const indent = line.length - line.trimStart().length;
      const textStart = trimmed === '' ? -1 : this.#find(trimmed);
      if (textStart >= 0) {
        found.push({ leafStart: leafStart + indent, textStart, length: trimmed.length });
        this.#cursor = textStart + trimmed.length;
      }
      leafStart += line.length + 1;
    }
    return (start, end) => {
      const line = found[lastIndexUpTo(found, start)];
      if (line === undefined || end > line.leafStart + line.length) return this.#range;
      return { start: line.textStart + start - line.leafStart, end: line.textStart + end - line.leafStart };
    };
  }

  #find(line: string): number {
    if (this.#misses > MAX_MISSES) return -1;
    const at = this.#text.indexOf(line, this.#cursor);
    if (at >= 0 && at + line.length <= this.#range.end) return at;
    this.#misses += 1;
    return -1;
  }
}

function lastIndexUpTo(found: readonly FoundLine[], leafOffset: number): number {
  let low = -1;
  let high = found.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((found[middle]?.leafStart ?? 0) <= leafOffset) low = middle;
    else high = middle - 1;
  }
  return low;
}
