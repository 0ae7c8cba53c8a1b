import type { Git, GitProblem } from '../../base/git.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { ChangeSet } from './change-set.ts';
import { type LoggedCommit, logArguments, parseLog, separatorFor } from './git-log.ts';
import { readTags, type TagsByCommit } from './tags.ts';
import { readWholeTexts } from './whole-texts.ts';

export interface CommitRange {
  /** A revision; it and what it can reach are left out. */
  readonly since?: string;
  /** A revision; HEAD unless told. */
  readonly until?: string;
  /** At most this many commits, the newest; 2,000 unless told. */
  readonly max?: number;
}

export interface ReadChangesOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
  /** Cap of one commit's diff in bytes; over it files are marked and lines left out. 4 MiB unless told. */
  readonly commitBytes?: number;
}

type Read<T> = Promise<Result<T, GitProblem>>;

const batchSize = 100;
const lateTagLimit = 20;
const batchBytes = 48 * 1024 * 1024;
const defaultCommitBytes = 4 * 1024 * 1024;

/**
 * The commits of a range as facts, oldest first. A handful of git processes for each hundred commits, never one for
 * each. A repository without commits answers none; the edge of a shallow clone is left out, because what it changed
 * is not known there. Nothing of the repository is executed and nothing is fetched.
 */
export async function readChangeSets(
  git: Git,
  range: CommitRange = {},
  options: ReadChangesOptions = {},
): Promise<Result<readonly ChangeSet[], GitProblem>> {
  const until = await tipOf(git, range, options);
  if (!until.ok) return until;
  if (until.value === undefined) return success([]);
  const commits = await listCommits(git, until.value, range, options);
  if (!commits.ok) return commits;
  const tags = await readTags(git, until.value, options.signal);
  if (!tags.ok) return tags;
  const late = range.since === undefined ? [] : lateTags(tags.value, commits.value);
  const wanted = [...late, ...commits.value];
  const changeSets: ChangeSet[] = [];
  for (let start = 0; start < wanted.length; start += batchSize) {
    const logged = await readLog(git, wanted.slice(start, start + batchSize), options);
    if (!logged.ok) return logged;
    const complete = await addFacts(git, logged.value, tags.value, options);
    if (!complete.ok) return complete;
    changeSets.push(...complete.value);
    options.onProgress?.(Math.min(start + batchSize, wanted.length), wanted.length);
  }
  return success(changeSets.map((set) => (late.includes(set.commit) ? { ...set, tagsOnly: true } : set)));
}

/** A tag is often made after its commit was looked at; the newest tagged commits are looked at again for it. */
function lateTags(tags: TagsByCommit, commits: readonly string[]): readonly string[] {
  const listed = new Set(commits);
  return [...tags.keys()].filter((commit) => !listed.has(commit)).slice(0, lateTagLimit);
}

/** The commit to end with; undefined in a repository without commits. */
async function tipOf(git: Git, range: CommitRange, options: ReadChangesOptions): Read<string | undefined> {
  const revision = `${range.until ?? 'HEAD'}^{commit}`;
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', revision];
  const tip = await git.text(args, signalOf(options));
  if (tip.ok) return success(tip.value);
  return tip.error.kind === 'failed' && range.until === undefined ? success(undefined) : tip;
}

/** Hashes, oldest first, without the edge of a shallow clone. */
async function listCommits(
  git: Git,
  until: string,
  range: CommitRange,
  options: ReadChangesOptions,
): Read<readonly string[]> {
  const process = signalOf(options);
  const since = range.since === undefined ? [] : [`^${range.since}`];
  const max = `--max-count=${range.max ?? 2_000}`;
  const list = await git.text(
    ['rev-list', '--topo-order', max, '--end-of-options', until, ...since, '--'],
    process,
  );
  if (!list.ok) return list;
  const hashes = list.value
    .split('\n')
    .filter((hash) => hash !== '')
    .reverse();
  return withoutShallowEdge(git, hashes, options);
}

