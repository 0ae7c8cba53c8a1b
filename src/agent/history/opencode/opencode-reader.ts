import { failure, success } from '../../../base/result.ts';
import type { FoundSessions, HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { isReached, newestOf } from '../tool-directory.ts';
import { type Transcript, type TranscriptLineage, toolNames } from '../transcript.ts';
import { readFromDatabase, type StoredSession, sessionsIn } from './opencode-database.ts';
import { databases, opencodePlaces } from './opencode-places.ts';
import type { OpencodeReading } from './opencode-reading.ts';
import { filesOfSession, readFromStorage, storedSessions } from './opencode-storage.ts';

/** Sessions of OpenCode: of its database, checked with 1.18.33, and of the files that older versions wrote. */
export const opencodeReader: HistoryReader = {
  tool: 'opencode',
  name: toolNames.opencode,
  places: async (machine) => opencodePlaces(machine),
  find,
  read: async (machine, session) => {
    const { files } = machine;
    if (!(await isReached(files, opencodePlaces(machine), session.path)))
      return failure({ message: `${session.path} is not there any more. List the sessions again.` });
    const read = session.path.endsWith('.json')
      ? await readFromStorage(machine, session)
      : await readFromDatabase(machine, session);
    return read.ok ? success(transcriptOf(read.value.session, read.value.reading, session)) : read;
  },
  parts: async (machine, session) => {
    const { files } = machine;
    if (!(await isReached(files, opencodePlaces(machine), session.path))) return [];
    if (session.path.endsWith('.json')) return filesOfSession(machine, session);
    const log = `${session.path}-wal`;
    const status = await files.linkStatus(log).catch(() => undefined);
    return status?.kind === 'file' ? [session.path, log] : [session.path];
  },
  reopenings: ({ id, cwd }) =>
    /^ses\w+$/.test(id) ? [{ kind: 'terminal', command: 'opencode', args: ['--session', id], cwd }] : [],
  // OpenCode deletes a session only when a person says so.
  retention: async () => undefined,
};

async function find(machine: MachinePlaces, limit: number): Promise<FoundSessions> {
  const problems: string[] = [];
  const found = new Map<string, SessionFile>();
  // What was taken over into a database stays where it was, too: the session goes on in the database.
  for (const session of await storedSessions(machine, problems)) found.set(session.id, session);
  for (const path of await databases(machine, problems)) {
    const sessions = await sessionsIn(machine, path);
    if (!sessions.ok) problems.push(sessions.error.message);
    else for (const session of sessions.value) found.set(session.id, session);
  }
  return { sessions: newestOf([...found.values()], limit), problems: [...new Set(problems)] };
}

/** A title that OpenCode gives before it has one. */
const NO_TITLE = /^(?:New|Child) session - \d{4}-\d\d-\d\dT/;

function transcriptOf(
  session: StoredSession,
  reading: OpencodeReading,
  { id, modified }: SessionFile,
): Transcript {
  const { title, directory, version, created = modified } = session;
  return {
    tool: 'opencode',
    id,
    ...(version !== undefined && { toolVersion: version }),
    title: NO_TITLE.test(title) ? '' : title,
    cwd: directory,
    created,
    modified: Math.max(created, Math.min(reading.lastTime ?? modified, Math.max(modified, created))),
    ...reading.outcome(session.revertedTo),
    ...lineageOf(session),
  };
}

function lineageOf({ parent, agent }: StoredSession): { readonly lineage?: TranscriptLineage } {
  if (parent === undefined) return {};
  return { lineage: { how: 'subagent', from: parent, ...(agent !== undefined && { agent }) } };
}
