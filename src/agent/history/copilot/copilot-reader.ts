import { failure } from '../../../base/result.ts';
import type { HistoryReader } from '../history-reader.ts';
import { isReached, newestOf } from '../tool-directory.ts';
import { toolNames } from '../transcript.ts';
import { findChats, isChat, partsOfChat, readChat } from './chat-sessions.ts';
import { findCliSessions, partsOfCliSession, readCliSession } from './cli-sessions.ts';
import { copilotPlaces } from './copilot-places.ts';

/** Sessions of GitHub Copilot: of its command line, checked with 1.0.102, and chats in VS Code, read from its public source. */
export const copilotReader: HistoryReader = {
  tool: 'copilot',
  name: toolNames.copilot,
  places: async (machine) => copilotPlaces(machine),
  find: async (machine, limit) => {
    const problems: string[] = [];
    const sessions = await findCliSessions(machine, problems);
    const chats = await findChats(machine, problems);
    return { sessions: newestOf([...sessions, ...chats], limit), problems: [...new Set(problems)] };
  },
  read: async (machine, session) => {
    if (!(await isReached(machine.files, copilotPlaces(machine), session.path)))
      return failure({ message: `${session.path} is not there any more. List the sessions again.` });
    return isChat(session) ? readChat(machine, session) : readCliSession(machine, session);
  },
  parts: async (machine, session) => {
    if (!(await isReached(machine.files, copilotPlaces(machine), session.path))) return [];
    return isChat(session) ? partsOfChat(machine, session) : partsOfCliSession(machine, session);
  },
  // A chat is opened from VS Code's own list.
  reopenings: ({ id, cwd }) =>
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
      ? [{ kind: 'terminal', command: 'copilot', args: [`--resume=${id}`], cwd }]
      : [],
  // The command line keeps sessions for good, VS Code the newest 400 chats of a folder whatever their age.
  retention: async () => undefined,
};
