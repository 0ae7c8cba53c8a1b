import { Lexer, type Token } from 'marked';
import type { TextRange } from './memory-file.ts';

// Beyond this a file is no longer taken apart by the Markdown lexer: it is hand-written text no more.
const MAX_UNITS = 1024 * 1024;

/** A top-level block: what the lexer says of it, and where it stands in the text as it is on disk. */
export interface MarkdownBlock {
  readonly token: Token;
  readonly range: TextRange;
  /** Offset in the text for an offset in `token.raw`, where every line end is one unit. */
  readonly offsetAt: (rawOffset: number) => number;
}

export interface MarkdownBlocks {
  readonly blocks: readonly MarkdownBlock[];
  readonly problem?: string;
}

/**
 * Top-level blocks from `from` to the end, without gaps, in order. Never throws: text the lexer cannot take
 * (deeply nested, very large) is split at blank lines, and `problem` says so. Inline marks are not lexed: the
 * lexer takes quadratic time for some, and nothing here needs them.
 */
export function lexBlocks(text: string, from: number): MarkdownBlocks {
  const source = text.slice(from);
  const normalised = source.replace(/\r\n?/g, '\n');
  const toOffset = offsetMap(source, from);
  const { tokens, problem } = lexOrSplit(normalised);
  const blocks: MarkdownBlock[] = [];
  let at = 0;
  for (const token of tokens) {
    const start = at;
    at += token.raw.length;
    const range = { start: toOffset(start), end: toOffset(at) };
    blocks.push({ token, range, offsetAt: (rawOffset) => toOffset(start + rawOffset) });
  }
  return problem === undefined ? { blocks } : { blocks, problem };
}

function lexOrSplit(text: string): { tokens: readonly Token[]; problem?: string } {
  if (text.length > MAX_UNITS) {
    return {
      tokens: splitAtBlankLines(text),
      problem: 'The file is too large to be taken apart: its blocks are split at blank lines.',
    };
  }
  try {
    const tokens = new Lexer({ gfm: true }).blockTokens(text);
    if (tokens.reduce((sum, token) => sum + token.raw.length, 0) === text.length) return { tokens };
  } catch {
    // Nesting deeper than the stack: the plain split below still shows the text.
  }
  return {
    tokens: splitAtBlankLines(text),
    problem: 'The Markdown is nested too deeply: its blocks are split at blank lines.',
  };
}

function splitAtBlankLines(text: string): Token[] {
  return text
    .split(/(?<=\n[ \t]*\n)(?=[ \t]*\S)/)
    .filter((raw) => raw !== '')
    .map((raw) => ({ type: 'paragraph', raw, text: raw, tokens: [] }));
}

// The lexer sees CRLF as one unit: its offsets are moved on by the CRLFs before them.
function offsetMap(source: string, from: number): (normalised: number) => number {
  if (!source.includes('\r\n')) return (normalised) => from + normalised;
  const ends: number[] = [];
  for (const match of source.matchAll(/\r\n/g)) ends.push(match.index - ends.length);
  return (normalised) => from + normalised + countBelow(ends, normalised);
}

function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
