import { resolve } from 'node:path';
import { TextDecoder } from 'node:util';
import type { Files } from '../../../base/files.ts';
import type { Git, GitProblem } from '../../../base/git.ts';
import { type Result, success } from '../../../base/result.ts';
import type { LeftOut } from './manifest.ts';

/** An entry of a commit. */
export interface CommitEntry {
  /** As git has it: `100644`, `100755`, `120000` a link, `160000` a submodule. */
  readonly mode: string;
  readonly oid: string;
}

/** What may differ from a commit, by git's own stat data and never by its idea of contents: filters lie about bytes. */
export interface TreeChanges {
  /** Null before the first commit. */
  readonly head: string | null;
  /** Tracked paths with what the commit has there, null for nothing. */
  readonly tracked: ReadonlyMap<string, CommitEntry | null>;
  readonly untracked: readonly string[];
  /** Directories end with `/`. */
  readonly ignored: readonly string[];
  readonly left: readonly LeftOut[];
}

const decoder = new TextDecoder('utf-8', { fatal: true });
const NO_MODE = '000000';
const SUBMODULE = '160000';

/** A working tree of git as it stands now. */
export interface GitTree {
  /** The commit of HEAD; null before the first one. */
  readonly head: string | null;
  /** Index, configuration and attributes: while these are as they were, git converts the same files in the same way. */
  readonly converters: readonly string[];
}

const CONVERTERS = ['index', 'config', 'info/attributes'];
const PATHS = ['rev-parse', '--show-toplevel', ...CONVERTERS.flatMap((path) => ['--git-path', path])];

/** Undefined where `root` is not the top of a working tree of git. */
export async function openGitTree(git: Git, files: Files, root: string): Promise<GitTree | undefined> {
  const said = await git.text([...PATHS, '--verify', '--quiet', 'HEAD^{commit}']);
  const known = said.ok ? said : await git.text(PATHS);
  if (!known.ok) return undefined;
  const lines = known.value.split('\n');
  const head = said.ok ? (lines.pop() ?? null) : null;
  const converters = lines.splice(-CONVERTERS.length).map((path) => resolve(root, path));
  return (await isRoot(files, lines.join('\n'), root)) ? { head, converters } : undefined;
}

async function isRoot(files: Files, top: string, root: string): Promise<boolean> {
  const real = await Promise.all([top, root].map((path) => files.realPath(path).catch(() => path)));
  return real[0] === real[1];
}

/**
 * Three processes of git side by side; nothing of the repository is written, no filter, hook or monitor runs.
 * Submodules are not looked into.
 */
export async function listChanges(
  git: Git,
  head: string | null,
  keepIgnored: boolean,
): Promise<Result<TreeChanges, GitProblem>> {
  const others = ['ls-files', '-z', '--others'];
  const [tracked, untracked, ignored] = await Promise.all([
    head === null
      ? git.bytes(['ls-files', '-z', '--stage'])
      : git.bytes([
          'diff-index',
          '-z',
          '--raw',
          '--no-abbrev',
          '--no-renames',
          '--ignore-submodules=all',
          head,
        ]),
    git.bytes(keepIgnored ? others : [...others, '--exclude-standard']),
    keepIgnored
      ? success(new Uint8Array())
      : git.bytes([...others, '--ignored', '--exclude-standard', '--directory']),
  ]);
  if (!tracked.ok) return tracked;
  if (!untracked.ok) return untracked;
  if (!ignored.ok) return ignored;
  const left: LeftOut[] = [];
  const found = names(untracked.value, left).filter((path) => path !== '');
  for (const path of found) if (path.endsWith('/')) left.push({ path, why: 'nested-repository' });
  return success({
    head,
    tracked: head === null ? stagedPaths(tracked.value, left) : rawDiff(tracked.value, left),
    untracked: found.filter((path) => !path.endsWith('/')),
    ignored: names(ignored.value, []).filter((path) => path !== ''),
    left,
  });
}

/** Every path of a commit. */
export async function readCommitTree(
  git: Git,
  commit: string,
): Promise<Result<ReadonlyMap<string, CommitEntry>, GitProblem>> {
  const listed = await git.bytes(['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (!listed.ok) return listed;
  const entries = new Map<string, CommitEntry>();
  for (const record of names(listed.value, [])) {
    const tab = record.indexOf('\t');
    const [mode = '', , oid = ''] = record.slice(0, tab).split(' ');
    entries.set(record.slice(tab + 1), { mode, oid });
  }
  return success(entries);
}

export function isSubmodule(entry: CommitEntry | null | undefined): boolean {
  return entry?.mode === SUBMODULE;
}

/** Records between NULs, empty for one whose name is not UTF-8: no path of ours could mean it, so it is told of. */
function names(bytes: Uint8Array, left: LeftOut[]): readonly string[] {
  const found: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
    const record = bytes.subarray(start, end);
    start = end + 1;
    try {
      found.push(decoder.decode(record));
    } catch {
      // A placeholder keeps the order of records that come in pairs.
      found.push('');
      left.push({ path: Buffer.from(record).toString('utf8'), why: 'name-not-utf-8' });
    }
  }
  return found;
}

/** `:MODE MODE OID OID STATUS`, NUL, path, NUL, and so on. */
function rawDiff(bytes: Uint8Array, left: LeftOut[]): ReadonlyMap<string, CommitEntry | null> {
  const tracked = new Map<string, CommitEntry | null>();
  const records = names(bytes, left);
  for (let at = 0; at + 1 < records.length; at += 2) {
    const [mode = '', now = '', oid = ''] = (records[at] ?? '').slice(1).split(' ');
    const path = records[at + 1] ?? '';
    if (path !== '' && mode !== SUBMODULE && now !== SUBMODULE) {
      tracked.set(path, mode === NO_MODE ? null : { mode, oid });
    }
  }
  return tracked;
}

function stagedPaths(bytes: Uint8Array, left: LeftOut[]): ReadonlyMap<string, null> {
  const records = names(bytes, left).filter((record) => record !== '' && !record.startsWith(SUBMODULE));
  return new Map(records.map((record) => [record.slice(record.indexOf('\t') + 1), null]));
}
