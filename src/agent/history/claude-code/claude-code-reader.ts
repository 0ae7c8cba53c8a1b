import { failure, type Result, success } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, Reopening, SessionFile } from '../history-reader.ts';
import { parseLoose, textField } from '../loose-json.ts';
import { readSessionLines } from '../session-lines.ts';
import { isReached } from '../tool-directory.ts';
import { type Transcript, toolNames } from '../transcript.ts';
import { claudePlaces } from './claude-places.ts';
import { ClaudeReading } from './claude-reading.ts';
import { claudeRetention } from './claude-retention.ts';
import { transcriptOf } from './claude-transcript.ts';
import { findSessions } from './find-sessions.ts';
import { runningStatus } from './running-sessions.ts';
import { isOfSubagent } from './session-name.ts';
import { notePath, partsOf } from './session-parts.ts';

/** Sessions of Claude Code, checked with 2.1.330; see docs/histories.md. */
export const claudeCodeReader: HistoryReader = {
  tool: 'claude-code',
  name: toolNames['claude-code'],
  places: async (machine) => {
    const { projects, running } = claudePlaces(machine);
    return [projects, running];
  },
  find: findSessions,
  read,
  parts: partsOf,
  reopenings,
  retention: claudeRetention,
};

async function read(
  machine: MachinePlaces,
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const { files, homeDirectory } = machine;
  const { projects, config } = claudePlaces(machine);
  const { path, id } = session;
  if (!(await isReached(files, [projects], path)))
    return failure({ message: `${path} is no session of Claude Code any more. List the sessions again.` });
  const ofSubagent = isOfSubagent(id);
  const reading = new ClaudeReading(homeDirectory, ofSubagent);
  try {
    for await (const line of readSessionLines(files, path)) reading.addLine(line);
  } catch {
    if (reading.lines === 0)
      return failure({ message: `${path} could not be read. Check whose it is, then try again.` });
    reading.breakOff();
  }
  if (reading.lines === 0) return failure({ message: `${path} holds nothing of a session of Claude Code.` });
  const running = ofSubagent ? undefined : await runningStatus(files, config, id);
  const agent = ofSubagent ? await agentName(machine, path) : undefined;
  return success(transcriptOf(reading, session, { running, agent }));
}

const NOTE_BYTES = 64 * 1024;

async function agentName(machine: MachinePlaces, path: string): Promise<string | undefined> {
  const note = notePath(path);
  if (!(await isReached(machine.files, [claudePlaces(machine).projects], note))) return undefined;
  const bytes = await machine.files.readPart(note, 0, NOTE_BYTES).catch(() => undefined);
  const name = bytes && textField(parseLoose(Buffer.from(bytes).toString('utf8')), 'agentType');
  return name?.slice(0, 200);
}

/** Source of the link: the extension's documentation; the folder of the session has to be open. */
function reopenings({ id, cwd }: { readonly id: string; readonly cwd: string }): readonly Reopening[] {
  if (isOfSubagent(id)) return [];
  return [
    { kind: 'terminal', command: 'claude', args: ['--resume', id], cwd },
    {
      kind: 'link',
      uri: `vscode://anthropic.claude-code/open?session=${encodeURIComponent(id)}`,
      needsExtension: 'anthropic.claude-code',
    },
  ];
}
