import type { RunOutcome } from '../../loop/loop-event.ts';
import type { Usage } from '../../model/model.ts';
import { addUsage, NO_USAGE } from '../../model/usage.ts';
import { usageOf } from './claude-content.ts';
import { type Loose, listOf, namesOf, numberOf, objectOf, textOf } from './loose-json.ts';

/** How a run of Claude Code ended, by its `result` message (2.1.330). */
export interface ClaudeResult {
  readonly outcome: RunOutcome;
  readonly message: string;
  readonly durationMs: number;
  readonly apiDurationMs: number;
  readonly usage: Usage;
  readonly costUsd: number | null;
  readonly denials: readonly { readonly tool: string; readonly id: string; readonly input: unknown }[];
}

/** Of a run that had to be ended before it could say how it went. */
export const cutShort: ClaudeResult = {
  outcome: 'stopped',
  message: 'Stopped.',
  durationMs: 0,
  apiDurationMs: 0,
  usage: NO_USAGE,
  costUsd: null,
  denials: [],
};

export function resultOf(message: Loose): ClaudeResult {
  const errors = namesOf(message['errors']).join('\n');
  return {
    outcome: outcomeOf(message),
    message: textOf(message['result']) || errors,
    durationMs: numberOf(message['duration_ms']),
    apiDurationMs: numberOf(message['duration_api_ms']),
    usage: wholeUsage(message),
    costUsd: typeof message['total_cost_usd'] === 'number' ? message['total_cost_usd'] : null,
    denials: listOf(message['permission_denials']).map((denial) => ({
      tool: textOf(denial['tool_name']),
      id: textOf(denial['tool_use_id']),
      input: denial['tool_input'],
    })),
  };
}

/** Of the whole run: `usage` counts since the last result and leaves subagents out, `modelUsage` does neither. */
function wholeUsage(message: Loose): Usage {
  const models = Object.values(objectOf(message['modelUsage'])).map(objectOf);
  if (models.length === 0) return usageOf(objectOf(message['usage']));
  return models
    .map((one) => ({
      inputTokens: numberOf(one['inputTokens']),
      outputTokens: numberOf(one['outputTokens']),
      cacheReadTokens: numberOf(one['cacheReadInputTokens']),
      cacheWriteTokens: numberOf(one['cacheCreationInputTokens']),
    }))
    .reduce(addUsage, NO_USAGE);
}

function outcomeOf(message: Loose): RunOutcome {
  switch (message['subtype']) {
    case 'success':
      return message['is_error'] === true ? 'failed' : 'success';
    case 'error_max_turns':
      return 'max-turns';
    case 'error_max_budget_usd':
      return 'max-budget';
    case 'error_max_structured_output_retries':
      return 'no-structured-output';
    default:
      return 'failed';
  }
}
