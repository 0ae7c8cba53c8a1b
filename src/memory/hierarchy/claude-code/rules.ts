import { gitignoreMatcher } from '../../../base/glob.ts';
import { rulePaths } from '../../file/rule-paths.ts';
import type { Candidate } from '../candidate.ts';
import { expandBraces, splitList } from '../expand-braces.ts';
import type { Scope } from '../hierarchy.ts';
import { reasonAgainstExternal, visitImports, visitWithImports } from '../imports.ts';
import { isInside, relativePath } from '../places.ts';
import type { Resolution } from '../resolution.ts';
import { type ListedRule, listRules } from './rule-listing.ts';

const MAX_PATTERNS = 1000;

export interface RulesPlace {
  readonly directory: string;
  /** Where the patterns of `paths:` start. */
  readonly base: string;
  readonly scope: Scope;
  readonly state: 'loaded' | 'on-demand';
  readonly trigger?: 'start' | 'read';
  /** Files in use: a rule with `paths:` that one of them calls for is handed back. */
  readonly targets: readonly string[];
  /** Why a rule without `paths:` loads. */
  readonly reason: string;
  readonly skip?: string | undefined;
  /** The same for a rule with `paths:`. */
  readonly skipOnRead?: string | undefined;
}

/** A rule with `paths:` that a file in use calls for. */
export interface WaitingRule {
  readonly candidate: Candidate & { readonly globs: readonly string[] };
  readonly base: string;
}

/** Rules of one directory. Those that a file in use calls for are handed back, to be visited in its turn. */
export async function visitRules(resolution: Resolution, place: RulesPlace): Promise<readonly WaitingRule[]> {
  const listing = await listRules(resolution.input.reader, place.directory, (path) =>
    resolution.mayRead(path),
  );
  for (const directory of listing.directories) await resolution.watchDirectory(directory);
  if (listing.isCut)
    resolution.addProblem(
      place.directory,
      'More rules than 1,000, or more than 20 levels: not all are shown.',
    );
  const waiting: WaitingRule[] = [];
  for (const listed of listing.files) {
    if (!resolution.hasVisited(listed.path)) waiting.push(...(await visitRule(resolution, place, listed)));
  }
  return waiting;
}

async function visitRule(
  resolution: Resolution,
  place: RulesPlace,
  { path, alias }: ListedRule,
): Promise<readonly WaitingRule[]> {
  const { scope, state, trigger, base } = place;
  const link = alias === path ? {} : { alias };
  const common = { path, scope, isRule: true, ...link, ...(trigger === undefined ? {} : { trigger }) };
  const plain: Candidate = { ...common, state, reason: place.reason, skip: place.skip };
  const parsed = resolution.mayRead(path) ? await resolution.parse(path) : undefined;
  const globs = parsed === undefined ? undefined : rulePatterns(parsed.text);
  if (globs === undefined) {
    if (!(await isClosed(resolution, plain))) await visitWithImports(resolution, plain);
    return [];
  }
  // What it imports does not wait for its files: it loads as if the rule did (Claude Code 2.1.330).
  const isOpen = alias === path || (await reasonAgainstExternal(resolution, plain)) === undefined;
  const peeked = isOpen ? await resolution.peek(plain) : undefined;
  if (peeked !== undefined) await visitImports(resolution, peeked);
  const reason = `loads when a file matching ${globs.join(', ')} is read`;
  const skip = place.skipOnRead;
  const candidate = { ...common, state: 'on-demand', trigger: 'read', reason, globs, skip } as const;
  if (await isClosed(resolution, candidate)) return [];
  if (findMatch(globs, base, place.targets) !== undefined) return [{ candidate, base }];
  await resolution.visit(candidate);
  return [];
}

// A link out of the folder where the session starts. What it leads to may still load by its own name.
async function isClosed(resolution: Resolution, candidate: Candidate): Promise<boolean> {
  if (candidate.alias === undefined) return false;
  const reason = await reasonAgainstExternal(resolution, candidate);
  if (reason === undefined) return false;
  resolution.skipUnseen({ ...candidate, path: candidate.alias }, reason);
  return true;
}

/** Visits the rules that a file calls for; answers those that still wait. */
export async function visitMatching(
  resolution: Resolution,
  waiting: readonly WaitingRule[],
  target: string,
): Promise<readonly WaitingRule[]> {
  const left: WaitingRule[] = [];
  for (const rule of waiting) {
    const { candidate, base } = rule;
    if (findMatch(candidate.globs, base, [target]) === undefined) left.push(rule);
    else {
      const reason = `${resolution.short(target)} matches ${candidate.globs.join(', ')}`;
      await resolution.visit({ ...candidate, state: 'loaded', reason });
    }
  }
  return left;
}

/** The patterns of a rule's `paths:` as written, or undefined where the rule always loads. */
export function rulePatterns(text: string): readonly string[] | undefined {
  const written = rulePaths(text)?.flatMap(splitList) ?? [];
  const isAlways = written.every((pattern) => ['', '**'].includes(withoutTail(pattern)));
  return isAlways ? undefined : written;
}

/**
 * The first of `targets` that a rule governs. Patterns are read as in a `.gitignore` in `base` (so `*.md` means any
 * depth, as Claude Code 2.1.330 does, whatever its documentation says), braces are expanded, a trailing `/**` is dropped.
 */
export function findMatch(
  patterns: readonly string[],
  base: string,
  targets: readonly string[],
): string | undefined {
  if (targets.length === 0) return undefined;
  const matches = gitignoreMatcher(expandAll(patterns));
  return targets.find((target) => {
    const path = relativePath(base, target);
    return path !== '' && isInside(target, base) && matches(path);
  });
}

function expandAll(patterns: readonly string[]): string[] {
  let left = MAX_PATTERNS;
  return patterns.flatMap((pattern) => {
    const expanded = expandBraces(pattern, left);
    left -= expanded.length;
    return expanded.map(withoutTail);
  });
}

// `src/**/` is the directory `/src/` with all in it to the program, `src/**` is `src`.
function withoutTail(pattern: string): string {
  if (!pattern.endsWith('/**/')) return pattern.replace(/\/\*\*$/, '');
  return pattern.startsWith('/') || pattern.startsWith('!')
    ? pattern.slice(0, -3)
    : `/${pattern.slice(0, -3)}`;
}
