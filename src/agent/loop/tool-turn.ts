import { sha256 } from '../../base/hash.ts';
import type { ContentBlock } from '../model/model.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tools/tool.ts';
import { type CallContext, callContext } from './call-context.ts';
import { permit } from './call-permission.ts';
import { failed, finish, stoppedOutcome } from './call-result.ts';
import type { ToolCall } from './history.ts';
import { isInterrupted, type LeftOpen, leftOpen } from './left-open.ts';
import type { LoopConfig } from './loop-config.ts';
import type { Tally } from './tally.ts';

/** What goes on during the calls of one run. */
export interface ToolTurn {
  readonly config: LoopConfig;
  readonly tally: Tally;
  /** How often the last call was made in a row, by its name and input. */
  readonly repetition: { signature: string; count: number };
}

interface ReadyCall extends CallContext {
  readonly call: ToolCall;
  readonly plan: ToolPlan;
}

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
  if (config.signal.aborted) return finish(config, call, stoppedOutcome);
  const tool = findTool(config.tools, call.name);
  if (tool === undefined) return finish(config, call, unknownTool(config.tools, call.name));
  if (isRepeated(turn, call)) return refuseRepeated(turn, call);
  const { context, flushed } = callContext(config, call.id);
  const plan = await planSafely(tool, call, context);
  if (!('run' in plan)) return finish(config, call, plan);
  const denied = await permit(turn, call, plan);
  if (denied === leftOpen) return leftOpen;
  if (denied !== undefined) return finish(config, call, denied);
  return { call, plan, context, flushed };
}

async function planSafely(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolPlan | ToolResult> {
  try {
    return await tool.plan(call.input, context);
  } catch (error) {
    return failed(`${call.name} failed before it began: ${messageOf(error)}`);
  }
}

/** The intent is kept before anything is done, the result after it. */
async function execute(turn: ToolTurn, ready: ReadyCall, turnKey: string): Promise<ContentBlock | LeftOpen> {
  const { config } = turn;
  const { call, plan, context } = ready;
  if (isInterrupted(config)) return leftOpen;
  if (config.signal.aborted) return finish(config, call, stoppedOutcome);
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
  return finish(config, call, { ...result, ...change });
}

async function runSafely(call: ToolCall, plan: ToolPlan, context: ToolContext): Promise<ToolResult> {
  try {
    return await plan.run(context);
  } catch (error) {
    return failed(`${call.name} failed: ${messageOf(error)}. What it had done by then is not known.`);
  }
}

function isRepeated({ repetition }: ToolTurn, call: ToolCall): boolean {
  const signature = `${call.name} ${JSON.stringify(call.input)}`;
  repetition.count = repetition.signature === signature ? repetition.count + 1 : 1;
  repetition.signature = signature;
  return repetition.count >= repeatedCalls;
}

async function refuseRepeated({ config, repetition }: ToolTurn, call: ToolCall): Promise<ContentBlock> {
  const { count } = repetition;
  await config.emit({
    type: 'notice',
    text: `The model made the same call of ${call.name} ${count} times in a row; it was not carried out again.`,
  });
  const text = `This is the same call ${count} times in a row, and it was not carried out again. Use the results you have, or do something else.`;
  return finish(config, call, failed(text));
}

function unknownTool(tools: readonly Tool[], name: string): ToolResult {
  const names = tools.map((tool) => tool.definition.name).join(', ');
  return failed(`There is no tool "${name}". The tools are: ${names}.`);
}

function idempotencyKey(turnKey: string, call: ToolCall): string {
  return sha256(JSON.stringify([turnKey, call.id, call.name, call.input])).slice(0, 32);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
