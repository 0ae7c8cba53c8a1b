import { basename, join, relative } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { commitsPresent, normalisedRemotes } from '../../../memory/project/repository-facts.ts';
import type { Candidate, Place } from './decide-belonging.ts';
import { isAtOrBelow } from './paths.ts';
import type { SessionTraces } from './session-traces.ts';

export interface LikenessRequest {
  readonly files: Files;
  readonly git: Git;
  readonly place: Place;
  readonly traces: SessionTraces;
  /** Directories that may have been the root of what is gone. */
  readonly formerRoots: readonly string[];
  /** Of the projects that the session may be of. */
  readonly remotes: readonly string[];
}

const MOST_FILES = 20;
/** Every repository has them. */
const COMMON_BRANCHES: ReadonlySet<string> = new Set(['main', 'master', 'HEAD', 'trunk', 'develop']);

/** Holds a session against a place where it may belong. Never rejects: what cannot be told does not speak for it. */
export async function likenessOf(request: LikenessRequest): Promise<Candidate> {
  const { git, place, traces, formerRoots, remotes } = request;
  const own = remotes.length === 0 ? [] : await normalisedRemotes(git);
  const { found, asked } = await filesInCommon(request);
  return {
    ...place,
    commits: (await commitsPresent(git, traces.commits)).size,
    files: found,
    filesAsked: asked,
    sharesRemote: own.some((remote) => remotes.includes(remote)),
    sharesName: formerRoots.some((root) => basename(root) === basename(place.root)),
    hasBranch: await hasBranch(git, traces.branch),
  };
}

/** By the former root that fits best: how deep below it the session worked is not known. */
async function filesInCommon({
  files,
  place,
  traces,
  formerRoots,
}: LikenessRequest): Promise<{ found: number; asked: number }> {
  let best = { found: 0, asked: 0 };
  for (const root of formerRoots) {
    const inside = traces.files.filter((path) => isAtOrBelow(root, path)).slice(0, MOST_FILES);
    let found = 0;
    for (const path of inside) {
      const status = await files.status(join(place.root, relative(root, path))).catch(() => undefined);
      if (status?.kind === 'file') found += 1;
    }
    if (found > best.found || best.asked === 0) best = { found, asked: inside.length };
  }
  return best;
}

async function hasBranch(git: Git, branch: string | undefined): Promise<boolean> {
  if (branch === undefined || branch === '' || COMMON_BRANCHES.has(branch)) return false;
  // A whole name of a reference: whatever the session calls its branch, it is no option of git.
  const found = await git.text(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`]);
  return found.ok && found.value !== '';
}
