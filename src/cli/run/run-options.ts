import type { ParseArgsOptionsConfig } from 'node:util';
import { type PermissionMode, permissionModes } from '../../agent/guard/guard.ts';
import { isSessionTool, sessionTools } from '../../agent/history/transcript.ts';
import type { SessionOrigin } from '../../agent/session/journal-event.ts';
import { isSessionId } from '../../agent/session/session-id.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { flag, type ParsedArguments, text, texts } from '../command.ts';
import { amount, oneOf, splitRules, wholeNumber } from './option-values.ts';

const outputFormats = ['text', 'json', 'stream-json'] as const;
type OutputFormat = (typeof outputFormats)[number];

const inputFormats = ['text', 'stream-json'] as const;

export interface OutputOptions {
  readonly format: OutputFormat;
  /** With `json`: all messages as one array, as `claude -p` has it. */
  readonly verbose: boolean;
  /** With `stream-json`: what the server streams, event by event. */
  readonly partialMessages: boolean;
  /** With `stream-json`: prompts of the input come back when they are taken. */
  readonly replayUserMessages: boolean;
  /** With `stream-json`: what subagents say, beside their calls. */
  readonly subagentText: boolean;
}

export interface RunOptions {
  readonly output: OutputOptions;
  readonly inputFormat: (typeof inputFormats)[number];
  /** Absent: that of the session continued, else `default`. */
  readonly permissionMode: PermissionMode | undefined;
  readonly allowedTools: readonly string[];
  readonly disallowedTools: readonly string[];
  /** The tools the model is offered, by our names or Claude Code's; all unless told. */
  readonly tools: readonly string[] | undefined;
  readonly model: string | undefined;
  readonly maxTurns: number;
  readonly maxBudgetUsd: number | undefined;
  readonly maxBudgetTokens: number | undefined;
  readonly session: SessionChoice;
  /** In place of the fixed prompt; memory stays. */
  readonly systemPrompt: TextOrFile | undefined;
  readonly appendSystemPrompt: readonly TextOrFile[];
  /** A JSON Schema, as written. */
  readonly jsonSchema: string | undefined;
  readonly addDirectories: readonly string[];
  /** Files or JSON, as written. */
  readonly mcpConfig: readonly string[];
  readonly strictMcpConfig: boolean;
  /** JSON or a file, as written. */
  readonly agents: string | undefined;
  readonly control: boolean;
}

/** `newest` for --continue; `id` names what is new: the session, or the fork of one. */
export type SessionChoice =
  | {
      readonly resume: string | 'newest';
      readonly fork: boolean;
      /** Name of a fork point; the end unless told. */
      readonly forkBefore: string | undefined;
      readonly id: string | undefined;
    }
  | { readonly id: string | undefined; readonly from?: SessionOrigin };

export type TextOrFile = { readonly text: string } | { readonly file: string; readonly option: string };

/** The part of `claude -p`'s options (2.1.330) that we have, and `--max-budget-tokens`, which is ours. */
export const runOptionsConfig: ParseArgsOptionsConfig = {
  print: { type: 'boolean', short: 'p' },
  'output-format': { type: 'string' },
  'input-format': { type: 'string' },
  'include-partial-messages': { type: 'boolean' },
  'replay-user-messages': { type: 'boolean' },
  'forward-subagent-text': { type: 'boolean' },
  'permission-mode': { type: 'string' },
  'dangerously-skip-permissions': { type: 'boolean' },
  'allow-dangerously-skip-permissions': { type: 'boolean' },
  allowedTools: { type: 'string', multiple: true },
  disallowedTools: { type: 'string', multiple: true },
  tools: { type: 'string', multiple: true },
  model: { type: 'string' },
  'max-turns': { type: 'string' },
  'max-budget-usd': { type: 'string' },
  'max-budget-tokens': { type: 'string' },
  resume: { type: 'string', short: 'r' },
  continue: { type: 'boolean', short: 'c' },
  'fork-session': { type: 'boolean' },
  'fork-before': { type: 'string' },
  'session-id': { type: 'string' },
  'from-session': { type: 'string' },
  'system-prompt': { type: 'string' },
  'system-prompt-file': { type: 'string' },
  'append-system-prompt': { type: 'string' },
  'append-system-prompt-file': { type: 'string' },
  'json-schema': { type: 'string' },
  'add-dir': { type: 'string', multiple: true },
  'mcp-config': { type: 'string', multiple: true },
  'strict-mcp-config': { type: 'boolean' },
  agents: { type: 'string' },
  verbose: { type: 'boolean' },
  control: { type: 'boolean' },
};

/** Nobody set a limit: high enough for any honest task, low enough to end a loop that goes in circles. */
const DEFAULT_MAX_TURNS = 500;

/** What the arguments ask for; else the first thing wrong with them, in a sentence. Reads no file. */
export function readRunOptions(args: ParsedArguments): Result<RunOptions, string> {
  const output = readOutput(args);
  if (!output.ok) return output;
  const inputFormat = readInputFormat(args, output.value);
  if (!inputFormat.ok) return inputFormat;
  const permissionMode = readMode(args);
  if (!permissionMode.ok) return permissionMode;
  const limits = readLimits(args);
  if (!limits.ok) return limits;
  const session = readSessionChoice(args);
  if (!session.ok) return session;
  const systemPrompt = readSystemPrompt(args);
  if (!systemPrompt.ok) return systemPrompt;
  return success({
    output: output.value,
    inputFormat: inputFormat.value,
    permissionMode: permissionMode.value,
    allowedTools: texts(args, 'allowedTools').flatMap(splitRules),
    disallowedTools: texts(args, 'disallowedTools').flatMap(splitRules),
    tools: args.values['tools'] === undefined ? undefined : texts(args, 'tools').flatMap(splitRules),
    model: text(args, 'model'),
    ...limits.value,
    session: session.value,
    systemPrompt: systemPrompt.value,
    appendSystemPrompt: textsOrFiles(args, 'append-system-prompt'),
    jsonSchema: text(args, 'json-schema'),
    addDirectories: texts(args, 'add-dir'),
    mcpConfig: texts(args, 'mcp-config'),
    strictMcpConfig: flag(args, 'strict-mcp-config'),
    agents: text(args, 'agents'),
    control: flag(args, 'control'),
  });
}

