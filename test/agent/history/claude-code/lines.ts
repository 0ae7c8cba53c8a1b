import { claudeCodeReader } from '../../../../src/agent/history/claude-code/claude-code-reader.ts';
import type { Transcript } from '../../../../src/agent/history/transcript.ts';
import { homeWith, machineAt } from '../machine.ts';

export const SESSION = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
export const PROJECT = '.claude/projects/-home-ada-work';

type Json = Readonly<Record<string, unknown>>;

/** A line of a session as Claude Code writes it; names are short ones. */
export function line(uuid: string, parent: string | null, more: Json): Json {
  const second = uuid.length === 1 ? uuid.charCodeAt(0) - 96 : 0;
  return {
    parentUuid: parent,
    isSidechain: false,
    uuid,
    timestamp: new Date(Date.UTC(2026, 10, 1, 12, 0, second)).toISOString(),
    cwd: '/home/ada/work',
    sessionId: SESSION,
    version: '2.1.330',
    gitBranch: 'main',
    ...more,
  };
}

export function prompt(uuid: string, parent: string | null, content: unknown, more: Json = {}): Json {
  return line(uuid, parent, { type: 'user', message: { role: 'user', content }, ...more });
}

export function answer(uuid: string, parent: string | null, content: unknown, more: Json = {}): Json {
  const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  const message = {
    id: `msg_${uuid}`,
    role: 'assistant',
    model: 'claude-opus-5-5',
    content: blocks,
    stop_reason: 'end_turn',
    usage: { input_tokens: 10, output_tokens: 2, cache_read_input_tokens: 5, cache_creation_input_tokens: 1 },
  };
  return line(uuid, parent, { type: 'assistant', message, ...more });
}

export function call(id: string, name: string, input: Json): Json {
  return { type: 'tool_use', id, name, input };
}

export function result(id: string, content: unknown, more: Json = {}): Json {
  return { type: 'tool_result', tool_use_id: id, content, ...more };
}

export function text(lines: readonly Json[]): string {
  return lines.map((each) => `${JSON.stringify(each)}\n`).join('');
}

/** Reads one session with this content. */
export async function readText(
  content: string | Uint8Array,
  name = `${PROJECT}/${SESSION}.jsonl`,
): Promise<Transcript> {
  const machine = machineAt(await homeWith({ [name]: content }));
  const [file] = (await claudeCodeReader.find(machine, 10)).sessions;
  if (file === undefined) throw new Error('No session was found.');
  const read = await claudeCodeReader.read(machine, file);
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
}

export function readLines(...lines: readonly Json[]): Promise<Transcript> {
  return readText(text(lines));
}
