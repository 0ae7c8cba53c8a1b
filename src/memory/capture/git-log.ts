import { sha256 } from '../../base/hash.ts';
import type { ChangedFile, ChangedLine, Person } from './change-set.ts';

/** What one `git log` says of a commit, before patch ids and tags are known. */
export interface LoggedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly authorDate: number;
  readonly subject: string;
  readonly body: string;
  readonly files: readonly LoggedFile[];
  /** The patch as git wrote it, for `git patch-id`. */
  readonly patch: Uint8Array;
}

export interface LoggedFile extends ChangedFile {
  readonly oldBlob: string;
  readonly newBlob: string;
}

/**
 * Starts a commit's record in the output. A commit's text or diff cannot hold it: it is made from the hashes of all
 * commits asked for, its own among them, which nobody can write into what they hash.
 */
export function separatorFor(commits: readonly string[]): string {
  return sha256(commits.join('\n')).slice(0, 40);
}

/**
 * Options under which a diff is the same on every machine, whatever the user's or the repository's configuration:
 * patch ids are made from it. Without context lines, so that a rebase over a neighbouring change keeps the id.
 */
const diffOptions = [
  '--raw',
  '-U0',
  '-M50%',
  '-l1000',
  '-O/dev/null',
  '--inter-hunk-context=0',
  '--diff-algorithm=myers',
  '--no-indent-heuristic',
  '--src-prefix=a/',
  '--dst-prefix=b/',
  '--submodule=short',
  '--ignore-submodules=none',
  '--full-index',
  '--no-abbrev',
  '--no-ext-diff',
  '--no-textconv',
  '--no-relative',
  '--no-color',
  '--no-color-moved',
  '--diff-merges=off',
];

/** Arguments for one pass over the commits given on standard input, in that order. */
export function logArguments(separator: string, withPatch: boolean): readonly string[] {
  const fields = ['%H', '%T', '%P', '%an', '%ae', '%cn', '%ce', '%at', '%s', '%b'].join('%x00');
  return [
    'log',
    '--stdin',
    '--no-walk=unsorted',
    '-z',
    '--root',
    '--encoding=UTF-8',
    '--no-notes',
    '--no-decorate',
    '--no-show-signature',
    ...diffOptions,
    ...(withPatch ? ['-p'] : []),
    `--format=%x00${separator}%x00${fields}%x00`,
  ];
}

const fieldCount = 10;

/** Parses the output of {@link logArguments}. Never throws; a record it cannot read is left out. */
export function parseLog(output: Uint8Array, separator: string): readonly LoggedCommit[] {
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  const mark = Buffer.from(`\0${separator}\0`);
  const commits: LoggedCommit[] = [];
  let start = bytes.indexOf(mark);
  while (start >= 0) {
    const next = bytes.indexOf(mark, start + mark.length);
    const commit = parseCommit(bytes.subarray(start + mark.length, next < 0 ? bytes.length : next));
    if (commit !== undefined) commits.push(commit);
    start = next;
  }
  return commits;
}

function parseCommit(record: Buffer): LoggedCommit | undefined {
  const fields: string[] = [];
  let at = 0;
  while (fields.length < fieldCount) {
    const end = record.indexOf(0, at);
    if (end < 0) return undefined;
    fields.push(record.toString('utf8', at, end));
    at = end + 1;
  }
  const [commit = '', tree = '', parents = '', authorName = '', authorMail = ''] = fields;
  const [committerName = '', committerMail = '', time = '', subject = '', body = ''] = fields.slice(5);
  const { files, patch } = parseChanges(record.subarray(at));
  return {
    commit,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, mail: authorMail },
    committer: { name: committerName, mail: committerMail },
    authorDate: Math.max(0, Number(time) || 0) * 1000,
    subject,
    body: body.trim(),
    files,
    patch,
  };
}

interface RawEntry {
  readonly status: string;
  readonly path: string;
  readonly oldPath?: string;
  readonly oldBlob: string;
  readonly newBlob: string;
}

function parseChanges(record: Buffer): { readonly files: readonly LoggedFile[]; readonly patch: Uint8Array } {
  const entries: RawEntry[] = [];
  let at = 0;
  const skip = (): void => {
    while (record[at] === 0 || record[at] === 0x0a) at++;
  };
  const field = (): string => {
    const end = record.indexOf(0, at);
    const stop = end < 0 ? record.length : end;
    const text = record.toString('utf8', at, stop);
    at = stop + 1;
    return text;
  };
  skip();
  while (record[at] === 0x3a) {
    const [, , oldBlob = '', newBlob = '', status = ''] = field().split(' ');
    const path = field();
    const isPair = status.startsWith('R') || status.startsWith('C');
    const renamed = isPair ? { oldPath: path, path: field() } : { path };
    entries.push({ status, oldBlob, newBlob, ...renamed });
  }
  skip();
  const patch = record.subarray(Math.min(at, record.length), endOf(record));
  const sections = parsePatch(patch);
  let next = 0;
  const files = entries.map((entry) => {
    // A change of type (file to link) is shown as a removal and an addition: two sections.
    const own = sections.slice(next, next + (entry.status.startsWith('T') ? 2 : 1));
    next += own.length;
    return fileOf(entry, own);
  });
  return { files, patch };
}

/** `-z` ends a commit's patch with a NUL that is not part of it. */
function endOf(record: Buffer): number {
  return record.at(-1) === 0 ? record.length - 1 : record.length;
}

function fileOf(entry: RawEntry, sections: readonly PatchSection[]): LoggedFile {
  return {
    path: entry.path,
    ...(entry.oldPath === undefined ? {} : { oldPath: entry.oldPath }),
    status: statusOf(entry.status),
    binary: sections.some((section) => section.binary),
    added: sections.flatMap((section) => section.added),
    removed: sections.flatMap((section) => section.removed),
    oldBlob: entry.oldBlob,
    newBlob: entry.newBlob,
  };
}

function statusOf(letter: string): ChangedFile['status'] {
  if (letter.startsWith('A') || letter.startsWith('C')) return 'added';
  if (letter.startsWith('D')) return 'deleted';
  return letter.startsWith('R') ? 'renamed' : 'changed';
}

interface PatchSection {
  binary: boolean;
  readonly added: ChangedLine[];
  readonly removed: ChangedLine[];
}

const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** Lines of content start with `+`, `-` or `\`, so a `diff --git` at the margin is always git's own. */
function parsePatch(patch: Buffer): readonly PatchSection[] {
  const sections: PatchSection[] = [];
  let current: PatchSection | undefined;
  let inHunk = false;
  let oldLine = 0;
  let newLine = 0;
  for (const line of patch.toString('utf8').split('\n')) {
    if (line.startsWith('diff --git ')) {
      current = { binary: false, added: [], removed: [] };
      sections.push(current);
      inHunk = false;
      continue;
    }
    if (current === undefined) continue;
    const start = hunk.exec(line);
    if (start !== null) {
      inHunk = true;
      oldLine = Number(start[1]);
      newLine = Number(start[2]);
    } else if (!inHunk) current.binary ||= line.startsWith('Binary files ');
    else if (line.startsWith('+')) current.added.push({ line: newLine++, text: lineText(line) });
    else if (line.startsWith('-')) current.removed.push({ line: oldLine++, text: lineText(line) });
  }
  return sections;
}

function lineText(line: string): string {
  return line.slice(1).replace(/\r$/, '');
}
