import { relative } from 'node:path';
import type { Git } from '../../base/git.ts';
import type { Bringer } from '../inbox/proposal.ts';
import { isSignedByAgent } from './owned-commits.ts';
import { type CommitName, patchesOfCommits } from './patches-of-commits.ts';

/** A commit as a proposal knows it: when it was written, by which patch ids it is known, and where it worked. */
export interface SoughtCommit {
  /** Seconds since the epoch. */
  readonly authored: number;
  readonly patches: readonly string[];
  /** Relative to the root of the repository. */
  readonly paths: readonly string[];
}

const day = 86_400;
/** A commit is younger than its author date; clocks that are wrong by more than this lose a proposal from sight. */
const slack = 30 * day;
const mostCommits = 500;
const mostPaths = 200;

/**
 * What the history of HEAD holds, asked of git by a number of processes that does not grow with what is asked, and kept
 * until HEAD moves. Where git does not answer, `undefined`: nothing can be said then.
 */
export class HeadHistory {
  readonly #git: Git;
  #head: string | undefined;
  #patches: { readonly key: string; readonly found: Promise<ReadonlySet<string> | undefined> } | undefined;
  #bringers: Promise<ReadonlyMap<string, Bringer> | undefined> | undefined;

  constructor(git: Git) {
    this.#git = git;
  }

  /** Those of the patch ids that commits of HEAD's history have. */
  async patches(sought: readonly SoughtCommit[]): Promise<ReadonlySet<string> | undefined> {
    await this.#lookAtHead();
    const key = JSON.stringify(sought);
    if (this.#patches?.key !== key) this.#patches = { key, found: this.#seek(sought) };
    const found = await this.#patches.found;
    // Asked again next time: a process that could not be started says nothing about the history.
    if (found === undefined) this.#patches = undefined;
    return found;
  }

  /** Who brought each file of a directory last, by its path from the root with `/`. */
  async bringers(directory: string): Promise<ReadonlyMap<string, Bringer> | undefined> {
    await this.#lookAtHead();
    this.#bringers ??= readBringers(this.#git, relative(this.#git.directory, directory));
    const found = await this.#bringers;
    if (found === undefined) this.#bringers = undefined;
    return found;
  }

  async #lookAtHead(): Promise<void> {
    const head = await this.#git.text(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
    const now = head.ok ? head.value : '';
    if (now === this.#head) return;
    this.#head = now;
    this.#patches = undefined;
    this.#bringers = undefined;
  }

  /** First by author date, which every way of making a commit again keeps; then, for a squash, by the paths it touched. */
  async #seek(sought: readonly SoughtCommit[]): Promise<ReadonlySet<string> | undefined> {
    if (this.#head === '' || sought.length === 0) return new Set();
    const dates = new Set(sought.map(({ authored }) => authored));
    const all = await this.#list(['log', ...since(sought), '--format=%H %T %at', 'HEAD']);
    const byDate = all?.filter(({ authored }) => dates.has(authored));
    const found = byDate && (await patchesOfCommits(this.#git, byDate));
    if (found === undefined) return undefined;
    const missing = sought.filter(({ patches }) => !patches.some((patch) => found.has(patch)));
    const paths = [...new Set(missing.flatMap((one) => one.paths))].slice(0, mostPaths);
    if (paths.length === 0) return found;
    const most = `--max-count=${mostCommits}`;
    const literal = paths.map((path) => `:(top,literal)${path}`);
    const byPath = await this.#list([
      'log',
      ...since(missing),
      most,
      '--format=%H %T %at',
      'HEAD',
      '--',
      ...literal,
    ]);
    const more = byPath && (await patchesOfCommits(this.#git, byPath));
    return more === undefined ? undefined : new Set([...found, ...more]);
  }

  async #list(args: readonly string[]): Promise<readonly (CommitName & { authored: number })[] | undefined> {
    const answer = await this.#git.text(args);
    if (!answer.ok) return undefined;
    return answer.value.split('\n').flatMap((line) => {
      const [commit, tree, authored] = line.split(' ');
      return commit && tree ? [{ commit, tree, authored: Number(authored) }] : [];
    });
  }
}

function since(sought: readonly SoughtCommit[]): readonly string[] {
  const first = sought.reduce((least, { authored }) => Math.min(least, authored), Infinity);
  return Number.isFinite(first) && first > slack ? [`--since=@${first - slack}`] : [];
}

/** One `git log` over the directory; a merge counts for what it made of both sides. */
async function readBringers(git: Git, directory: string): Promise<ReadonlyMap<string, Bringer> | undefined> {
  const format = ['%x00%H', '%an', '%ae', '%cn', '%ce', '%B'].join('%x01');
  const answer = await git.text([
    ...[
      'log',
      '-z',
      '-c',
      '--no-renames',
      '--name-only',
      '--no-relative',
      '--no-show-signature',
      `--format=${format}`,
    ],
    ...['HEAD', '--', `:(top,literal)${directory.replaceAll('\\', '/')}`],
  ]);
  if (!answer.ok) return undefined;
  const bringers = new Map<string, Bringer>();
  let current: Bringer | undefined;
  for (const field of answer.value.split('\0')) {
    const path = field.replace(/^\n/, '');
    // A path begins with the directory, so no file's name can pass for a commit's line.
    if (/^[0-9a-f]{40,64}\x01/.test(path)) current = bringerOf(path);
    else if (current !== undefined && path !== '' && !bringers.has(path)) bringers.set(path, current);
  }
  return bringers;
}

function bringerOf(field: string): Bringer {
  const [commit = '', name = '', mail = '', committer = '', committerMail = '', ...message] =
    field.split('\x01');
  const people = [
    { name, mail },
    { name: committer, mail: committerMail },
  ];
  return { commit, name, mail, isByAgent: isSignedByAgent(message.join(' '), people) };
}
