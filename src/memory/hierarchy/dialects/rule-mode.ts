import { isInside } from '../places.ts';
import { findTarget, type PatternStyle } from './path-patterns.ts';
import type { PlainCandidate, PlainReading } from './plain-reading.ts';

/** When a rule comes in: what a candidate says of it. */
export type RuleMode = Pick<PlainCandidate, 'state' | 'trigger' | 'reason' | 'globs'>;

export interface PatternRule {
  readonly patterns: readonly string[];
  /** Where the patterns start. */
  readonly base: string;
  readonly targets: readonly string[];
  readonly style: PatternStyle;
}

/** A rule for files that match its patterns: it loads with one that is in use, else it waits for one. */
export function patternMode(reading: PlainReading, rule: PatternRule): RuleMode {
  const { patterns } = rule;
  const match = findTarget(patterns, rule);
  if (match === undefined)
    return { state: 'on-demand', reason: `for files that match ${patterns.join(', ')}`, globs: patterns };
  const reason = `${reading.short(match)} matches ${patterns.join(', ')}`;
  return { state: 'loaded', trigger: 'read', reason, globs: patterns };
}

/** A rule for the files of one directory below `cwd`. */
export function directoryMode(
  reading: PlainReading,
  directory: string,
  targets: readonly string[],
): RuleMode {
  const match = targets.find((target) => isInside(target, directory));
  return match === undefined
    ? { state: 'on-demand', reason: `for files in ${reading.short(directory)}` }
    : {
        state: 'loaded',
        trigger: 'read',
        reason: `${reading.short(match)} is in ${reading.short(directory)}`,
      };
}
