import { failure } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces } from '../history-reader.ts';
import { isReached, newestOf } from '../tool-directory.ts';
import { toolNames } from '../transcript.ts';
import { sessionDirectories, taskDirectories } from './cline-places.ts';
import { findSessions, isSessionPath, partsOfSession, readSession } from './cline-sessions.ts';
import { findTasks, partsOfTask, readTask } from './cline-tasks.ts';

/** Sessions of Cline: of its command line, checked with 3.0.65, and tasks of the extension, read from its public source. */
export const clineReader: HistoryReader = {
  tool: 'cline',
  name: toolNames.cline,
  places: async (machine) => places(machine),
  find: async (machine, limit) => {
    const problems: string[] = [];
    const sessions = await findSessions(machine, problems);
    const tasks = await findTasks(machine, problems);
    return { sessions: newestOf([...sessions, ...tasks], limit), problems: [...new Set(problems)] };
  },
  read: async (machine, session) => {
    if (!(await isReached(machine.files, places(machine), session.path)))
      return failure({ message: `${session.path} is not there any more. List the sessions again.` });
    return isSessionPath(session.path) ? readSession(machine, session) : readTask(machine, session);
  },
  parts: async (machine, session) => {
    if (!(await isReached(machine.files, places(machine), session.path))) return [];
    return isSessionPath(session.path) ? partsOfSession(machine, session) : partsOfTask(machine, session);
  },
  // A task of the extension is opened from its own list; a subagent's session in that of its session.
  reopenings: ({ id, cwd }) =>
    /^\d{10,16}_\w+$/.test(id) && !id.includes('__')
      ? [{ kind: 'terminal', command: 'cline', args: ['--id', id], cwd }]
      : [],
  // Cline deletes a session only when a person says so.
  retention: async () => undefined,
};

function places(machine: MachinePlaces): readonly string[] {
  return [...sessionDirectories(machine), ...taskDirectories(machine)];
}
