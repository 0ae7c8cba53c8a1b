import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvent, JournalHeader } from '../../../src/agent/session/journal-event.ts';
import { readJournal } from '../../../src/agent/session/journal-reading.ts';
import type { CliPlace } from '../../cli/cli-place.ts';
import type { Answer, AnswerBlock, ModelServerRequest } from '../../model-server/answer.ts';
import { systemText } from '../../model-server/script.ts';

export const say = (text: string): Answer => ({ content: [{ type: 'text', text }] });
export const use = (name: string, input: unknown, id: string): AnswerBlock => ({
  type: 'tool_use',
  name,
  input,
  id,
});
export const call = (...content: readonly AnswerBlock[]): Answer => ({ content });

/** Which subagent asks; undefined for the run itself. */
export function whoAsks({ body }: ModelServerRequest): string | undefined {
  return /You are the subagent "([^"]+)"/.exec(systemText(body))?.[1];
}

/** Answers by how far each of them is: the run itself under `main`, subagents under their names. */
export function parts(
  script: Readonly<
    Record<string, readonly (Answer | ((request: ModelServerRequest) => Answer | Promise<Answer>))[]>
  >,
) {
  return (request: ModelServerRequest): Answer | Promise<Answer> => {
    const steps = script[whoAsks(request) ?? 'main'] ?? [];
    const done = request.body.messages.filter(({ role }) => role === 'assistant').length;
    const step = steps[done];
    if (step === undefined)
      return {
        status: 400,
        body: { error: { type: 'invalid_request_error', message: 'Beyond the script.' } },
      };
    return typeof step === 'function' ? step(request) : step;
  };
}

export interface KeptSession {
  readonly directory: string;
  readonly header: JournalHeader;
  readonly events: readonly JournalEvent[];
}

/** All journals of the place, oldest first. */
export async function sessionsOf(place: CliPlace): Promise<readonly KeptSession[]> {
  const [project = ''] = await readdir(join(place.varveHome, 'projects'));
  const directory = join(place.varveHome, 'projects', project, 'sessions');
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jsonl')).sort();
  const kept: KeptSession[] = [];
  for (const name of names) {
    const read = readJournal(await readFile(join(directory, name)));
    if (!read.ok) throw new Error(read.error.message);
    kept.push({ directory, header: read.value.header, events: read.value.events });
  }
  return kept;
}

export async function writeAgent(place: CliPlace, name: string, fields = ''): Promise<void> {
  const text = `---\nname: ${name}\ndescription: For ${name}.\n${fields}---\n\nWork as ${name} does.\n`;
  await place.write(`.claude/agents/${name}.md`, text);
}