function readOutput(args: ParsedArguments): Result<OutputOptions, string> {
  const format = oneOf('--output-format', text(args, 'output-format') ?? 'text', outputFormats);
  if (!format.ok) return format;
  for (const option of ['include-partial-messages', 'forward-subagent-text']) {
    if (flag(args, option) && format.value !== 'stream-json')
      return failure(`--${option} needs --output-format stream-json.`);
  }
  return success({
    format: format.value,
    verbose: flag(args, 'verbose'),
    partialMessages: flag(args, 'include-partial-messages'),
    replayUserMessages: flag(args, 'replay-user-messages'),
    subagentText: flag(args, 'forward-subagent-text'),
  });
}

function readInputFormat(
  args: ParsedArguments,
  output: OutputOptions,
): Result<RunOptions['inputFormat'], string> {
  const input = oneOf('--input-format', text(args, 'input-format') ?? 'text', inputFormats);
  if (!input.ok) return input;
  if (input.value === 'stream-json' && output.format !== 'stream-json')
    return failure('--input-format stream-json needs --output-format stream-json.');
  if (input.value === 'text' && output.replayUserMessages)
    return failure('--replay-user-messages needs --input-format stream-json.');
  return input;
}

/** `manual` is what Claude Code calls `default`. */
function readMode(args: ParsedArguments): Result<PermissionMode | undefined, string> {
  const mode = text(args, 'permission-mode');
  if (flag(args, 'dangerously-skip-permissions')) return success('bypassPermissions');
  if (mode === undefined) return success(undefined);
  if (mode === 'auto')
    return failure(
      "Claude Code's permission mode auto does not exist here. Choose dontAsk or acceptEdits, with --allowedTools.",
    );
  return oneOf('--permission-mode', mode === 'manual' ? 'default' : mode, permissionModes);
}

type Limits = Pick<RunOptions, 'maxTurns' | 'maxBudgetUsd' | 'maxBudgetTokens'>;

function readLimits(args: ParsedArguments): Result<Limits, string> {
  const turns = wholeNumber('--max-turns', text(args, 'max-turns'));
  if (!turns.ok) return turns;
  const usd = amount('--max-budget-usd', text(args, 'max-budget-usd'));
  if (!usd.ok) return usd;
  const tokens = wholeNumber('--max-budget-tokens', text(args, 'max-budget-tokens'));
  if (!tokens.ok) return tokens;
  const maxTurns = turns.value ?? DEFAULT_MAX_TURNS;
  return success({ maxTurns, maxBudgetUsd: usd.value, maxBudgetTokens: tokens.value });
}

function readSessionChoice(args: ParsedArguments): Result<SessionChoice, string> {
  const id = text(args, 'session-id');
  const fork = flag(args, 'fork-session');
  const resume = text(args, 'resume') ?? (flag(args, 'continue') ? 'newest' : undefined);
  if (id !== undefined && !isSessionId(id))
    return failure(`--session-id must be a UUID in lower case, not "${id}".`);
  const from = readOrigin(text(args, 'from-session'));
  if (!from.ok) return from;
  if (resume === undefined) return success({ id, ...(from.value !== undefined && { from: from.value }) });
  if (from.value !== undefined)
    return failure('--from-session is for a new session; --resume and --continue go on with one.');
  if (id !== undefined && !fork)
    return failure('--session-id names a new session; with --resume or --continue it needs --fork-session.');
  const forkBefore = text(args, 'fork-before');
  if (forkBefore !== undefined && !fork) return failure('--fork-before needs --fork-session.');
  return success({ resume, fork, forkBefore, id });
}

/** `claude-code:0d3f6c1e-…`: noted in the journal of a session that begins with that one's brief. */
function readOrigin(value: string | undefined): Result<SessionOrigin | undefined, string> {
  if (value === undefined) return success(undefined);
  const at = value.indexOf(':');
  const [tool, id] = [value.slice(0, Math.max(0, at)), value.slice(at + 1)];
  return isSessionTool(tool) && id !== '' && id.length <= 200
    ? success({ tool, id })
    : failure(`--from-session is TOOL:ID, with a tool of ${sessionTools.join(', ')}; not "${value}".`);
}

function readSystemPrompt(args: ParsedArguments): Result<TextOrFile | undefined, string> {
  const [first, second] = textsOrFiles(args, 'system-prompt');
  if (second !== undefined) return failure('Give --system-prompt or --system-prompt-file, not both.');
  return success(first);
}

function textsOrFiles(args: ParsedArguments, option: string): readonly TextOrFile[] {
  const said = text(args, option);
  const file = text(args, `${option}-file`);
  return [
    ...(said === undefined ? [] : [{ text: said }]),
    ...(file === undefined ? [] : [{ file, option: `--${option}-file` }]),
  ];
}
