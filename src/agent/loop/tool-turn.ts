import { sha256 } from '../../base/hash.ts';
import type { ApprovalRequest, Verdict } from '../guard/guard.ts';
import { createMaskedStream } from '../guard/secret-mask.ts';
import type { ContentBlock, ImageBlock } from '../model/model.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tools/tool.ts';
import { resultBlock, type ToolCall } from './history.ts';
import { interruption, type LoopConfig } from './loop-config.ts';
import type { LoopEvent } from './loop-event.ts';
import type { Tally } from './tally.ts';

/** What goes on during the calls of one run. */
export interface ToolTurn {
  readonly config: LoopConfig;
  readonly tally: Tally;
  /** How often the last call was made in a row, by its name and input. */
  readonly repetition: { signature: string; count: number };
}

interface ReadyCall {
  readonly call: ToolCall;
  readonly plan: ToolPlan;
  readonly context: ToolContext;
  /** Resolves when all live output was handed on; rejects when it could not be. */
  readonly flushed: () => Promise<void>;
}

type Outcome = ToolResult & {
  readonly denial?: { readonly reason: string };
  readonly change?: { readonly path: string; readonly diff: string };
};

const maxResultCharacters = 100_000;
/** Of a picture, decoded: the Messages API takes no larger one. */
const maxImageBytes = 5 * 1024 * 1024;
const repeatedCalls = 5;

/**
 * Carries out the calls of one answer and gives a result block for each, in order. Calls that only read go on side
 * by side, the others one after another and never before what stands ahead of them; permission is always asked in
 * order. After a stop each call left gets a result that says so; after an interruption those are left open.
 */
export async function carryOutCalls(
  turn: ToolTurn,
  calls: readonly ToolCall[],
  turnKey: string,
): Promise<readonly ContentBlock[]> {
  const blocks: ContentBlock[] = [];
  for (const group of inGroups(turn.config.tools, calls)) {
    if (isInterrupted(turn.config)) return blocks;
    const ready: (ReadyCall | ContentBlock | LeftOpen)[] = [];
    for (const call of group) ready.push(await prepare(turn, call));
    const done = await Promise.allSettled(
      ready.map((item) => (item !== leftOpen && 'plan' in item ? execute(turn, item, turnKey) : item)),
    );
    for (const outcome of done) {
      if (outcome.status === 'rejected') throw outcome.reason;
      if (outcome.value !== leftOpen) blocks.push(outcome.value);
    }
  }
  return blocks;
}

/** A call that an interruption overtook before it was begun: it has no result and is carried out when the session goes on. */
const leftOpen = 'left-open';
type LeftOpen = typeof leftOpen;

function isInterrupted(config: LoopConfig): boolean {
  return config.signal.reason === interruption;
}

/** Neighbouring reads together, everything else alone. */
function inGroups(tools: readonly Tool[], calls: readonly ToolCall[]): readonly (readonly ToolCall[])[] {
  const groups: ToolCall[][] = [];
  let isReading = false;
  for (const call of calls) {
    const tool = findTool(tools, call.name);
    const reads = tool?.effect === 'read' || tool?.sideBySide?.(call.input) === true;
    if (reads && isReading) groups.at(-1)?.push(call);
    else groups.push([call]);
    isReading = reads;
  }
  return groups;
}

function findTool(tools: readonly Tool[], name: string): Tool | undefined {
  return tools.find((tool) => tool.definition.name === name);
}

/** Finds out what the call would do and whether it may; a call that comes to nothing is answered here. */
async function prepare(turn: ToolTurn, call: ToolCall): Promise<ReadyCall | ContentBlock | LeftOpen> {
  const { config } = turn;
  if (isInterrupted(config)) return leftOpen;
  if (config.signal.aborted) return finish(turn, call, stoppedOutcome);
  const tool = findTool(config.tools, call.name);
  if (tool === undefined) return finish(turn, call, unknownTool(config.tools, call.name));
  if (isRepeated(turn, call)) return refuseRepeated(turn, call);
  const { context, flushed } = toolContext(config, call.id);
  const plan = await planSafely(tool, call, context);
  if (!('run' in plan)) return finish(turn, call, plan);
  const denied = await permit(turn, call, plan);
  if (denied === leftOpen) return leftOpen;
  if (denied !== undefined) return finish(turn, call, denied);
  return { call, plan, context, flushed };
}

