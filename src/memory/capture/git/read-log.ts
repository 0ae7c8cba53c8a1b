import type { ChangedFile } from '../change-set.ts';
import { ByteReader } from './byte-reader.ts';
import { type Depth, logFields } from './log-arguments.ts';
import type { LoggedCommit, LoggedFile } from './logged-commit.ts';
import { patchIdOf } from './patch-id.ts';
import { type PatchSection, parsePatch } from './patch-lines.ts';

const nul = Buffer.from([0]);
/** A name or a message over it is cut. */
const maxFieldBytes = 256 * 1024;
/** Files of one commit over it are left out. */
const maxFiles = 200_000;
/** A patch of more lines counts as over the cap: each line costs some hundred bytes here. */
const maxLines = 200_000;
const colon = 0x3a;
/** The last second of the year 9999: dates beyond it have no usual form. */
const latestSecond = 253_402_300_799;

export interface LogRecord {
  readonly commit: LoggedCommit;
  /** The output ended after it: whether it is whole hangs on how git ended. */
  readonly isLast: boolean;
}

/**
 * The commits in the output of `git log` under `logArguments(mark, depth)`, as they come. `mark` must not be known to
 * who wrote the commits, and starts with a letter after `d`. A patch over `cap` bytes is left out and its files marked.
 */
export async function* readLog(
  output: AsyncIterable<Uint8Array>,
  mark: string,
  depth: Depth,
  cap: number,
): AsyncGenerator<LogRecord> {
  const reader = new ByteReader(output);
  const start = Buffer.from(`\0${mark}\0`);
  let isEnd = (await reader.until(start, 0)).isEnd;
  while (!isEnd) {
    const fields: string[] = [];
    for (const _ of logFields) fields.push((await reader.until(nul, maxFieldBytes)).bytes.toString('utf8'));
    const entries = await readEntries(reader);
    await reader.skipAll([0, 0x0a]);
    const patch = await readPatch(reader, mark, start, cap);
    isEnd = patch.isEnd;
    const commit = commitOf(fields, entries, depth === 'lines' && !patch.isCut ? patch.bytes : undefined);
    yield { commit, isLast: isEnd };
  }
}

interface Patch {
  /** Undefined where the output ended. */
  readonly bytes: Buffer;
  readonly isCut: boolean;
  readonly isEnd: boolean;
}

async function readPatch(reader: ByteReader, mark: string, start: Buffer, cap: number): Promise<Patch> {
  // Where there is no patch, the NUL before the next mark was skipped already.
  if ((await reader.peek()) === mark.charCodeAt(0)) {
    await reader.until(nul, 0);
    return { bytes: Buffer.alloc(0), isCut: false, isEnd: false };
  }
  const { bytes, isCut, isEnd } = await reader.until(start, cap);
  // `-z` ends a commit's patch with a NUL that is not part of it.
  return { bytes: bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes, isCut, isEnd };
}

interface RawEntry {
  readonly status: string;
  readonly path: string;
  readonly oldPath?: string;
  readonly oldBlob: string;
  readonly newBlob: string;
}

async function readEntries(reader: ByteReader): Promise<readonly RawEntry[]> {
  const field = async (): Promise<string> => (await reader.until(nul, maxFieldBytes)).bytes.toString('utf8');
  const entries: RawEntry[] = [];
  await reader.skipAll([0, 0x0a]);
  while ((await reader.peek()) === colon) {
    const [, , oldBlob = '', newBlob = '', status = ''] = (await field()).split(' ');
    const path = await field();
    const isPair = status.startsWith('R') || status.startsWith('C');
    const renamed = isPair ? { oldPath: path, path: await field() } : { path };
    if (entries.length < maxFiles) entries.push({ status, oldBlob, newBlob, ...renamed });
  }
  return entries;
}

/** Without a patch the lines are not known, which the files say. */
function commitOf(
  fields: readonly string[],
  entries: readonly RawEntry[],
  patch: Buffer | undefined,
): LoggedCommit {
  const [commit = '', tree = '', parents = '', authorName = '', authorMail = ''] = fields;
  const [committerName = '', committerMail = '', time = '', subject = '', body = ''] = fields.slice(5);
  const sections = patch === undefined ? undefined : sectionsWithin(patch);
  return {
    commit,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, mail: authorMail },
    committer: { name: committerName, mail: committerMail },
    authorDate: Math.min(latestSecond, Math.max(0, Number(time) || 0)) * 1000,
    subject,
    body: body.trim(),
    files: sections === undefined ? entries.map(withoutLines) : withLines(entries, sections),
    patchId: patch === undefined || sections === undefined ? '' : patchIdOf(patch, commit.length),
    size: patch?.length ?? 0,
  };
}

function sectionsWithin(patch: Buffer): readonly PatchSection[] | undefined {
  let lines = 0;
  for (let at = patch.indexOf(0x0a); at >= 0; at = patch.indexOf(0x0a, at + 1))
    if (++lines > maxLines) return undefined;
  return parsePatch(patch);
}

function withoutLines(entry: RawEntry): LoggedFile {
  return { ...fileOf(entry, []), tooLarge: true };
}

function withLines(entries: readonly RawEntry[], sections: readonly PatchSection[]): readonly LoggedFile[] {
  let next = 0;
  return entries.map((entry) => {
    // A change of type (file to link) is shown as a removal and an addition: two sections.
    const own = sections.slice(next, next + (entry.status.startsWith('T') ? 2 : 1));
    next += own.length;
    return fileOf(entry, own);
  });
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
