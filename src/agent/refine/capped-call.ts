import type { Clock } from '../../base/clock.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { estimateTokens } from '../../base/tokens.ts';
import type { RefineSettings } from '../../memory/project/settings.ts';
import type { ContentBlock, Model, ModelEvent, ModelRequest } from '../model/model.ts';
import { costUsd } from '../model/prices.ts';
import { tokensOf } from '../model/usage.ts';
import { type RefineCall, type RefineLedger, spentOn } from './refine-ledger.ts';

/** Who is asked, and within which caps. */
export interface CappedParts {
  readonly clock: Clock;
  /** Name of the project, for the ledger. */
  readonly project: string;
  readonly model: Model;
  readonly modelName: string;
  /** Host the model is asked at, and whether that is this machine: then it costs nothing. */
  readonly host: { readonly name: string; readonly isLocal: boolean };
  readonly settings: RefineSettings;
  readonly ledger: RefineLedger;
}

export interface RefineProblem {
  readonly kind: 'switched-off' | 'no-evidence' | 'over-cap' | 'no-price' | 'failed' | 'not-used';
  /** A sentence with the next step. */
  readonly message: string;
}

export interface Answered {
  /** Stands in the ledger as started: whoever uses the answer says what came of it. */
  readonly call: RefineCall;
  readonly content: readonly ContentBlock[];
}

/**
 * One call of a model about `subject`: never over the caps of the day, and in the ledger at its most before it is sent.
 */
export async function cappedCall(
  parts: CappedParts,
  subject: string,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<Result<Answered, RefineProblem>> {
  const begun = await begin(parts, subject, request);
  if (!begun.ok) return begun;
  const answer = await lastEvent(parts.model.send(request, signal));
  if (answer?.type !== 'message-end') {
    const reason = answer?.type === 'failure' ? answer.problem.message : 'The answer did not come.';
    await parts.ledger.add({ ...begun.value, outcome: 'failed', reason });
    return failure({ kind: 'failed', message: reason });
  }
  const { usage, model, content } = answer;
  // Where nobody told what it took, the most stays written down.
  const took =
    usage.basis === 'unknown' ? {} : { tokens: tokensOf(usage), usd: priceOf(parts, model, usage) };
  return success({ call: { ...begun.value, model, ...took }, content });
}

/** Writes the call down at its most, where that keeps both caps. */
async function begin(
  parts: CappedParts,
  subject: string,
  request: ModelRequest,
): Promise<Result<RefineCall, RefineProblem>> {
  const { settings, ledger, clock, modelName, host, project } = parts;
  const time = new Date(clock.now()).toISOString();
  const { system, messages, tools, maxTokens } = request;
  const inputTokens = estimateTokens(`${system.join('')}${JSON.stringify([messages, tools])}`);
  const most = { inputTokens, outputTokens: maxTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  const tokens = inputTokens + maxTokens;
  const usd = priceOf(parts, modelName, most);
  if (usd === null) return failure(noPrice(modelName));
  const call: RefineCall = {
    version: 1,
    time,
    project,
    proposal: subject,
    model: modelName,
    host: host.name,
    outcome: 'started',
    tokens,
    usd,
  };
  return ledger.reserve<RefineCall, RefineProblem>(async (calls) => {
    const spent = spentOn(time.slice(0, 10), calls);
    const isOver = spent.tokens + tokens > settings.tokensPerDay || spent.usd + usd > settings.usdPerDay;
    if (isOver) return failure(overCap(spent.tokens, spent.usd, settings));
    await ledger.add(call);
    return success(call);
  });
}

function priceOf({ host }: CappedParts, model: string, usage: Parameters<typeof costUsd>[1]): number | null {
  return host.isLocal ? 0 : costUsd(model, usage);
}

async function lastEvent(events: AsyncIterable<ModelEvent>): Promise<ModelEvent | undefined> {
  let last: ModelEvent | undefined;
  for await (const event of events)
    if (event.type === 'message-end' || event.type === 'failure') last = event;
  return last;
}

function noPrice(model: string): RefineProblem {
  const message = `The price of ${model} is not known here, so the cap in money could not be kept. Choose another model or a server on this machine.`;
  return { kind: 'no-price', message };
}

function overCap(tokens: number, usd: number, caps: RefineSettings): RefineProblem {
  const message = `Today's cap is reached: ${tokens} of ${caps.tokensPerDay} tokens and $${usd.toFixed(4)} of $${caps.usdPerDay.toFixed(2)} are spent, and one more call could go over. Raise it with: varve memory refine --tokens-per-day N --usd-per-day N`;
  return { kind: 'over-cap', message };
}