async function withoutShallowEdge(
  git: Git,
  hashes: readonly string[],
  options: ReadChangesOptions,
): Read<readonly string[]> {
  const process = signalOf(options);
  const shallow = await git.text(['rev-parse', '--is-shallow-repository'], process);
  if (!shallow.ok) return shallow;
  if (shallow.value !== 'true' || hashes.length === 0) return success(hashes);
  // A shallow commit claims to have no parents; its own bytes, which cat-file gives, still name them.
  const raw = await git.bytes(['cat-file', '--batch'], { ...process, input: `${hashes.join('\n')}\n` });
  if (!raw.ok) return raw;
  const seen = await git.text(['rev-list', '--no-walk=unsorted', '--parents', '--stdin'], {
    ...process,
    input: `${hashes.join('\n')}\n`,
  });
  if (!seen.ok) return seen;
  const roots = new Set(seen.value.split('\n').filter((line) => !line.includes(' ')));
  const text = Buffer.from(raw.value).toString('latin1');
  const edge = [...roots].filter((hash) =>
    new RegExp(`^${hash} commit \\d+\\ntree \\w+\\nparent `, 'm').test(text),
  );
  return success(hashes.filter((hash) => !edge.includes(hash)));
}

/** One `git log`; where its output is over the cap, halves of the batch; a single commit over the cap without lines. */
async function readLog(
  git: Git,
  commits: readonly string[],
  options: ReadChangesOptions,
): Read<readonly LoggedCommit[]> {
  const cap = options.commitBytes ?? defaultCommitBytes;
  const alone = commits.length === 1;
  const first = await runLog(
    git,
    commits,
    true,
    alone ? cap : Math.min(batchBytes, cap * commits.length),
    options,
  );
  if (first.ok) return success(first.value.map((commit) => withinCap(commit, cap)));
  if (first.error.kind !== 'too-large') return first;
  if (alone) {
    const names = await runLog(git, commits, false, batchBytes, options);
    return names.ok ? success(names.value.map(withoutLines)) : names;
  }
  const middle = Math.ceil(commits.length / 2);
  const before = await readLog(git, commits.slice(0, middle), options);
  if (!before.ok) return before;
  const after = await readLog(git, commits.slice(middle), options);
  return after.ok ? success([...before.value, ...after.value]) : after;
}

async function runLog(
  git: Git,
  commits: readonly string[],
  withPatch: boolean,
  maxBytes: number,
  options: ReadChangesOptions,
): Read<readonly LoggedCommit[]> {
  const separator = separatorFor(commits);
  const input = `${commits.join('\n')}\n`;
  const output = await git.bytes(logArguments(separator, withPatch), {
    ...signalOf(options),
    input,
    maxBytes,
  });
  return output.ok ? success(parseLog(output.value, separator)) : output;
}

function withinCap(commit: LoggedCommit, cap: number): LoggedCommit {
  return commit.patch.byteLength > cap ? withoutLines(commit) : commit;
}

function withoutLines(commit: LoggedCommit): LoggedCommit {
  const files = commit.files.map((file) => ({ ...file, added: [], removed: [], tooLarge: true }));
  return { ...commit, files, patch: new Uint8Array() };
}

async function addFacts(
  git: Git,
  commits: readonly LoggedCommit[],
  tags: TagsByCommit,
  options: ReadChangesOptions,
): Read<readonly ChangeSet[]> {
  const patchIds = await readPatchIds(git, commits, options);
  if (!patchIds.ok) return patchIds;
  const whole = await readWholeTexts(
    git,
    commits.flatMap((commit) => commit.files),
    options.signal,
  );
  if (!whole.ok) return whole;
  return success(
    commits.map(({ patch: _patch, files, ...facts }) => ({
      ...facts,
      patchId: patchIds.value.get(facts.commit) ?? '',
      tags: tags.get(facts.commit) ?? [],
      files: files.map((file) => {
        const { oldBlob: _old, newBlob: _new, ...changed } = file;
        const texts = whole.value(file);
        return texts === undefined ? changed : { ...changed, whole: texts };
      }),
    })),
  );
}

/** `git patch-id --stable` over all patches of the batch in one process. */
async function readPatchIds(
  git: Git,
  commits: readonly LoggedCommit[],
  options: ReadChangesOptions,
): Read<ReadonlyMap<string, string>> {
  const patches = commits.filter((commit) => commit.patch.byteLength > 0);
  if (patches.length === 0) return success(new Map());
  const input = Buffer.concat(
    patches.flatMap((commit) => [Buffer.from(`commit ${commit.commit}\n`), commit.patch]),
  );
  const output = await git.text(['patch-id', '--stable'], { ...signalOf(options), input });
  if (!output.ok) return failure(output.error);
  const pairs = output.value.split('\n').map((line) => line.split(' '));
  return success(new Map(pairs.map(([patchId = '', commit = '']) => [commit, patchId])));
}

function signalOf(options: ReadChangesOptions): { readonly signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}
