// Beside the real program: the same scripted answers, and the messages of both compared by kind, key and type.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../claude-code/program.ts';
import type { Answer, AnswerBlock, Decide } from '../model-server/answer.ts';
import { lastToolResults } from '../model-server/script.ts';
import { type BuiltCli, buildCli } from './built-cli.ts';
import { claudeIn } from './claude-print.ts';
import { type Finished, makeCliPlace } from './cli-place.ts';
import { type Difference, differences, kindOf, type Message, messagesOf, shapeOf } from './message-shape.ts';

const program = await findProgram();
const INSTALL = 'Claude Code is not installed here: npm run test:claude-code does.';
const LIMIT_MS = 240_000;
const SESSION = '11111111-2222-4333-8444-555555555555';
const STREAM = ['--output-format', 'stream-json', '--verbose'];
const SCHEMA = '{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

/** The same call in the names of either program. */
type Side = 'ours' | 'theirs';
interface Names {
  readonly side: Side;
  readonly repository: string;
}
const read = ({ side, repository }: Names): AnswerBlock =>
  side === 'ours'
    ? { type: 'tool_use', name: 'read', input: { path: 'CLAUDE.md' }, id: 'toolu_1' }
    : { type: 'tool_use', name: 'Read', input: { file_path: `${repository}/CLAUDE.md` }, id: 'toolu_1' };
const write = ({ side, repository }: Names): AnswerBlock =>
  side === 'ours'
    ? { type: 'tool_use', name: 'write', input: { path: 'new.txt', content: 'x' }, id: 'toolu_1' }
    : {
        type: 'tool_use',
        name: 'Write',
        input: { file_path: `${repository}/new.txt`, content: 'x' },
        id: 'toolu_1',
      };
const text = (words: string): Answer => ({ content: [{ type: 'text', text: words }] });

interface Scene {
  readonly name: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly decide: (names: Names) => Decide;
  /** Why the two go on in another order here. */
  readonly ownOrder?: string;
}

/** The first request gets the call, the one that brings its result gets the text. */
const callThenText =
  (call: (names: Names) => AnswerBlock, words: string) =>
  (names: Names): Decide =>
  ({ body }) =>
    lastToolResults(body).length === 0
      ? { content: [{ type: 'text', text: 'Let me look.' }, call(names)] }
      : text(words);

const prompt = (words: string): string =>
  `${JSON.stringify({ type: 'user', message: { role: 'user', content: words } })}\n`;

const scenes: readonly Scene[] = [
  { name: 'text', args: ['-p', 'Hi', ...STREAM], decide: () => () => text('Hello.') },
  {
    name: 'one call',
    args: ['-p', 'Read', ...STREAM, '--allowedTools', 'Read'],
    decide: callThenText(read, 'It says: be brief.'),
  },
  { name: 'a denied call', args: ['-p', 'Write', ...STREAM], decide: callThenText(write, 'I may not.') },
  {
    name: 'a tool that does not exist',
    args: ['-p', 'x', ...STREAM],
    decide: callThenText(() => ({ type: 'tool_use', name: 'Nope', input: {}, id: 'toolu_1' }), 'No.'),
  },
  {
    name: 'max turns',
    args: ['-p', 'Read', ...STREAM, '--max-turns', '1', '--allowedTools', 'Read'],
    decide: callThenText(read, 'Never said.'),
  },
  {
    name: 'max budget',
    args: ['-p', 'Hi', ...STREAM, '--max-budget-usd', '0.000001', '--model', 'claude-haiku-4-5'],
    decide: callThenText(read, 'Never said.'),
    ownOrder: 'A limit ends before the next request; Claude Code ends before the calls of the answer.',
  },
  { name: 'a refused request', args: ['-p', 'x', ...STREAM], decide: () => () => ({ status: 400 }) },
  {
    name: 'an overloaded server',
    args: ['-p', 'x', ...STREAM],
    decide: () => {
      let count = 0;
      return () => {
        count += 1;
        return count === 1 ? { status: 529 } : text('There.');
      };
    },
  },
  {
    name: 'messages as they are streamed',
    args: ['-p', 'x', ...STREAM, '--include-partial-messages', '--allowedTools', 'Read'],
    decide: callThenText(read, 'Done.'),
  },
  {
    name: 'two prompts on standard input',
    args: ['-p', ...STREAM, '--input-format', 'stream-json', '--replay-user-messages'],
    input: prompt('One') + prompt('Two'),
    decide: () => () => text('Yes.'),
  },
  {
    name: 'a structured answer',
    args: ['-p', 'Who?', ...STREAM, '--json-schema', SCHEMA],
    decide:
      () =>
      ({ body }) =>
        lastToolResults(body).length === 0
          ? {
              content: [
                { type: 'tool_use', name: structuredTool(body.tools), input: { name: 'Ada' }, id: 'toolu_1' },
              ],
            }
          : text('Done.'),
  },
  {
    name: 'no such session',
    args: ['-p', 'x', ...STREAM, '--resume', SESSION],
    decide: () => () => text('Never said.'),
  },
];

function structuredTool(tools: readonly { readonly name: string }[] = []): string {
  return tools.find(({ name }) => /structured/i.test(name))?.name ?? 'none';
}

interface Both {
  readonly ours: Finished;
  readonly theirs: Finished;
}

