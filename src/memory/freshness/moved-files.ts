import { basename } from 'node:path';
import type { Git } from '../../base/git.ts';
import type { Whereabouts } from './compare-anchor.ts';

/** What git knows of files that are not where they were; each question is asked once. Paths relative to git's directory. */
export interface MovedFiles {
  /** Where these went by renames in the history and in the index; paths that git has nothing to say of are left out. */
  renames(missing: readonly string[]): Promise<ReadonlyMap<string, Whereabouts>>;
  /** Files that git does not know or only since HEAD, and those called as one of these are. */
  newOrCalled(names: ReadonlySet<string>): Promise<readonly string[]>;
  /** Tracked and untracked files that hold one of these words. */
  holding(words: readonly string[]): Promise<readonly string[]>;
}

// A rename of a rename of a rename; more is a history that goes in circles.
const maxRounds = 12;
// Pairs of files that git compares in one commit before it looks for unchanged ones only.
const renameLimit = '-l2000';

/** One moment of one working tree. Never rejects; where git refuses, it has nothing to say. */
export function movedFiles(git: Git, isThere: (path: string) => Promise<boolean>): MovedFiles {
  let tracked: Promise<readonly string[]> | undefined;
  let fresh: Promise<readonly string[]> | undefined;
  return {
    renames: (missing) => traceRenames(git, missing, isThere),
    newOrCalled: async (names) => {
      tracked ??= listTracked(git);
      fresh ??= listNew(git);
      const called = (await tracked).filter((path) => names.has(basename(path)));
      return [...new Set([...(await fresh), ...called])].sort(byName);
    },
    holding: (words) => grepWords(git, words),
  };
}

/**
 * Follows each path from rename to rename until one is there. Two processes a round, however many paths: which commits
 * took them away, and what these commits renamed.
 */
async function traceRenames(
  git: Git,
  missing: readonly string[],
  isThere: (path: string) => Promise<boolean>,
): Promise<ReadonlyMap<string, Whereabouts>> {
  const found = new Map<string, Whereabouts>();
  if (missing.length === 0) return found;
  const uncommitted = await uncommittedRenames(git);
  const isShallow = await isShallowClone(git);
  let open = new Map(missing.filter(isPlain).map((path) => [path, path]));
  for (let round = 0; round < maxRounds && open.size > 0; round += 1) {
    const takenAway = await deletions(git, [...new Set(open.values())]);
    const renamed = await renamesIn(git, [...new Set(takenAway.values())]);
    const next = new Map<string, string>();
    for (const [path, at] of open) {
      const commit = takenAway.get(at);
      const to = uncommitted.get(at) ?? (commit === undefined ? undefined : renamed.get(commit)?.get(at));
      if (to === undefined) {
        // What took the path away was not seen, and there is a history that is not here.
        if (commit === undefined && isShallow) found.set(path, 'unknown');
      } else if (await isThere(to)) found.set(path, { path: to });
      else next.set(path, to);
    }
    open = next;
  }
  return found;
}

/** The newest commit that took each path away. */
async function deletions(git: Git, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const answer = await git.text(
    [
      'log',
      '--full-history',
      '--no-renames',
      '--diff-filter=D',
      '--name-only',
      '-z',
      '--format=%x01%H',
      '--stdin',
    ],
    { input: ['HEAD', '--', ...paths, ''].join('\n'), environment: { GIT_LITERAL_PATHSPECS: '1' } },
  );
  const found = new Map<string, string>();
  let commit = '';
  for (const piece of answer.ok ? answer.value.split('\0') : []) {
    const word = piece.replace(/^\n/, '');
    if (word.startsWith('\u0001')) commit = word.slice(1);
    else if (word !== '' && !found.has(word)) found.set(word, commit);
  }
  return found;
}

type Renames = ReadonlyMap<string, string>;

async function renamesIn(git: Git, commits: readonly string[]): Promise<ReadonlyMap<string, Renames>> {
  const found = new Map<string, Map<string, string>>();
  if (commits.length === 0) return found;
  const answer = await git.text(
    ['diff-tree', '--stdin', '-r', '-M', renameLimit, '-z', '--name-status', '--diff-filter=R'],
    { input: `${commits.join('\n')}\n` },
  );
  let of = new Map<string, string>();
  const words = answer.ok ? answer.value.split('\0') : [];
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] ?? '').replace(/^\n/, '');
    if (/^[0-9a-f]{40,64}$/.test(word)) {
      of = new Map();
      found.set(word, of);
    } else if (/^R\d+$/.test(word)) {
      of.set(words[at + 1] ?? '', words[at + 2] ?? '');
      at += 2;
    }
  }
  return found;
}

async function uncommittedRenames(git: Git): Promise<Renames> {
  const answer = await git.text([
    'diff',
    '-M',
    renameLimit,
    '-z',
    '--name-status',
    '--diff-filter=R',
    'HEAD',
    '--',
  ]);
  const words = answer.ok ? answer.value.split('\0') : [];
  const found = new Map<string, string>();
  for (let at = 0; at + 2 < words.length; at += 3) found.set(words[at + 1] ?? '', words[at + 2] ?? '');
  return found;
}

async function isShallowClone(git: Git): Promise<boolean> {
  const answer = await git.text(['rev-parse', '--is-shallow-repository']);
  return answer.ok && answer.value === 'true';
}

async function listTracked(git: Git): Promise<readonly string[]> {
  return pathsOf(await git.text(['ls-files', '-z', '--cached']));
}

async function listNew(git: Git): Promise<readonly string[]> {
  const answer = await git.text(['status', '--porcelain=v1', '-z', '-uall', '--no-renames']);
  const isNew = /^(?:\?\?|A.) (.+)$/s;
  return (answer.ok ? answer.value.split('\0') : []).flatMap((line) => isNew.exec(line)?.[1] ?? []);
}

async function grepWords(git: Git, words: readonly string[]): Promise<readonly string[]> {
  const plain = words.filter((word) => isPlain(word) && word !== '');
  if (plain.length === 0) return [];
  const grep = ['grep', '-l', '-z', '-I', '-F', '--untracked', '--no-color', '-f', '-', '--'];
  return pathsOf(await git.text(grep, { input: `${plain.join('\n')}\n` }));
}

function pathsOf(answer: Awaited<ReturnType<Git['text']>>): readonly string[] {
  return answer.ok
    ? answer.value
        .split('\0')
        .filter((path) => path !== '')
        .sort(byName)
    : [];
}

function isPlain(text: string): boolean {
  return !text.includes('\n');
}

function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