async function planSafely(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolPlan | ToolResult> {
  try {
    return await tool.plan(call.input, context);
  } catch (error) {
    return failed(`${call.name} failed before it began: ${messageOf(error)}`);
  }
}

/** The guard's word, or a person's. Undefined: it may go on. */
async function permit(
  turn: ToolTurn,
  call: ToolCall,
  plan: ToolPlan,
): Promise<Outcome | LeftOpen | undefined> {
  const { config } = turn;
  const verdict = await config.guard.decide(plan.permission);
  if (verdict.decision === 'allow') return undefined;
  const refusal = verdict.decision === 'deny' ? verdict.reason : await askPerson(config, call, plan, verdict);
  if (refusal === undefined) return undefined;
  if (isInterrupted(config)) return leftOpen;
  if (config.signal.aborted) return stoppedOutcome;
  turn.tally.denials.push({ tool: call.name, id: call.id, input: call.input });
  const text = `This was not permitted and nothing was done. ${refusal} Do not try to reach the same by another way; go on without it or say what you need.`;
  return { ok: false, text, denial: { reason: refusal } };
}

/** Undefined for yes, else why not. */
async function askPerson(
  config: LoopConfig,
  call: ToolCall,
  plan: ToolPlan,
  verdict: Verdict,
): Promise<string | undefined> {
  const request: ApprovalRequest = {
    id: call.id,
    tool: call.name,
    summary: plan.summary,
    detail: plan.detail,
    reason: verdict.reason,
    ...('path' in plan.permission ? { path: plan.permission.path } : {}),
    ...(verdict.offeredRule === undefined ? {} : { offeredRule: verdict.offeredRule }),
  };
  await config.emit({ type: 'approval-ask', request });
  const { decision, message } = await answerOrStop(config, request);
  // Nobody answered: the question is asked again when the session goes on.
  if (isInterrupted(config)) return verdict.reason;
  const rule = decision === 'session' || decision === 'always' ? verdict.offeredRule : undefined;
  await config.emit({
    type: 'approval-answer',
    id: call.id,
    decision,
    ...(message === undefined ? {} : { message }),
    ...(rule === undefined ? {} : { rule }),
  });
  if (rule !== undefined) config.guard.remember(rule);
  if (decision !== 'deny') return undefined;
  return message === undefined || message === ''
    ? `${verdict.reason} The answer was no.`
    : `The answer was no: ${message}`;
}

/** A question that a stop overtakes is answered with no. */
async function answerOrStop(
  config: LoopConfig,
  request: ApprovalRequest,
): ReturnType<LoopConfig['approver']['ask']> {
  const { signal } = config;
  const no = { decision: 'deny' } as const;
  if (signal.aborted) return no;
  let onAbort = () => {};
  const stopped = new Promise<typeof no>((resolve) => {
    onAbort = () => resolve(no);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([config.approver.ask(request, signal).catch(() => no), stopped]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The intent is kept before anything is done, the result after it. */
async function execute(turn: ToolTurn, ready: ReadyCall, turnKey: string): Promise<ContentBlock | LeftOpen> {
  const { config } = turn;
  const { call, plan, context } = ready;
  if (isInterrupted(config)) return leftOpen;
  if (config.signal.aborted) return finish(turn, call, stoppedOutcome);
  await config.emit({
    type: 'tool-intent',
    id: call.id,
    name: call.name,
    input: call.input,
    effect: plan.effect,
    summary: plan.summary,
    detail: plan.detail,
    permission: plan.permission,
    ...(plan.write === undefined ? {} : { write: plan.write }),
    idempotencyKey: idempotencyKey(turnKey, call),
  });
  const result = await runSafely(call, plan, context);
  await ready.flushed();
  if (result.open === true && isInterrupted(config)) return leftOpen;
  const change =
    result.ok && plan.write !== undefined ? { change: { path: plan.write.path, diff: plan.detail } } : {};
  return finish(turn, call, { ...result, ...change });
}

async function runSafely(call: ToolCall, plan: ToolPlan, context: ToolContext): Promise<ToolResult> {
  try {
    return await plan.run(context);
  } catch (error) {
    return failed(`${call.name} failed: ${messageOf(error)}. What it had done by then is not known.`);
  }
}

/** Keeps the result of a call and makes the block for the model. */
async function finish(turn: ToolTurn, call: ToolCall, outcome: Outcome): Promise<ContentBlock> {
  const { redact = asItIs } = turn.config;
  const { images, leftOut } = cappedImages(outcome.images ?? []);
  const text = capped(redact(outcome.text)) + leftOut;
  const event: LoopEvent = {
    type: 'tool-result',
    id: call.id,
    name: call.name,
    ok: outcome.ok,
    text,
    ...(images.length > 0 && { images }),
    ...(outcome.change !== undefined && {
      change: { ...outcome.change, diff: redact(outcome.change.diff) },
    }),
    ...(outcome.denial === undefined ? {} : { denial: { input: call.input, reason: outcome.denial.reason } }),
  };
  await turn.config.emit(event);
  return resultBlock(call.id, outcome.ok, text, images);
}

/** Pictures that are too large are told of in their place. */
function cappedImages(images: readonly ImageBlock[]): {
  readonly images: readonly ImageBlock[];
  readonly leftOut: string;
} {
  const fits = ({ source }: ImageBlock) => Buffer.byteLength(source.data, 'base64') <= maxImageBytes;
  const tooLarge = images.filter((image) => !fits(image)).length;
  const what = tooLarge === 1 ? 'A picture is' : `${tooLarge} pictures are`;
  const leftOut = tooLarge === 0 ? '' : `\n[${what} left out: larger than 5 MB]`;
  return { images: images.filter(fits), leftOut };
}

function toolContext(config: LoopConfig, id: string): { context: ToolContext; flushed: () => Promise<void> } {
  // Chunks come from callbacks: each waits for the one before, and the result waits for them all.
  let handedOn = Promise.resolve();
  const masked = config.redact === undefined ? unmasked : createMaskedStream(config.redact);
  const handOn = (text: string): void => {
    if (text === '') return;
    handedOn = handedOn.then(() => config.emit({ type: 'tool-output', id, text }));
    // Looked at by `flushed`; until then it must not count as unhandled.
    handedOn.catch(() => {});
  };
  const context: ToolContext = {
    root: config.root,
    signal: config.signal,
    callId: id,
    onOutput: (text) => handOn(masked.add(text)),
    tell: (fact) => config.emit({ id, ...fact }),
    onProcess: ({ pid, startTime, background = false }) =>
      config.emit({ type: 'process-start', id, pid, startTime, ...(background && { background }) }),
    mayRead: async (path) =>
      (await config.guard.decide({ tool: 'read', effect: 'read', path })).decision === 'allow',
  };
  const flushed = () => {
    handOn(masked.end());
    return handedOn;
  };
  return { context, flushed };
}

const unmasked = { add: asItIs, end: () => '' };

function asItIs(text: string): string {
  return text;
}

function isRepeated(turn: ToolTurn, call: ToolCall): boolean {
  const { repetition } = turn;
  const signature = `${call.name} ${JSON.stringify(call.input)}`;
  repetition.count = repetition.signature === signature ? repetition.count + 1 : 1;
  repetition.signature = signature;
  return repetition.count >= repeatedCalls;
}

async function refuseRepeated(turn: ToolTurn, call: ToolCall): Promise<ContentBlock> {
  const { count } = turn.repetition;
  await turn.config.emit({
    type: 'notice',
    text: `The model made the same call of ${call.name} ${count} times in a row; it was not carried out again.`,
  });
  const text = `This is the same call ${count} times in a row, and it was not carried out again. Use the results you have, or do something else.`;
  return finish(turn, call, failed(text));
}

function idempotencyKey(turnKey: string, call: ToolCall): string {
  return sha256(JSON.stringify([turnKey, call.id, call.name, call.input])).slice(0, 32);
}

function unknownTool(tools: readonly Tool[], name: string): ToolResult {
  const names = tools.map((tool) => tool.definition.name).join(', ');
  return failed(`There is no tool "${name}". The tools are: ${names}.`);
}

const stoppedOutcome: Outcome = {
  ok: false,
  text: 'The run was stopped before this call was carried out. Nothing was done.',
};

function failed(text: string): ToolResult {
  return { ok: false, text };
}

function capped(text: string): string {
  if (text === '') return '(nothing)';
  if (text.length <= maxResultCharacters) return text;
  return `${text.slice(0, maxResultCharacters)}\n[${text.length - maxResultCharacters} characters left out]`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
