import { createHash } from 'node:crypto';
import { basename, dirname, join, posix, win32 } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { objectField, parseLoose, textField } from '../loose-json.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { isCheckpoint } from './gemini-files.ts';

const PATH_BYTES = 4096;
const MOST_DIRECTORIES = 20_000;

/** The directory that Gemini CLI keeps for the project of a session. */
export function projectDirectory(path: string): string {
  const above = dirname(path);
  if (isCheckpoint(basename(path))) return above;
  return basename(above) === 'chats' ? dirname(above) : dirname(dirname(above));
}

/** The project itself, where Gemini CLI says which it is: in a file of the directory, or in the list of all projects. */
export async function notedProject(files: Files, directory: string): Promise<string | undefined> {
  const marker = join(directory, '.project_root');
  const noted = await regularText(files, marker, PATH_BYTES);
  if (noted !== undefined && isAbsolutePath(noted.trim())) return noted.trim();
  const list = parseLoose(
    (await regularText(files, join(directory, '../../projects.json'), 4_000_000)) ?? '',
  );
  const projects = objectField(list, 'projects') ?? {};
  const name = basename(directory);
  return Object.keys(projects).find(
    (path) => (textField(projects, path) === name || hashOf(path) === name) && isAbsolutePath(path),
  );
}

async function regularText(files: Files, path: string, limit: number): Promise<string | undefined> {
  const status = await files.linkStatus(path).catch(() => undefined);
  if (status?.kind !== 'file' || status.size > limit) return undefined;
  const bytes = await files.readFile(path).catch(() => undefined);
  return bytes && Buffer.from(bytes).toString('utf8');
}

/**
 * Earlier versions noted nothing but a hash of the project's path: one of the directories that files of the session are
 * in has that hash.
 */
export function hashedProject(
  hash: string | undefined,
  entries: readonly TranscriptEntry[],
): string | undefined {
  if (hash === undefined) return undefined;
  const tried = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'call') continue;
    for (const path of [...entry.reads, ...entry.writes])
      for (const directory of directoriesAbove(path)) {
        if (tried.has(directory)) break;
        if (tried.size === MOST_DIRECTORIES) return undefined;
        if (hashOf(directory) === hash) return directory;
        tried.add(directory);
      }
  }
  return undefined;
}

function directoriesAbove(path: string): readonly string[] {
  const above = path.startsWith('/') ? posix.dirname : win32.dirname;
  const found: string[] = [];
  for (let at = path; above(at) !== at; at = above(at)) found.push(above(at));
  return found;
}

function hashOf(path: string): string {
  return createHash('sha256').update(path).digest('hex');
}

function isAbsolutePath(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !path.includes('\0');
}
