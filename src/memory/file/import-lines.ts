import type { Token, Tokens } from 'marked';
import { replaceComments } from './html-comments.ts';
import type { LineIndex } from './line-index.ts';
import type { MarkdownBlock } from './markdown-blocks.ts';
import type { ImportLine, TextRange } from './memory-file.ts';

const IMPORT = /(?<=^|\s)@((?:[^\s\\]|\\ )+)/g;

/**
 * Every `@path` that Claude Code 2.1.330 would import: at the start of a text or after white space, outside
 * code spans, code blocks and HTML comments. A `#fragment` is cut off and `\ ` is a space.
 */
export function findImports(text: string, blocks: readonly MarkdownBlock[], lines: LineIndex): ImportLine[] {
  return blocks.flatMap(({ token, range }) => {
    if (!token.raw.includes('@')) return [];
    const locator = new Locator(text, range);
    return leaves(token).flatMap((leaf) => importsOf(leaf, locator, lines));
  });
}

interface Leaf {
  readonly text: string;
  /** Code is walked over, so that what follows is found after it, not in it. */
  readonly isCode: boolean;
}

function leaves(token: Token): Leaf[] {
  switch (token.type) {
    case 'code':
      return [{ text: token.raw, isCode: true }];
    case 'html':
      return [{ text: replaceComments(token.raw, blank), isCode: false }];
    case 'table':
      return tableCells(token as Tokens.Table).map((cell) => ({ text: cell.text, isCode: false }));
    case 'list':
      return (token as Tokens.List).items.flatMap((item) => item.tokens.flatMap(leaves));
    case 'blockquote':
      return (token as Tokens.Blockquote).tokens.flatMap(leaves);
    case 'paragraph':
    case 'text':
    case 'heading':
      return [{ text: token.raw, isCode: false }];
    default:
      return [];
  }
}

function tableCells(table: Tokens.Table): readonly Tokens.TableCell[] {
  return [...table.header, ...table.rows.flat()];
}

function importsOf(leaf: Leaf, locator: Locator, lines: LineIndex): ImportLine[] {
  const places = locator.locate(leaf.text);
  if (leaf.isCode || !leaf.text.includes('@')) return [];
  return [...maskInline(leaf.text).matchAll(IMPORT)].flatMap((match) => {
    const target = targetOf(match[1] ?? '');
    if (target === undefined) return [];
    const range = places(match.index, match.index + match[0].length);
    return [{ target, range, line: lines.lineAt(range.start) }];
  });
}

function targetOf(written: string): string | undefined {
  const target = (written.split('#')[0] ?? '').replaceAll('\\ ', ' ');
  return /^(?:\.\/|~\/|\/.|[A-Za-z0-9._-])/.test(target) ? target : undefined;
}

// Same length, so that offsets stay. Emphasis is masked too: `**@file.md**` imports file.md.
function maskInline(text: string): string {
  return replaceComments(maskCodeSpans(text), blank).replace(/\*+/g, blank);
}

// A run of backticks closes at the next run of the same length, else it is text.
function maskCodeSpans(text: string): string {
  const runs = [...text.matchAll(/`+/g)].map(({ index, 0: run }) => ({
    start: index,
    end: index + run.length,
  }));
  const closers = closingRuns(runs);
  let masked = '';
  let done = 0;
  for (const [index, run] of runs.entries()) {
    const closer = closers[index];
    if (run.start < done || closer === undefined || text[run.start - 1] === '\\') continue;
    masked += text.slice(done, run.start) + blank(text.slice(run.start, closer));
    done = closer;
  }
  return masked + text.slice(done);
}

function closingRuns(runs: readonly TextRange[]): (number | undefined)[] {
  const endByLength = new Map<number, number>();
  const closers = runs.toReversed().map(({ start, end }) => {
    const closer = endByLength.get(end - start);
    endByLength.set(end - start, end);
    return closer;
  });
  return closers.toReversed();
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

interface FoundLine {
  readonly leafStart: number;
  readonly textStart: number;
  readonly length: number;
}

type Places = (start: number, end: number) => TextRange;

// The lexer hands out nested blocks without their indentation and quote marks: their lines are found again, in
// order, in the text of the top-level block.
class Locator {
  readonly #text: string;
  readonly #range: TextRange;
  #cursor: number;

  constructor(text: string, range: TextRange) {
    this.#text = text;
    this.#range = range;
    this.#cursor = range.start;
  }

  locate(leaf: string): Places {
    const found: FoundLine[] = [];
    let leafStart = 0;
    for (const line of leaf.split('\n')) {
      const trimmed = line.trim();
      const indent = line.length - line.trimStart().length;
      const textStart = trimmed === '' ? -1 : this.#text.indexOf(trimmed, this.#cursor);
      if (textStart >= 0 && textStart + trimmed.length <= this.#range.end) {
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
