import { basename, dirname } from 'node:path';
import { type LockOwner, livingHolder } from '../../../base/lock.ts';
import { failure, success } from '../../../base/result.ts';
import { projectsDirectory } from '../../../memory/project/project-state.ts';
import { leasePath } from '../../session/lease.ts';
import { readSessionJournal } from '../../session/session.ts';
import { isSessionId } from '../../session/session-id.ts';
import type { FoundSessions, HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { toolNames } from '../transcript.ts';
import { transcriptOf } from './varve-transcript.ts';

/** Our own sessions, of every project of this user. `owner` is this process, to tell who else is alive. */
export function createVarveReader(varveHome: string, owner: LockOwner): HistoryReader {
  return {
    tool: 'varve',
    name: toolNames.varve,
    places: async (machine) => (await sessionDirectories(machine, varveHome)).directories,
    find: (machine, limit) => find(machine, varveHome, limit),
    read: async ({ files }, session) => {
      const directory = dirname(session.path);
      const read = await readSessionJournal(files, directory, session.id);
      if (!read.ok) return failure({ message: read.error.message });
      const path = leasePath(directory, session.id);
      const running = await livingHolder({ files, owner, path }).catch(() => undefined);
      return success(transcriptOf(read.value, session, running !== undefined));
    },
    parts: async ({ files }, { path, id }) => {
      const notes = `${dirname(path)}/${id}.notes.md`;
      return (await files.status(notes).catch(() => undefined)) ? [path, notes] : [path];
    },
    reopenings: () => [],
    // What Varve keeps it keeps by its own settings, which say so themselves.
    retention: async () => undefined,
  };
}

async function sessionDirectories({ files }: MachinePlaces, varveHome: string) {
  const root = projectsDirectory(varveHome);
  const projects = await files.readDirectory(root).catch(() => []);
  const directories = projects
    .filter(({ kind }) => kind === 'directory')
    .map(({ name }) => `${root}/${name}/sessions`);
  return { root, directories };
}

async function find(machine: MachinePlaces, varveHome: string, limit: number): Promise<FoundSessions> {
  const { directories } = await sessionDirectories(machine, varveHome);
  const found = await Promise.all(directories.map((directory) => findIn(machine, directory)));
  const sessions = found.flat().sort((one, other) => other.modified - one.modified);
  return { sessions: sessions.slice(0, limit), problems: [] };
}

async function findIn({ files }: MachinePlaces, directory: string): Promise<readonly SessionFile[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  const journals = entries.filter(
    ({ name, kind }) => kind === 'file' && name.endsWith('.jsonl') && isSessionId(basename(name, '.jsonl')),
  );
  const found = await Promise.all(
    journals.map(async ({ name }): Promise<readonly SessionFile[]> => {
      const path = `${directory}/${name}`;
      const status = await files.status(path).catch(() => undefined);
      if (!status) return [];
      const { size, modified } = status;
      return [{ tool: 'varve', id: basename(name, '.jsonl'), path, size, modified }];
    }),
  );
  return found.flat();
}
