import { Lexer, type Token, type Tokens } from 'marked';

// The lexer takes quadratic time for some inline marks: the sum of the squares of what it is given is bounded.
const MAX_INLINE_COST = 1_000_000_000;
const MAX_UNITS = 1024 * 1024;

/** Type of a token that stands for a whole block, its code blanked out. */
export const MASKED = 'masked';

/**
 * The tokens in which Claude Code 2.1.330 looks for imports: CommonMark without the GitHub extensions (a table is a
 * paragraph, `~~` is text), marks within lines taken apart where an `@` stands. Line ends must be `\n`. Undefined for
 * text that is too large or nested too deeply for the lexer; what is too costly within a block stays one text.
 */
export function lexForImports(text: string): readonly Token[] | undefined {
  if (text.length > MAX_UNITS) return undefined;
  try {
    const lexer = new Lexer({ gfm: false });
    const tokens = lexer.blockTokens(text);
    let left = MAX_INLINE_COST;
    for (const { src, tokens: into } of lexer.inlineQueue) {
      if (!src.includes('@')) continue;
      left -= src.length ** 2;
      if (left >= 0) lexer.inlineTokens(src, into);
      else into.push({ type: MASKED, raw: src, text: maskCodeSpans(src) });
    }
    return tokens.reduce((sum, token) => sum + token.raw.length, 0) === text.length ? tokens : undefined;
  } catch {
    // Nesting deeper than the stack.
    return undefined;
  }
}

/** What a token consists of, or undefined for one that is not taken apart further. */
export function partsOf(token: Token): readonly Token[] | undefined {
  if (token.type === 'list') return (token as Tokens.List).items.flatMap((item) => item.tokens);
  return token.type === 'image' ? undefined : (token as Tokens.Generic).tokens;
}

/** Same length, so that offsets stay. A run of backticks closes at the next run of the same length, else it is text. */
export function maskCodeSpans(text: string): string {
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
    masked += text.slice(done, run.start) + text.slice(run.start, closer).replace(/[^\n]/g, ' ');
    done = closer;
  }
  return masked + text.slice(done);
}

function closingRuns(
  runs: readonly { readonly start: number; readonly end: number }[],
): (number | undefined)[] {
  const endByLength = new Map<number, number>();
  const closers = runs.toReversed().map(({ start, end }) => {
    const closer = endByLength.get(end - start);
    endByLength.set(end - start, end);
    return closer;
  });
  return closers.toReversed();
}
