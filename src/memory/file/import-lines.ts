import type { Token, Tokens } from 'marked';
import { replaceComments } from './html-comments.ts';
import { lexForImports, MASKED, maskCodeSpans, partsOf } from './import-tokens.ts';
import { leadingYaml } from './injected-start.ts';
import type { LineIndex } from './line-index.ts';
import type { MarkdownBlock } from './markdown-blocks.ts';
import type { ImportLine } from './memory-file.ts';
import { TokenLocator } from './token-locator.ts';

// Far more than anybody imports: what follows in such a file is not looked for.
const MAX_FOUND = 20_000;
const IMPORT = /(?<=^|\s)@((?:[^\s\\]|\\ )+)/g;

/**
 * Every `@path` that Claude Code 2.1.330 would import: at the start of a piece of text or after white space, so also
 * right behind an emphasis mark, in a link's text and beside a closed HTML comment; never in code, other HTML, an
 * image or a link's target. A `#fragment` is cut off and `\ ` is a space.
 */
export function findImports(text: string, blocks: readonly MarkdownBlock[], lines: LineIndex): ImportLine[] {
  const from = leadingYaml(text)?.bodyStart ?? (text.startsWith('\uFEFF') ? 1 : 0);
  if (!text.includes('@', from)) return [];
  const tokens = lexForImports(text.slice(from).replace(/\r\n?/g, '\n'));
  if (tokens === undefined) return findWithoutTokens(text, blocks, lines);
  const found: ImportLine[] = [];
  let at = from;
  for (const token of tokens) {
    if (found.length > MAX_FOUND) break;
    const range = { start: at, end: advance(text, at, token.raw.length) };
    at = range.end;
    if (token.raw.includes('@')) collect(token, { found, lines, locator: new TokenLocator(text, range) });
  }
  return found;
}

// The lexer sees CRLF as one unit.
function advance(text: string, from: number, units: number): number {
  let at = from;
  for (let left = units; left > 0; left -= 1) at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
  return at;
}

interface Collecting {
  readonly found: ImportLine[];
  readonly lines: LineIndex;
  readonly locator: TokenLocator;
}

function collect(token: Token, collecting: Collecting): void {
  const parts = partsOf(token);
  if (parts !== undefined) {
    for (const part of parts) collect(part, collecting);
    return;
  }
  // What holds no import is walked over, so that what follows is found after it, not in it.
  const places = collecting.locator.locate(token.raw);
  for (const { written, start } of importsIn(token)) {
    const target = targetOf(written);
    if (target === undefined) continue;
    const range = places(start, start + written.length + 1);
    collecting.found.push({ target, range, line: collecting.lines.lineAt(range.start) });
  }
}

interface Written {
  readonly written: string;
  /** In the token as it was written. */
  readonly start: number;
}

function importsIn(token: Token): Written[] {
  if (token.type === MASKED) return matchesIn((token as Tokens.Generic)['text']);
  // As written: an entity is no `@` yet.
  if (token.type === 'text') return matchesIn(token.raw);
  if (token.type !== 'html' || !/^\s*<!--[\s\S]*?-->/.test(token.raw)) return [];
  let from = 0;
  return matchesIn(replaceComments(token.raw, () => '')).map(({ written }) => {
    const start = token.raw.indexOf(`@${written}`, from);
    from = start + written.length + 1;
    return { written, start };
  });
}

function matchesIn(text: string): Written[] {
  const found: Written[] = [];
  for (const match of text.matchAll(IMPORT)) {
    found.push({ written: match[1] ?? '', start: match.index });
    if (found.length > MAX_FOUND) break;
  }
  return found;
}

function targetOf(written: string): string | undefined {
  const target = (written.split('#')[0] ?? '').replaceAll('\\ ', ' ');
  return /^(?:\.\/|~\/|\/.|[A-Za-z0-9._-])/.test(target) ? target : undefined;
}

// Text that the lexer cannot take: its blocks are pieces of text, with code spans and comments masked.
function findWithoutTokens(text: string, blocks: readonly MarkdownBlock[], lines: LineIndex): ImportLine[] {
  return blocks.flatMap(({ token, range, offsetAt }) => {
    if (token.type === 'code' || !token.raw.includes('@')) return [];
    const masked = replaceComments(maskCodeSpans(token.raw), (comment) => ' '.repeat(comment.length));
    return matchesIn(masked).flatMap(({ written, start }) => {
      const target = targetOf(written);
      if (target === undefined || range.end > text.length) return [];
      const place = { start: offsetAt(start), end: offsetAt(start + written.length + 1) };
      return [{ target, range: place, line: lines.lineAt(place.start) }];
    });
  });
}
