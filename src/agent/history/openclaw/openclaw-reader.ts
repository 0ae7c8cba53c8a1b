import { failure, success } from '../../../base/result.ts';
import type { FoundSessions, HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { textField } from '../loose-json.ts';
import { isReached, newestOf } from '../tool-directory.ts';
import { type Transcript, type TranscriptLineage, type TranscriptState, toolNames } from '../transcript.ts';
import { type ReadSession, readFromDatabase, type SessionNote, sessionsIn } from './openclaw-database.ts';
import { readFromFile, sessionFiles } from './openclaw-files.ts';
import { agentDirectories, agents, databaseOf } from './openclaw-places.ts';

/** Sessions of OpenClaw: of each agent's database, checked with 2026.9.6, and of the files that older versions wrote. */
export const openclawReader: HistoryReader = {
  tool: 'openclaw',
  name: toolNames.openclaw,
  places: agentDirectories,
  find,
  read: async (machine, session) => {
    if (!(await isReached(machine.files, await agentDirectories(machine), session.path)))
      return failure({ message: `${session.path} is not there any more. List the sessions again.` });
    const read = isFile(session)
      ? await readFromFile(machine, session)
      : await readFromDatabase(machine, session);
    return read.ok ? success(transcriptOf(read.value, session)) : read;
  },
  parts: async (machine, session) => {
    const { files } = machine;
    if (!(await isReached(files, await agentDirectories(machine), session.path))) return [];
    if (isFile(session)) return [session.path];
    const log = `${session.path}-wal`;
    const status = await files.linkStatus(log).catch(() => undefined);
    return status?.kind === 'file' ? [session.path, log] : [session.path];
  },
  // Only a key is opened; with a Gateway that is running, or without one.
  reopenings: ({ id, cwd }) =>
    /^agent:[\w.-]+(?::[\w.+@-]+)+$/.test(id)
      ? [
          { kind: 'terminal', command: 'openclaw', args: ['tui', '--session', id], cwd },
          { kind: 'terminal', command: 'openclaw', args: ['tui', '--local', '--session', id], cwd },
        ]
      : [],
  // What people said is put away after a time, not deleted; see docs/histories.md for what else there is.
  retention: async () => undefined,
};

function isFile({ path }: SessionFile): boolean {
  return path.endsWith('.jsonl');
}

async function find(machine: MachinePlaces, limit: number): Promise<FoundSessions> {
  const problems: string[] = [];
  const found: SessionFile[] = [];
  for (const agent of await agents(machine, problems)) {
    const path = databaseOf(agent);
    const status = await machine.files.linkStatus(path).catch(() => undefined);
    if (status?.kind !== 'file') continue;
    if (!(await isReached(machine.files, [agent], path))) continue;
    const sessions = await sessionsIn(machine, path);
    if (!sessions.ok) problems.push(sessions.error.message);
    else found.push(...sessions.value);
  }
  // Files that were taken over are put away by OpenClaw: what stands there still is not in the database.
  found.push(...(await sessionFiles(machine, problems)));
  return { sessions: newestOf(found, limit), problems: [...new Set(problems)] };
}

function transcriptOf({ note, reading, problems }: ReadSession, { id, modified }: SessionFile): Transcript {
  const outcome = reading.outcome();
  const created = note.created ?? reading.firstTime ?? modified;
  return {
    tool: 'openclaw',
    id,
    ...(note.version !== undefined && { toolVersion: note.version }),
    cwd: textField(reading.header, 'cwd') ?? '',
    created,
    modified: Math.max(created, Math.min(reading.lastTime ?? modified, modified)),
    ...outcome,
    title: note.title || reading.title,
    state: stateOf(note, outcome.state),
    ...lineageOf(note),
    problems: [...problems, ...outcome.problems],
  };
}

/** That it is running stands there still when OpenClaw was killed: what was said last says more. */
function stateOf({ status }: SessionNote, said: TranscriptState): TranscriptState {
  if (status === 'killed') return 'stopped';
  return status === 'failed' || status === 'timeout' ? 'failed' : said;
}

function lineageOf({ parent, agent, forkOf }: SessionNote): { readonly lineage?: TranscriptLineage } {
  if (parent !== undefined)
    return { lineage: { how: 'subagent', from: parent, ...(agent !== undefined && { agent }) } };
  return forkOf === undefined ? {} : { lineage: { how: 'fork', from: forkOf } };
}
