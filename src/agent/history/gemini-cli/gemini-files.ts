import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { directoriesIn, entriesOf } from '../tool-directory.ts';

/** `GEMINI_CLI_HOME`, else the home directory; a relative one depends on where Gemini CLI is started and is left out. */
export function geminiDirectory({ homeDirectory, environment }: MachinePlaces): string {
  const set = environment['GEMINI_CLI_HOME'];
  return join(set !== undefined && isAbsolute(set) ? set : homeDirectory, '.gemini');
}

/** A directory for each project, named for it, or for the hash of its path. */
export function projectsIn(machine: MachinePlaces): string {
  return join(geminiDirectory(machine), 'tmp');
}

/** What a session's file is by its place alone. */
export type FoundFile = Pick<SessionFile, 'tool' | 'id' | 'path' | 'parent'>;

/** Of all projects, by names alone; of files that were made for one session, the one that it goes on in. */
export async function listSessions(
  files: Files,
  projects: string,
  problems: string[],
): Promise<readonly FoundFile[]> {
  const found: FoundFile[] = [];
  for (const project of await directoriesIn(files, projects, problems)) {
    const entries = await entriesOf(files, project, problems);
    for (const { name, kind } of entries)
      if (kind === 'file' && isCheckpoint(name)) found.push(fileAt(join(project, name)));
    if (entries.some(({ name, kind }) => name === 'chats' && kind === 'directory'))
      found.push(...(await sessionsIn(files, join(project, 'chats'), problems)));
  }
  return found;
}

async function sessionsIn(files: Files, chats: string, problems: string[]): Promise<readonly FoundFile[]> {
  const names = await withoutTwins(files, chats, await sessionNames(files, chats, problems));
  const found = names.map((name) => fileAt(join(chats, name)));
  // Of subagents, below the id of the session that made them.
  for (const directory of await directoriesIn(files, chats, problems))
    for (const { name, kind } of await entriesOf(files, directory, problems))
      if (kind === 'file' && name.endsWith('.jsonl'))
        found.push({ ...fileAt(join(directory, name)), parent: basename(directory) });
  return found;
}

async function sessionNames(files: Files, chats: string, problems: string[]): Promise<readonly string[]> {
  const entries = await entriesOf(files, chats, problems);
  return entries
    .filter(({ name, kind }) => kind === 'file' && /^session-.*\.jsonl?$/.test(name))
    .map(({ name }) => name)
    .sort();
}

function fileAt(path: string): FoundFile {
  return { tool: 'gemini-cli', id: basename(path).replace(/\.jsonl?$/, ''), path };
}

/** Saved with `/chat save TAG`. */
export function isCheckpoint(name: string): boolean {
  return /^checkpoint-.+\.json$/.test(name);
}

/** The eight first characters of the id of the session. */
export function shortId(name: string): string {
  return /-([A-Za-z0-9]{8})\.jsonl?$/.exec(name)?.[1] ?? name;
}

/**
 * Gemini CLI begins a file whenever it starts, also when a session is gone on with in the file that it has: what was
 * made last holds nothing but the beginning then. A `.json` of an earlier version was copied into the `.jsonl` beside it.
 */
async function withoutTwins(
  files: Files,
  chats: string,
  names: readonly string[],
): Promise<readonly string[]> {
  const kept: string[] = [];
  for (const twins of grouped(names, shortId)) {
    // Ids may be chosen by a person: those of two sessions may begin alike.
    const ids = new Map<string, string>();
    if (twins.length > 1)
      for (const name of twins) ids.set(name, (await idAt(files, join(chats, name))) ?? name);
    for (const [first = '', ...others] of grouped(twins, (name) => ids.get(name) ?? name))
      kept.push(others.includes(`${first}l`) ? `${first}l` : first);
  }
  return kept;
}

function grouped(names: readonly string[], by: (name: string) => string): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const name of names) groups.set(by(name), [...(groups.get(by(name)) ?? []), name]);
  return [...groups.values()];
}

const HEAD_BYTES = 4096;

/** The id of the session that a file is of: it stands at its beginning. */
export async function idAt(files: Files, path: string): Promise<string | undefined> {
  const head = await files.readPart(path, 0, HEAD_BYTES).catch(() => undefined);
  return head && /"sessionId"\s*:\s*"([^"\\]+)"/.exec(Buffer.from(head).toString('utf8'))?.[1];
}

/** Everything that Gemini CLI itself deletes with a session, and the files that were made for it besides. */
export async function filesOfSession(
  files: Files,
  { path, parent }: SessionFile,
): Promise<readonly string[]> {
  const name = basename(path);
  if (parent !== undefined || isCheckpoint(name)) return [path];
  const chats = dirname(path);
  const project = dirname(chats);
  const id = await idAt(files, path);
  const names = (await sessionNames(files, chats, [])).filter((one) => shortId(one) === shortId(name));
  const twins: string[] = [];
  for (const one of names) if ((await idAt(files, join(chats, one))) === id) twins.push(join(chats, one));
  if (id === undefined || !/^[\w-]+$/.test(id)) return [path];
  const ways = [
    [chats, id],
    [project, 'tool-outputs', `session-${id}`],
    [project, 'logs', `session-${id}.jsonl`],
    [project, id],
  ] as const;
  const inside = await Promise.all(ways.map((way) => filesAlong(files, way)));
  return [...new Set([path, ...twins, ...inside.flat()])];
}

const MOST_FILES = 10_000;
const DEEPEST = 8;

/** The file at the end of a way of directories, or all files below it; nothing where a link stands in the way. */
async function filesAlong(files: Files, [from, ...names]: readonly string[]): Promise<readonly string[]> {
  let at = from ?? '';
  for (const [index, name] of names.entries()) {
    at = join(at, name);
    const kind = (await files.linkStatus(at).catch(() => undefined))?.kind;
    if (kind === 'file' && index === names.length - 1) return [at];
    if (kind !== 'directory') return [];
  }
  return filesBelow(files, at, 0);
}

async function filesBelow(files: Files, directory: string, depth: number): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, kind } of depth > DEEPEST ? [] : await entriesOf(files, directory, [])) {
    if (kind === 'file') found.push(join(directory, name));
    if (kind === 'directory') found.push(...(await filesBelow(files, join(directory, name), depth + 1)));
    if (found.length > MOST_FILES) break;
  }
  return found;
}
