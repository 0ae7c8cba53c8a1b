import ignore from 'ignore';
import picomatch from 'picomatch';

export interface GlobOptions {
  /** Whether `*` also matches names with a leading dot. True unless told. */
  readonly dot?: boolean;
  readonly ignoreCase?: boolean;
}

/**
 * Whether a path (relative, `/` between its parts) matches the pattern or one of the patterns. A pattern with a
 * leading `!` takes back what the ones before it matched. A pattern too long to be one (65,536 units) matches nothing.
 */
export function matchGlob(
  patterns: string | readonly string[],
  relativePath: string,
  options: GlobOptions = {},
): boolean {
  let isMatch = false;
  for (const pattern of typeof patterns === 'string' ? [patterns] : patterns) {
    const isTakenBack = pattern.startsWith('!') && !pattern.startsWith('!(');
    if (isTakenBack ? !isMatch : isMatch) continue;
    if (matches(isTakenBack ? pattern.slice(1) : pattern, relativePath, options)) isMatch = !isTakenBack;
  }
  return isMatch;
}

/**
 * The rules of a `.gitignore` (text, or one rule each): answers whether a path relative to it is ignored, parents
 * included. A directory ends with `/`. A path outside (`../`, absolute) and the empty path are never ignored.
 */
export function gitignoreMatcher(patterns: string | readonly string[]): (relativePath: string) => boolean {
  const rules = ignore().add(typeof patterns === 'string' ? patterns : [...patterns]);
  return (relativePath) => ignore.isPathValid(relativePath) && rules.ignores(relativePath);
}

function matches(
  pattern: string,
  relativePath: string,
  { dot = true, ignoreCase = false }: GlobOptions,
): boolean {
  try {
    return picomatch.isMatch(relativePath, pattern, { dot, nocase: ignoreCase });
  } catch {
    return false;
  }
}
