import { randomUUID } from 'node:crypto';
import { NO_USAGE, tokensOf } from '../../agent/model/usage.ts';
import { type EventOf, type MessageContext, wireUsage } from './claude-messages.ts';

/** What the result says beside what the run itself knows at its end. */
export interface ResultFacts {
  /** Of the last answer. */
  readonly stopReason: string | null;
  /** Place among the results of one process, from 0 on. */
  readonly index: number;
  /** US dollars of the process so far, this run included; null where a price is not known. */
  readonly totalCostUsd: number | null;
}

/**
 * The message a run ends with (Claude Code 2.1.330). `success` holds `result`, also where the model did not answer
 * (`is_error`, with the server's status); what ended before its end holds `errors` in its place.
 */
export function resultMessage(context: MessageContext, end: EventOf<'run-end'>, facts: ResultFacts): object {
  const subtype = subtypeOf(end);
  const { usage, problem } = end;
  const reason = terminalReason(end);
  return {
    type: 'result',
    subtype,
    is_error: end.outcome !== 'success',
    duration_ms: end.durationMs,
    duration_api_ms: end.apiDurationMs,
    num_turns: turnsOf(end),
    ...(subtype === 'success' ? { result: answerText(end) } : { errors: [end.message] }),
    stop_reason: problem === undefined ? facts.stopReason : 'stop_sequence',
    session_id: context.session,
    total_cost_usd: facts.totalCostUsd,
    usage: { ...wireUsage(usage), server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 } },
    modelUsage: modelUsage(context.model, end),
    permission_denials: end.denials.map(({ tool, id, input }) => ({
      tool_name: tool,
      tool_use_id: id,
      tool_input: input,
    })),
    ...(end.structuredOutput !== undefined && { structured_output: end.structuredOutput }),
    ...(reason !== undefined && { terminal_reason: reason }),
    ...(subtype === 'success' && { api_error_status: problem?.status ?? null }),
    result_index: facts.index,
    varve_outcome: end.outcome,
    uuid: randomUUID(),
  };
}

/** The answer as text; a structured one as JSON. */
export function answerText({ message, structuredOutput }: EventOf<'run-end'>): string {
  return structuredOutput === undefined ? message : JSON.stringify(structuredOutput);
}

/** For a run that could not begin: nothing was asked, nothing was used. */
export function notBegunMessage(session: string, message: string): object {
  return {
    type: 'result',
    subtype: 'error_during_execution',
    is_error: true,
    duration_ms: 0,
    duration_api_ms: 0,
    num_turns: 0,
    errors: [message],
    stop_reason: null,
    session_id: session,
    total_cost_usd: 0,
    usage: wireUsage(NO_USAGE),
    modelUsage: {},
    permission_denials: [],
    result_index: 0,
    uuid: randomUUID(),
  };
}

/**
 * As Claude Code counts: a turn that the limit did not let begin, the one the model did not answer, and the one a
 * structured answer ends in count too.
 */
function turnsOf({ outcome, turns, structuredOutput, problem }: EventOf<'run-end'>): number {
  const hasOneMore = outcome === 'max-turns' || structuredOutput !== undefined || problem !== undefined;
  return turns + (hasOneMore ? 1 : 0);
}

/** Empty where the model never answered, as with Claude Code. */
function modelUsage(model: string, { usage, costUsd }: EventOf<'run-end'>): object {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  if (tokensOf(usage) === 0) return {};
  return {
    [model]: {
      inputTokens,
      outputTokens,
      cacheReadInputTokens: cacheReadTokens,
      cacheCreationInputTokens: cacheWriteTokens,
      webSearchRequests: 0,
      costUSD: costUsd,
    },
  };
}

function subtypeOf({ outcome, problem }: EventOf<'run-end'>): string {
  switch (outcome) {
    case 'success':
      return 'success';
    case 'max-turns':
      return 'error_max_turns';
    case 'max-budget':
      return 'error_max_budget_usd';
    case 'no-structured-output':
      return 'error_max_structured_output_retries';
    case 'failed':
      return problem === undefined ? 'error_during_execution' : 'success';
    case 'stopped':
    case 'interrupted':
      return 'error_during_execution';
  }
}

/** Absent for endings that Claude Code has no result for. */
function terminalReason({ outcome, problem }: EventOf<'run-end'>): string | undefined {
  switch (outcome) {
    case 'success':
      return 'completed';
    case 'max-turns':
      return 'max_turns';
    case 'max-budget':
      return 'budget_exhausted';
    case 'failed':
      return problem === undefined ? undefined : 'api_error';
    case 'no-structured-output':
    case 'stopped':
    case 'interrupted':
      return undefined;
  }
}
