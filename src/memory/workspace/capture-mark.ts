import { dirname } from 'node:path';
import { replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import type { Git, GitProblem } from '../../base/git.ts';
import { sha256 } from '../../base/hash.ts';
import { type Result, success } from '../../base/result.ts';
import type { CommitRange } from '../capture/read-change-sets.ts';

/** How far capture has looked: a cache. Lost or stale, history is read again and what is known is passed over. */
export interface CaptureMark {
  readonly version: 2;
  /** This commit and all it can reach were looked at; absent where a first look did not come to its end. */
  readonly head?: string;
  /** A look from `head` to the commit `until` that was cut after the commit `done`. */
  readonly resume?: { readonly until: string; readonly done: string };
  /** The tags looked at, each as 16 hex digits of the SHA-256 of its name and what it points at. */
  readonly tags: readonly string[];
}

const tagKeyLength = 16;
const hash = /^[0-9a-f]{40,64}$/;

/** The mark of a look that has come to its end now; undefined before the first commit. */
export async function currentMark(git: Git): Promise<Result<CaptureMark | undefined, GitProblem>> {
  const [head, tags] = await Promise.all([
    git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']),
    readTagged(git),
  ]);
  if (!tags.ok) return tags;
  if (!head.ok) return head.error.kind === 'failed' ? success(undefined) : head;
  return success({ version: 2, head: head.value, tags: [...tags.value.keys()] });
}

/**
 * The range that was not looked at yet: commits that came, wherever history was rewritten to, the rest of a look that
 * was cut, and commits whose tags came or moved. All of history where nothing is known.
 */
export async function unseenRange(files: Files, git: Git, path: string): Promise<CommitRange> {
  const seen = await readMark(files, path);
  if (seen === undefined) return {};
  const head = seen.head !== undefined && (await isThere(git, seen.head)) ? seen.head : undefined;
  // A look is cut in an order that begins at its head.
  const resume = head === seen.head ? seen.resume : undefined;
  const tags = await readTagged(git);
  const known = new Set(seen.tags);
  const late = tags.ok ? [...tags.value].filter(([key]) => !known.has(key)).map(([, commit]) => commit) : [];
  return {
    ...(head === undefined ? {} : { since: head }),
    ...(resume === undefined ? {} : { resume }),
    tagged: [...new Set(late)],
  };
}

/**
 * The mark of a look over `range` (see {@link unseenRange}) towards `now` of which everything up to the commit `done`,
 * in the order in which they came, is in safety. Not for commits that came for their tags only.
 */
export function cutMark(now: CaptureMark, range: CommitRange, done: string): CaptureMark {
  return {
    version: 2,
    ...(range.since === undefined ? {} : { head: range.since }),
    ...(now.head === undefined ? {} : { resume: { until: now.head, done } }),
    // Commits that are still to come bring theirs, and those wanted for their tags only come first.
    tags: now.tags,
  };
}

/** Remembers how far capture has looked. It is a cache: a failure costs a second look and nothing else. */
export async function rememberMark(files: Files, path: string, mark: CaptureMark): Promise<void> {
  try {
    await files.makeDirectory(dirname(path), 0o700);
    const before = await files.readFile(path).catch(() => undefined);
    const bytes = new TextEncoder().encode(`${JSON.stringify(mark)}\n`);
    await replaceFile(files, { path, expected: before === undefined ? null : sha256(before), bytes });
  } catch {
    // Told above: a cache.
  }
}

/** Commits with tags by the key of the tag; a tag of anything else is none. */
async function readTagged(git: Git): Promise<Result<ReadonlyMap<string, string>, GitProblem>> {
  const format = '%(refname) %(objectname) %(objecttype) %(*objectname) %(*objecttype)';
  const listed = await git.text(['for-each-ref', `--format=${format}`, 'refs/tags']);
  if (!listed.ok) return listed;
  const tags = new Map<string, string>();
  for (const line of listed.value.split('\n')) {
    const [name = '', object = '', type, target = '', targetType] = line.split(' ');
    const commit = type === 'commit' ? object : target;
    if (type !== 'commit' && targetType !== 'commit') continue;
    tags.set(sha256(`${name} ${object}`).slice(0, tagKeyLength), commit);
  }
  return success(tags);
}

async function isThere(git: Git, commit: string): Promise<boolean> {
  return (await git.text(['cat-file', '-e', `${commit}^{commit}`])).ok;
}

async function readMark(files: Files, path: string): Promise<CaptureMark | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    return markOf(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Undefined for an older version, and where it is damaged: what it says goes to git. */
function markOf(value: Partial<CaptureMark>): CaptureMark | undefined {
  const { version, head, resume, tags } = value;
  if (version !== 2 || !Array.isArray(tags)) return undefined;
  if (head !== undefined && !hash.test(head)) return undefined;
  const isResumable = resume !== undefined && hash.test(resume.until) && hash.test(resume.done);
  return {
    version,
    ...(head === undefined ? {} : { head }),
    ...(isResumable ? { resume: { until: resume.until, done: resume.done } } : {}),
    tags: tags.filter((tag) => typeof tag === 'string'),
  };
}