async function play(scene: Scene, claude: string): Promise<Both> {
  const [here, there] = await Promise.all([makeCliPlace(cli.path), makeCliPlace(cli.path)]);
  await here.serve(scene.decide({ side: 'ours', repository: here.repository }));
  const other = await claudeIn(there, claude, scene.decide({ side: 'theirs', repository: there.repository }));
  const { args, input } = scene;
  const fed = input === undefined ? {} : { input };
  const [ours, theirs] = await Promise.all([here.run(args, fed), other.run(args, fed)]);
  return { ours, theirs };
}

/** What only Claude Code has a notion of, by place. Anything else that differs is a fault. */
const THEIRS_ONLY: readonly RegExp[] = [
  /^system\/init\.(terminal_slash_commands|claude_code_version|analytics_disabled|product_feedback_disabled|served_by_anthropic|memory_paths|original_cwd|messaging_socket_path|fast_mode_\w+|per_turn_effort_active|ultrathink_\w+|view_mode)$/,
  /^assistant\.(request_id|api_error_type)$/,
  // What a tool takes is its own.
  /\.(input|tool_input)\.\w+$/,
  /^assistant\.message\.(context_management|diagnostics|container|stop_details)$/,
  /^assistant\.message\.usage\./,
  /^user\.(tool_use_result|tool_result_meta)$/,
  /^user\.message\.content\.\[\]\.is_error$/,
  /^stream_event\.(ttft_ms|thinking_display|api_message_id)$/,
  /^result\.(fast_mode_\w+|subagent_stats|safety_stops|ttft_\w+|time_to_request_ms|first_content_frame_ms|queued_turn_count|model_usage_since_last_result|begun_message_ids|api_error_type|api_error)$/,
  /^result\.usage\./,
  /^result\.modelUsage\.MODEL\./,
];

function isTheirsOnly({ where, ours }: Difference): boolean {
  return ours === 'absent' && THEIRS_ONLY.some((place) => place.test(where));
}

/** Ours beyond theirs has a name that says so. */
function isOursOnly({ where, theirs }: Difference): boolean {
  return theirs === 'absent' && /\.(varve_\w+|(input|tool_input)\.\w+)$/.test(where);
}

/** Kinds that only one side says. */
const OWN_KINDS = new Set(['system/status', 'system/varve_notice', 'system/informational']);

function comparable(message: Message): Message {
  const copy = JSON.parse(JSON.stringify(message)) as Message & { modelUsage?: Record<string, unknown> };
  if (copy.modelUsage === undefined) return copy;
  return {
    ...copy,
    modelUsage: Object.fromEntries(Object.values(copy.modelUsage).map((use) => ['MODEL', use])),
  };
}

/** Kind by kind, all messages of a kind together. */
function unlike(ours: readonly Message[], theirs: readonly Message[]): readonly Difference[] {
  const kinds = [...new Set([...ours, ...theirs].map(kindOf))].filter((kind) => !OWN_KINDS.has(kind));
  return kinds.flatMap((kind) => {
    const of = (all: readonly Message[]) =>
      shapeOf(all.filter((one) => kindOf(one) === kind).map(comparable));
    const inner = (shape: ReturnType<typeof shapeOf>) =>
      typeof shape === 'string' ? shape : (shape['[]'] ?? shape);
    return differences(inner(of(ours)), inner(of(theirs)), kind).filter(
      (difference) => !isTheirsOnly(difference) && !isOursOnly(difference) && !isKnown(difference),
    );
  });
}

/** We know why an answer ended when we say it; Claude Code says its parts before. The price of a model may be unknown to us. */
function isKnown({ where, ours, theirs }: Difference): boolean {
  if (where === 'assistant.message.stop_reason') return ours === 'string' && theirs === 'null';
  if (/(total_cost_usd|costUSD)$/.test(where)) return ours === 'null' && theirs === 'number';
  // A limit of money ends Claude Code before it knows why the answer ended.
  return where === 'result.stop_reason' && theirs === 'null';
}

/** The order of messages, without the pieces of a stream: how a text is cut is the server's. */
function order(messages: readonly Message[]): readonly string[] {
  return messages.map(kindOf).filter((kind) => !OWN_KINDS.has(kind) && kind !== 'stream_event');
}

const facts = (message: Message | undefined) => {
  const { subtype, is_error, num_turns, terminal_reason, structured_output, result_index } = message ?? {
    type: 'none',
  };
  return { subtype, is_error, num_turns, terminal_reason, structured_output, result_index };
};

describe('beside claude -p 2.1.330, for the same answers of the model', () => {
  it.for(scenes)(
    '$name: the same messages, by kind, key and type',
    { timeout: LIMIT_MS },
    async (scene, { skip }) => {
      if (program === undefined) return skip(INSTALL);
      const { ours, theirs } = await play(scene, program);
      const [mine, other] = [messagesOf(ours.stdout), messagesOf(theirs.stdout)];
      expect(unlike(mine, other)).toEqual([]);
      if (scene.ownOrder === undefined) expect(order(mine)).toEqual(order(other));
      expect(mine.filter(({ type }) => type === 'result').map(facts)).toEqual(
        other.filter(({ type }) => type === 'result').map(facts),
      );
      expect(ours.code).toBe(theirs.code);
    },
  );
});
