import { expandBraces, splitList } from '../expand-braces.ts';
import { isInside, relativePath } from '../places.ts';

const MAX_PATTERNS = 200;
const MAX_PATTERN_UNITS = 512;

/** How a program reads the patterns of its rules. */
export interface PatternStyle {
  /**
   * Where a pattern starts: `base` always there; `slash` there only if it has a slash, else at any depth (as in a
   * `.gitignore`); `anywhere` at any depth.
   */
  readonly anchor: 'base' | 'slash' | 'anywhere';
  readonly ignoreCase?: boolean;
}

/** Patterns as written in front matter: a list, or one text with commas between them. Anything else gives none. */
export function patternsOf(value: unknown): readonly string[] {
  const written = Array.isArray(value) ? value : [value];
  return written.flatMap((item) => (typeof item === 'string' ? splitList(item) : [])).slice(0, MAX_PATTERNS);
}

/**
 * The first of `targets` (absolute) that one of the patterns matches, read from `base`. Time grows with the product of
 * the lengths, whatever the pattern: there is no backtracking over more than the last `*`.
 */
export function findTarget(
  patterns: readonly string[],
  { base, targets, style }: { base: string; targets: readonly string[]; style: PatternStyle },
): string | undefined {
  const compiled = compile(patterns, style);
  return targets.find((target) => {
    const path = relativePath(base, target);
    if (path === '' || !isInside(target, base)) return false;
    const names = (style.ignoreCase ? path.toLowerCase() : path).split('/');
    return compiled.some((pattern) => matchParts(pattern, names));
  });
}

function compile(patterns: readonly string[], { anchor, ignoreCase }: PatternStyle): string[][] {
  const expanded = patterns.flatMap((pattern) =>
    pattern.length > MAX_PATTERN_UNITS ? [] : expandBraces(pattern, MAX_PATTERNS),
  );
  return expanded.slice(0, MAX_PATTERNS).map((pattern) => {
    const cased = ignoreCase ? pattern.toLowerCase() : pattern;
    const parts = cased
      .replace(/^(?:\.?\/)+/, '')
      .replace(/\/$/, '/**')
      // What is in a directory, not the directory.
      .replace(/(?<=^|\/)\*\*$/, '**/*')
      .split('/');
    const isFree = anchor === 'anywhere' || (anchor === 'slash' && parts.length === 1);
    return isFree && !/^\.?\//.test(cased) ? ['**', ...parts] : parts;
  });
}

function matchParts(pattern: readonly string[], names: readonly string[]): boolean {
  return matchSequence(pattern, names, {
    isStar: (part) => part === '**',
    isMatch: matchName,
  });
}

type NameToken = '*' | { readonly characters: string; readonly isNegated: boolean; readonly isAny: boolean };

function matchName(pattern: string, name: string): boolean {
  return matchSequence(nameTokens(pattern), [...name], {
    isStar: (token) => token === '*',
    isMatch: (token, character) =>
      token !== '*' && (token.isAny || token.characters.includes(character) !== token.isNegated),
  });
}

function nameTokens(pattern: string): NameToken[] {
  const tokens: NameToken[] = [];
  for (const [piece] of pattern.matchAll(/\\[\s\S]|\[[!^]?[^\]]+\]|\*+|[\s\S]/gu)) {
    if (piece.startsWith('*')) tokens.push('*');
    else if (piece === '?') tokens.push({ characters: '', isNegated: false, isAny: true });
    else if (piece.length > 2 && piece.startsWith('[')) tokens.push(characterClass(piece.slice(1, -1)));
    else tokens.push({ characters: piece.replace(/^\\/, ''), isNegated: false, isAny: false });
  }
  return tokens;
}

function characterClass(body: string): NameToken {
  const isNegated = /^[!^]/.test(body);
  const characters = body
    .slice(isNegated ? 1 : 0)
    .replace(/(.)-(.)/gu, (_range, from: string, to: string) => spanOf(from, to));
  return { characters, isNegated, isAny: false };
}

function spanOf(from: string, to: string): string {
  const [first, last] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
  const length = Math.min(256, Math.max(0, last - first + 1));
  return Array.from({ length }, (_unused, index) => String.fromCodePoint(first + index)).join('');
}

// The classic match with one remembered star: it suffices, as an earlier star can take over nothing a later cannot.
function matchSequence<Token, Item>(
  tokens: readonly Token[],
  items: readonly Item[],
  { isStar, isMatch }: { isStar: (token: Token) => boolean; isMatch: (token: Token, item: Item) => boolean },
): boolean {
  let [at, next] = [0, 0];
  let star: { readonly at: number; next: number } | undefined;
  while (next < items.length) {
    const token = tokens[at];
    if (token !== undefined && isStar(token)) {
      star = { at, next };
      at += 1;
    } else if (token !== undefined && isMatch(token, items[next] as Item)) {
      at += 1;
      next += 1;
    } else if (star === undefined) return false;
    else {
      star.next += 1;
      at = star.at + 1;
      next = star.next;
    }
  }
  return tokens.slice(at).every((token) => isStar(token));
}
