import type { Result } from '../../base/result.ts';
import type { Message, ModelProblem } from '../model/model.ts';
import { contextWindow } from '../model/prices.ts';
import type { Tool } from '../tools/tool.ts';
import { textOf, toolCalls, withUserBlocks } from './history.ts';
import type { LoopConfig } from './loop-config.ts';
import { count, type LoopRun } from './loop-run.ts';
import { askModel, type ModelAnswer, requestAnswer } from './model-turn.ts';
import { withoutOldResults } from './old-results.ts';
import { keptWithin, shortened } from './shortened.ts';
import { carryOutCalls } from './tool-turn.ts';

/** Why a compaction could not be made: no answer, or no further request may leave. */
export type CompactionProblem = ModelProblem | { readonly kind: 'over-budget'; readonly message: string };

/** Shares of the model's context window. */
const compactFrom = 0.8;
const oldResultsGoFrom = 0.5;
const keptShare = 0.1;

const flushRequests = 4;
const summaryUnits = 60_000;
/** Requests with less and less of the conversation, where the server says that it is too long. */
const tightenings = 4;
const leftOutNote = 'A part of the conversation that stood here was too long and is left out.';

/** The conversation as the next request sends it: without large old results. */
export function conversation(run: LoopRun): readonly Message[] {
  return withoutOldResults(run.history, windowOf(run.config) * oldResultsGoFrom, run.sizeOf);
}

/** True where the next request would come near the end of the model's context. */
export function needsCompaction(run: LoopRun): boolean {
  const window = windowOf(run.config);
  // An answer must fit too; where the window is small, most of it is still used before anything goes.
  const room = Math.max(window * 0.6, Math.min(window * compactFrom, window - run.config.maxTokens));
  return run.promptTokens > room && canCompact(run);
}

/** True where the server refused the request because of its length, and something of it can be left out. */
export function isTooLong(run: LoopRun, problem: ModelProblem): boolean {
  return refusesLength(problem) && canCompact(run);
}

/** Something must have been said since the last time, or it would go on for ever. */
function canCompact(run: LoopRun): boolean {
  return run.history.length > run.compactedAt + 2;
}

/** Words of the Messages API and of servers that speak it (Ollama, llama.cpp, LM Studio, vLLM), and 413. */
function refusesLength({ kind, message, status }: ModelProblem): boolean {
  if (kind !== 'invalid') return false;
  if (status === 413) return true;
  return /prompt is too long|too many (input )?tokens|maximum context|context[- ](length|window|size)|(exceeds?|longer than) .{0,60}context/i.test(
    message,
  );
}

/**
 * Shortens the conversation: first the model may keep, with the tools named for it, what would be lost; then it writes
 * a summary, and the conversation goes on from the first prompt, that summary and the last messages. All of it stands
 * in the journal between `compaction-start` and `compaction-end`; a process that dies in between leaves the
 * conversation as it was, and the next one begins anew. Undefined: it was done.
 */
export async function compact(
  run: LoopRun,
  turn: number,
  tooLong: boolean,
): Promise<CompactionProblem | undefined> {
  const tokensBefore = run.promptTokens;
  const talk: Talk = {
    run: quietRun(run),
    turn,
    limit: tooLong ? halfOf(run, conversation(run)) : undefined,
  };
  await run.config.emit({ type: 'compaction-start', tokensBefore });
  const flushed = await flush(talk);
  if (flushed !== undefined) return flushed;
  const answer = await ask(talk, [summaryPrompt], requestAnswer);
  if (!answer.ok) return answer.error;
  const { usage, model } = answer.value;
  const text = textOf(answer.value.content).trim().slice(0, summaryUnits);
  const summary = text === '' ? 'No summary could be made of it.' : text;
  const most = Math.min(windowOf(run.config) * keptShare, (talk.limit ?? Number.POSITIVE_INFINITY) / 4);
  const kept = keptWithin(run.history, most, run.sizeOf);
  await run.config.emit({ type: 'compaction-end', summary, kept, tokensBefore, usage, model });
  run.history = shortened(run.history, { summary, kept });
  run.promptTokens = 0;
  run.compactedAt = run.history.length;
  return undefined;
}

interface Talk {
  readonly run: LoopRun;
  readonly turn: number;
  /** Estimated tokens of the conversation that are sent; all of it where nothing is known against it. */
  limit: number | undefined;
}

