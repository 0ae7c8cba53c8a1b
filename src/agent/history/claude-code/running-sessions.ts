import { join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { isAlive } from '../../../base/process-identity.ts';
import { numberField, parseLoose, textField } from '../loose-json.ts';

export type RunningStatus = 'running' | 'waiting';

/** A small file of one process each; what is larger is none. */
const MOST_BYTES = 64 * 1024;
/** More than so many processes are not looked at. */
const MOST_FILES = 500;

/**
 * What the living program that has a session open is doing; undefined where none has. Each running one keeps a file
 * `sessions/PID.json` with the session, its own start time and `busy`, `shell`, `idle` or `waiting` (2.1.330); one that
 * was killed leaves it behind.
 */
export async function runningStatus(
  files: Files,
  configDirectory: string,
  session: string,
): Promise<RunningStatus | undefined> {
  const directory = join(configDirectory, 'sessions');
  const isDirectory = (await files.linkStatus(directory).catch(() => undefined))?.kind === 'directory';
  const entries = isDirectory ? await files.readDirectory(directory).catch(() => []) : [];
  const own = entries.filter(({ name, kind }) => kind === 'file' && /^\d{1,10}\.json$/.test(name));
  for (const { name } of own.slice(0, MOST_FILES)) {
    const status = await statusIn(files, join(directory, name), session);
    if (status !== undefined) return status;
  }
  return undefined;
}

async function statusIn(files: Files, path: string, session: string): Promise<RunningStatus | undefined> {
  const bytes = await files.readPart(path, 0, MOST_BYTES).catch(() => undefined);
  const note = bytes && parseLoose(Buffer.from(bytes).toString('utf8'));
  if (note === undefined || textField(note, 'sessionId') !== session) return undefined;
  const pid = numberField(note, 'pid') ?? 0;
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  // Only Linux has start times that the program and we write alike.
  const start = process.platform === 'linux' ? textField(note, 'procStart') : undefined;
  if (!(await isAlive(pid, start))) return undefined;
  return textField(note, 'status') === 'waiting' ? 'waiting' : 'running';
}
