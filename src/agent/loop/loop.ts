import type { ContentBlock, Message, ModelProblem } from '../model/model.ts';
import { pendingCalls, toolCalls, withUserBlocks } from './history.ts';
import { interruption, type LoopConfig } from './loop-config.ts';
import type { LoopEnd } from './loop-event.ts';
import { askModel, type ModelAnswer } from './model-turn.ts';
import { addAnswer, startTally } from './tally.ts';
import { carryOutCalls, type ToolTurn } from './tool-turn.ts';

interface LoopRun extends ToolTurn {
  readonly started: number;
  history: readonly Message[];
}

type Ending = Pick<LoopEnd, 'outcome' | 'message'> & { readonly problem?: ModelProblem };

/**
 * Asks the model, carries out its calls, and asks again until it has nothing more to do. Never throws.
 *
 * What `emit` is told has happened only after it resolved, so a journal behind it knows at each moment:
 * - `request-start` before a request leaves;
 * - `approval-ask` before a person is asked, `approval-answer` before the answer takes effect;
 * - `tool-intent` before a call is acted on, `process-start` before its process does anything, and
 *   `tool-result` after it and before the next request. An intent without result is the only thing left open.
 *
 * Every call of an answer gets a result, also after a stop, so the history is always valid for the next request;
 * only an interruption leaves the calls open that were not begun. A denied, unknown or unreadable call is answered
 * with the reason.
 */
export async function runLoop(config: LoopConfig): Promise<LoopEnd> {
  const run: LoopRun = {
    config,
    tally: startTally(),
    repetition: { signature: '', count: 0 },
    started: config.clock.now(),
    history: config.history,
  };
  try {
    return endOf(run, await turns(run));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return endOf(run, {
      outcome: 'failed',
      message: `The run ended because its journal could not be written: ${why} Make room or check the disk, then continue the session.`,
    });
  }
}

async function turns(run: LoopRun): Promise<Ending> {
  await answerOpenCalls(run);
  for (let turn = 1; ; turn += 1) {
    const ended = endedBySignal(run.config);
    if (ended !== undefined) return ended;
    if (turn > run.config.maxTurns) return maxTurnsReached(run.config);
    await takeSteering(run);
    const answer = await askModel(run.config, run.history, turn);
    if (!answer.ok) return endedBySignal(run.config) ?? modelFailed(answer.error);
    await keepAnswer(run, answer.value);
    const isDone = await carryOut(run, answer.value.content);
    await run.config.emit({ type: 'turn-end', turn, usage: run.tally.usage, costUsd: run.tally.costUsd });
    const refused = refusal(answer.value);
    if (refused !== undefined) return refused;
    if (isDone && !(await takeSteering(run)))
      return { outcome: 'success', message: textOf(answer.value.content) };
  }
}

/** Calls that an earlier process left open are carried out first: their answer is already there. */
async function answerOpenCalls(run: LoopRun): Promise<void> {
  const calls = pendingCalls(run.history);
  if (calls.length === 0) return;
  const isPartly = run.history.at(-1)?.role === 'user';
  const turnKey = String(run.history.length - (isPartly ? 1 : 0));
  run.history = withUserBlocks(run.history, await carryOutCalls(run, calls, turnKey));
}

async function takeSteering(run: LoopRun): Promise<boolean> {
  const text = run.config.takeSteering();
  if (text === undefined || text.trim() === '') return false;
  await run.config.emit({ type: 'message-user', text });
  run.history = withUserBlocks(run.history, [{ type: 'text', text }]);
  return true;
}

async function keepAnswer(run: LoopRun, answer: ModelAnswer): Promise<void> {
  addAnswer(run.tally, [answer.model, run.config.modelName], answer.usage, answer.apiDurationMs);
  if (answer.content.length > 0)
    run.history = [...run.history, { role: 'assistant', content: answer.content }];
  if (answer.stopReason === 'max_tokens') {
    await run.config.emit({
      type: 'notice',
      text: 'The answer reached the limit of tokens for one answer and is cut there.',
    });
  }
}

/** True when the answer asked for nothing. */
async function carryOut(run: LoopRun, content: readonly ContentBlock[]): Promise<boolean> {
  const calls = toolCalls(content);
  if (calls.length === 0) return true;
  run.history = withUserBlocks(run.history, await carryOutCalls(run, calls, String(run.history.length)));
  return false;
}

function endedBySignal(config: LoopConfig): Ending | undefined {
  if (!config.signal.aborted) return undefined;
  if (config.signal.reason === interruption) {
    return { outcome: 'interrupted', message: 'The run was interrupted. Continue the session to go on.' };
  }
  return { outcome: 'stopped', message: 'The run was stopped. Continue the session to go on.' };
}

function maxTurnsReached(config: LoopConfig): Ending {
  return {
    outcome: 'max-turns',
    message: `The run reached its limit of ${config.maxTurns} turns. Continue the session to go on.`,
  };
}

function modelFailed(problem: ModelProblem): Ending {
  return { outcome: 'failed', message: problem.message, problem };
}

function refusal(answer: ModelAnswer): Ending | undefined {
  if (answer.stopReason !== 'refusal') return undefined;
  return {
    outcome: 'failed',
    message: 'The model declined to answer. Ask in another way, or choose another model.',
  };
}

function textOf(content: readonly ContentBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function endOf(run: LoopRun, ending: Ending): LoopEnd {
  const { turns, apiDurationMs, usage, costUsd, denials } = run.tally;
  const durationMs = Math.max(0, run.config.clock.now() - run.started);
  return { ...ending, turns, durationMs, apiDurationMs, usage, costUsd, denials: [...denials] };
}
