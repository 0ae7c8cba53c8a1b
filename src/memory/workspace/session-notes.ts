import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { SessionNote } from '../outline/session-nodes.ts';

const suffix = '.notes.md';
const newest = 5;
/** Notes are written with 25,000 characters at most; a file much larger was not written by a session. */
const largestBytes = 100_000;

/** The working notes of the sessions that wrote some last, newest first. What cannot be read is passed over. */
export async function readSessionNotes(files: Files, directory: string): Promise<readonly SessionNote[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  const names = entries.map(({ name }) => name).filter((name) => name.endsWith(suffix));
  const found = await Promise.all(
    names.map(async (name) => {
      const path = join(directory, name);
      const status = await files.status(path).catch(() => undefined);
      const isNote = status?.kind === 'file' && status.size <= largestBytes;
      return isNote ? [{ path, session: name.slice(0, -suffix.length), modified: status.modified }] : [];
    }),
  );
  const last = found
    .flat()
    .sort((one, other) => other.modified - one.modified || (one.path < other.path ? 1 : -1));
  const read = last.slice(0, newest).map(async (note) => {
    const bytes = await files.readFile(note.path).catch(() => undefined);
    return bytes === undefined ? [] : [{ ...note, text: Buffer.from(bytes).toString('utf8') }];
  });
  return (await Promise.all(read)).flat();
}
