import { failure, success } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces } from '../history-reader.ts';
import { isReached, newestOf, withStatus } from '../tool-directory.ts';
import { toolNames } from '../transcript.ts';
import { filesOfSession, listSessions, projectsIn } from './gemini-files.ts';
import { notedProject, projectDirectory } from './gemini-project.ts';
import { readSession } from './gemini-session.ts';
import { geminiRetention } from './gemini-settings.ts';
import { transcriptOf } from './gemini-transcript.ts';

/** Sessions of Gemini CLI, and conversations that a person saved there with `/chat save`. */
export const geminiReader: HistoryReader = {
  tool: 'gemini-cli',
  name: toolNames['gemini-cli'],
  places: async (machine) => [projectsIn(machine)],
  find: async (machine, limit) => {
    const problems: string[] = [];
    const found = await listSessions(machine.files, projectsIn(machine), problems);
    return {
      sessions: newestOf(await withStatus(machine.files, found), limit),
      problems: [...new Set(problems)],
    };
  },
  read: async (machine, session) => {
    const { files, homeDirectory } = machine;
    if (!(await isThere(machine, session.path)))
      return failure({
        message: `${session.path} is no session of Gemini CLI any more. List the sessions again.`,
      });
    const project = await notedProject(files, projectDirectory(session.path));
    const read = await readSession(files, session.path, { cwd: project ?? '', home: homeDirectory });
    if (!read)
      return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
    if (!read.reading.hasFacts && read.reading.line.length === 0)
      return failure({ message: `${session.path} holds nothing of a session of Gemini CLI.` });
    return success(transcriptOf(read, session, project));
  },
  parts: async (machine, session) =>
    (await isThere(machine, session.path)) ? filesOfSession(machine.files, session) : [],
  // `--resume` takes the id of a session, in the project that it is of (0.61.0). What was saved with a tag can only be
  // taken up by a person, inside.
  reopenings: ({ id, cwd }) =>
    /^(?!checkpoint-)\w[\w-]*$/.test(id)
      ? [{ kind: 'terminal', command: 'gemini', args: ['--resume', id], cwd }]
      : [],
  retention: geminiRetention,
};

function isThere(machine: MachinePlaces, path: string): Promise<boolean> {
  return isReached(machine.files, [projectsIn(machine)], path);
}
