import type { Git, GitProblem } from '../../../base/git.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { ByteReader } from './byte-reader.ts';

export interface CommitRange {
  /** A revision; it and what it can reach are left out. */
  readonly since?: string;
  /** A revision; HEAD unless told. */
  readonly until?: string;
  /** At most this many commits, the newest; all unless told. */
  readonly max?: number;
  /**
   * An earlier look from the same `since` that was to go to the commit `until` and was cut after the commit `done`:
   * what it looked at is left out. Where these commits are gone, nothing is.
   */
  readonly resume?: { readonly until: string; readonly done: string };
  /**
   * Commits to be looked at once more for their tags, wherever they stand. Unless told, and where there is a `since`,
   * these are the newest tagged ones out of the range.
   */
  readonly tagged?: readonly string[];
}

type Read<T> = Promise<Result<T, GitProblem>>;

const lineEnd = Buffer.from('\n');
const longestLine = 1024;

/** The commit that a revision names, as a hash; a problem in a sentence where it names none. */
export async function commitOf(git: Git, revision: string, signal?: AbortSignal): Read<string> {
  const unknown = `There is no commit "${revision.slice(0, 200)}" in this repository.`;
  if (revision === '' || revision.startsWith('-')) return failure({ kind: 'failed', message: unknown });
  const found = await verify(git, `${revision}^{commit}`, signal);
  return !found.ok && found.error.kind === 'failed' ? failure({ kind: 'failed', message: unknown }) : found;
}

/** The commit to end with; undefined in a repository without commits, or on a branch that has none yet. */
export async function tipOf(
  git: Git,
  until: string | undefined,
  signal?: AbortSignal,
): Read<string | undefined> {
  if (until !== undefined) return commitOf(git, until, signal);
  const head = await verify(git, 'HEAD^{commit}', signal);
  if (head.ok || head.error.kind !== 'failed') return head;
  const named = await verify(git, 'HEAD', signal);
  if (named.ok) return failure({ kind: 'failed', message: 'HEAD names a commit that git cannot read.' });
  // Without `--quiet` git says what is wrong, if it is more than a branch without commits.
  const said = await git.text(['rev-parse', '--verify', 'HEAD'], options(signal));
  const isUnborn = said.ok || /Needed a single revision/.test(said.error.message);
  return isUnborn ? success(undefined) : said;
}

function verify(git: Git, revision: string, signal: AbortSignal | undefined): Read<string> {
  return git.text(['rev-parse', '--verify', '--quiet', '--end-of-options', revision], options(signal));
}

/** Hashes of the range that ends with the commit `until`, oldest first. */
export async function listCommits(
  git: Git,
  until: string,
  range: CommitRange,
  signal?: AbortSignal,
): Read<readonly string[]> {
  const since = range.since === undefined ? undefined : await commitOf(git, range.since, signal);
  if (since?.ok === false) return since;
  const seen = since === undefined ? [] : [since.value];
  const list = (tip: string, without: readonly string[]) =>
    listReachable(git, tip, without, range.max, signal);
  if (range.resume === undefined) return list(until, seen);

  const all = await list(until, seen);
  const old = await list(range.resume.until, seen);
  if (!all.ok || !old.ok) return old.ok || old.error.kind === 'failed' ? all : old;
  const looked = new Set(old.value.slice(0, old.value.indexOf(range.resume.done) + 1));
  return success(all.value.filter((commit) => !looked.has(commit)));
}

async function listReachable(
  git: Git,
  tip: string,
  without: readonly string[],
  max: number | undefined,
  signal: AbortSignal | undefined,
): Read<readonly string[]> {
  const limit = max === undefined ? [] : [`--max-count=${max}`];
  const revisions = [tip, ...without.map((commit) => `^${commit}`)];
  const args = ['rev-list', '--topo-order', '--reverse', ...limit, '--end-of-options', ...revisions, '--'];
  const talk = await git.talk(args, options(signal));
  talk.endInput();
  const reader = new ByteReader(talk.output);
  const hashes: string[] = [];
  for (let line = await reader.until(lineEnd, longestLine); !line.isEnd; ) {
    hashes.push(line.bytes.toString('latin1'));
    line = await reader.until(lineEnd, longestLine);
  }
  const ended = await talk.ended;
  return ended.ok ? success(hashes) : ended;
}

function options(signal: AbortSignal | undefined): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
