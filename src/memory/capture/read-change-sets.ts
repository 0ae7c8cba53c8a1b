import type { Git, GitProblem } from '../../base/git.ts';
import { lendObjects } from '../../base/git-objects.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { ChangeSet } from './change-set.ts';
import { type CommitRange, listCommits, tipOf } from './git/commit-list.ts';
import { inOrder } from './git/in-order.ts';
import type { LoggedCommit } from './git/logged-commit.ts';
import { loggedCommits } from './git/logged-commits.ts';
import { readTags, type TagsByCommit } from './git/tags.ts';
import { openWholeTexts, type WholeTexts } from './git/whole-texts.ts';

export type { CommitRange } from './git/commit-list.ts';

export interface ReadChangesOptions {
  readonly signal?: AbortSignal;
  /** Every hundred commits and at the end. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Cap of one commit's diff in bytes; over it files are marked and lines left out. 4 MiB unless told. */
  readonly commitBytes?: number;
  /** A sentence for each commit that git could not read in full; what could be read of it comes all the same. */
  readonly onProblem?: (message: string) => void;
}

const progressStep = 100;
const lateTagLimit = 20;
const defaultCommitBytes = 4 * 1024 * 1024;

/** The whole range at once, for short ones: see {@link streamChangeSets}. */
export async function readChangeSets(
  git: Git,
  range: CommitRange = {},
  options: ReadChangesOptions = {},
): Promise<Result<readonly ChangeSet[], GitProblem>> {
  const changeSets: ChangeSet[] = [];
  for await (const one of streamChangeSets(git, range, options)) {
    if (!one.ok) return one;
    changeSets.push(one.value);
  }
  return success(changeSets);
}

/**
 * The commits of a range as facts, oldest first, as git tells them; a failure is the last thing that comes. One pass of
 * `git log` and a handful of processes whatever the number of commits; of the history only hashes and tags are held.
 * Leaving the loop ends the processes. A repository without commits gives none; the edge of a shallow clone is left
 * out, because what it changed is not known there. Nothing of the repository is executed and nothing is fetched.
 */
export async function* streamChangeSets(
  git: Git,
  range: CommitRange = {},
  options: ReadChangesOptions = {},
): AsyncGenerator<Result<ChangeSet, GitProblem>> {
  const { signal } = options;
  const tip = await tipOf(git, range.until, signal);
  if (!tip.ok) return yield tip;
  if (tip.value === undefined) return;
  const listed = await listCommits(git, tip.value, range, signal);
  if (!listed.ok) return yield listed;
  const tags = await readTags(git, tip.value, signal);
  if (!tags.ok) return yield tags;
  const objects = await lendObjects(git, signal);
  if (!objects.ok) return yield objects;
  const { cut } = objects.value;
  const again = onlyForTags(range, tags.value, listed.value);
  const commits = [...again, ...listed.value].filter((commit) => !cut.has(commit));
  const texts = openWholeTexts(objects.value, signal);
  try {
    const logged = loggedCommits(objects.value, commits, {
      ...options,
      commitBytes: options.commitBytes ?? defaultCommitBytes,
    });
    const complete = (one: Result<LoggedCommit, GitProblem>) =>
      one.ok ? changeSetOf(one.value, tags.value, again, texts) : Promise.resolve(one);
    let done = 0;
    for await (const one of inOrder(logged, (item) => (item.ok ? item.value.size : 0), complete)) {
      // What was under way when it was cancelled may lack its texts.
      if (signal?.aborted) return yield failure({ kind: 'cancelled', message: 'Cancelled.' });
      yield one;
      done++;
      if (done % progressStep === 0 || done === commits.length) options.onProgress?.(done, commits.length);
    }
  } finally {
    texts.stop();
    await objects.value.close();
  }
}

/** A tag is often made after its commit was looked at. */
function onlyForTags(range: CommitRange, tags: TagsByCommit, listed: readonly string[]): ReadonlySet<string> {
  if (range.tagged === undefined && range.since === undefined) return new Set();
  const inRange = new Set(listed);
  const candidates = range.tagged ?? [...tags.keys()];
  const late = candidates.filter((commit) => tags.has(commit) && !inRange.has(commit));
  return new Set(range.tagged === undefined ? late.slice(0, lateTagLimit) : late);
}

async function changeSetOf(
  { size: _size, files, ...facts }: LoggedCommit,
  tags: TagsByCommit,
  again: ReadonlySet<string>,
  texts: WholeTexts,
): Promise<Result<ChangeSet, GitProblem>> {
  return success({
    ...facts,
    tags: tags.get(facts.commit) ?? [],
    files: await texts.complete(files),
    ...(again.has(facts.commit) ? { tagsOnly: true } : {}),
  });
}
