import { matchGlob } from '../../../base/glob.ts';

/**
 * Whether a pattern of `claudeMdExcludes` names an absolute path. Claude Code 2.1.330 asks each pattern by itself: one
 * that begins with `!` excludes everything else.
 */
export function matchesExclude(pattern: string, path: string): boolean {
  const written = path.split('\\').join('/');
  const isInverted = pattern.startsWith('!') && !pattern.startsWith('!(');
  return isInverted
    ? !matchGlob([pattern.slice(1)], written, { dot: true })
    : matchGlob([pattern], written, { dot: true });
}