/** The same tools are sent as ever, so that the cached beginning holds; those that may not be called say so. */
function quietRun(run: LoopRun): LoopRun {
  const { config } = run;
  const kept = new Set(config.flushTools ?? []);
  const tools = config.tools.map((tool) => (kept.has(tool.definition.name) ? tool : closed(tool, [...kept])));
  const emit: LoopConfig['emit'] = (event) =>
    event.type === 'text-delta' ? Promise.resolve() : config.emit(event);
  return { ...run, config: { ...config, tools, emit }, repetition: { signature: '', count: 0 } };
}

function closed({ definition }: Tool, open: readonly string[]): Tool {
  const text = `${definition.name} cannot be called now: the conversation is being shortened.${open.length > 0 ? ` Only these can: ${open.join(', ')}.` : ''} Nothing was done.`;
  return { definition, effect: 'read', plan: async () => ({ ok: false, text }) };
}

/** The quiet turn: what the model keeps now outlives the conversation. */
async function flush(talk: Talk): Promise<CompactionProblem | undefined> {
  const { run } = talk;
  const offered = run.config.tools.map((tool) => tool.definition.name);
  const names = (run.config.flushTools ?? []).filter((name) => offered.includes(name));
  if (names.length === 0) return undefined;
  const said: Message[] = [];
  for (let request = 1; request <= flushRequests; request += 1) {
    const answer = await ask(talk, [flushPrompt(names), ...said], askModel);
    if (!answer.ok) return answer.error;
    const calls = toolCalls(answer.value.content);
    if (calls.length === 0) return undefined;
    const results = await carryOutCalls(run, calls, `flush-${run.history.length}-${request}`);
    if (run.config.signal.aborted) return { kind: 'stopped', message: 'Stopped.' };
    said.push({ role: 'assistant', content: answer.value.content }, { role: 'user', content: results });
  }
  return undefined;
}

/** One request at the end of the conversation; where that is too long, with less and less of it. */
async function ask(
  talk: Talk,
  [prompt, ...said]: readonly [string, ...Message[]],
  send: typeof askModel,
): Promise<Result<ModelAnswer, CompactionProblem>> {
  const { run, turn } = talk;
  for (let attempt = 1; ; attempt += 1) {
    const over = await run.config.budget?.whyOver(run.config.modelName);
    if (over !== undefined) return { ok: false, error: { kind: 'over-budget', message: over } };
    const sent = within(run, talk.limit);
    const history = [...withUserBlocks(sent, [{ type: 'text', text: prompt }]), ...said];
    const answer = await send(run.config, history, turn);
    if (answer.ok) await count(run, answer.value);
    if (answer.ok || !refusesLength(answer.error) || attempt > tightenings) return answer;
    talk.limit = halfOf(run, sent);
  }
}

function within(run: LoopRun, limit: number | undefined): readonly Message[] {
  const whole = conversation(run);
  if (limit === undefined) return whole;
  return shortened(whole, { summary: leftOutNote, kept: keptWithin(whole, limit, run.sizeOf) });
}

function halfOf(run: LoopRun, messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + run.sizeOf(message), 0) / 2;
}

function windowOf(config: LoopConfig): number {
  return config.contextWindow ?? contextWindow(config.modelName);
}

function flushPrompt(names: readonly string[]): string {
  return `This conversation is about to be shortened: what stands only here will be gone. Keep now what is worth keeping. Only these tools can be called: ${names.join(', ')}.
- Where the work stands, what was tried and what comes next: in the notes of this session, where a tool offers them.
- Decisions, conventions and pitfalls of the project that hold beyond this task: as memory. They are proposed to the person, not accepted by you.
Keep nothing twice, no secrets, and nothing that the files themselves say. If nothing is worth keeping, answer: nothing.`;
}

const summaryPrompt = `Write the summary from which this conversation goes on: only it, the first prompt and the last few messages will be left. Text only, no calls. Say
1. every request of the person and how they want it done, word for word where it is short;
2. what was found out: files with their paths, facts, decisions with their reasons;
3. what was changed, file by file, and which checks were run with what outcome;
4. what failed or was not permitted and must not be tried again;
5. where the work stands and what comes next.`;
