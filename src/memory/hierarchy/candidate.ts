import type { MemoryFile } from '../file/memory-file.ts';
import type { LoadState, ResolvedFile, Scope } from './hierarchy.ts';
import type { Cut } from './limits.ts';

/** A place where a memory file may stand, and what would be said of it if it does: what all dialects share. */
export interface CandidatePlace {
  readonly path: string;
  readonly scope: Scope;
  readonly state: 'loaded' | 'on-demand';
  /** Unless told: `start` where it loads, `read` where it waits. */
  readonly trigger?: ResolvedFile['trigger'];
  readonly reason: string;
  readonly parent?: string;
  readonly globs?: readonly string[];
  /** Why it does not load although it is there. */
  readonly skip?: string | undefined;
  /** Cuts the text to what loads. */
  readonly cut?: (text: string) => Cut;
}

/** A place where Claude Code looks. */
export interface Candidate extends CandidatePlace {
  /** A second name by which `claudeMdExcludes` may name it: the link that led to it. */
  readonly alias?: string;
  /** Auto memory is in no `claudeMdExcludes`, is read with its front matter kept where recalled, and imports nothing. */
  readonly isAutoMemory?: boolean;
  /** A rule, or imported by one: it waits for its files where it has `paths:`. */
  readonly isRule?: boolean;
  /** AGENTS.md, or imported by one: not loaded where these files hold the same text already. */
  readonly notAgain?: (file: ResolvedFile) => boolean;
}

export interface LoadedCandidate {
  readonly candidate: Candidate;
  readonly realPath: string;
  readonly parsed: MemoryFile;
}

/** What is said of a candidate, whatever becomes of it. */
export function describeCandidate(candidate: CandidatePlace, state: LoadState, reason: string) {
  const { path, scope, parent, globs } = candidate;
  return {
    path,
    scope,
    state,
    trigger: candidate.trigger ?? (candidate.state === 'loaded' ? ('start' as const) : ('read' as const)),
    reason,
    ...(parent === undefined ? {} : { parent }),
    ...(globs === undefined ? {} : { globs }),
  };
}
