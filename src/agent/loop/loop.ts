import type { ContentBlock, ModelProblem } from '../model/model.ts';
import { tokensOf } from '../model/usage.ts';
import { compact, conversation, isTooLong, needsCompaction } from './compaction.ts';
import { pendingCalls, textOf, toolCalls, withUserBlocks } from './history.ts';
import { interruption, type LoopConfig } from './loop-config.ts';
import type { LoopEnd } from './loop-event.ts';
import { count, type LoopRun, startRun } from './loop-run.ts';
import { askModel, type ModelAnswer } from './model-turn.ts';
import { handInCalls, handInText, outputAttempts, takenBefore } from './output-tool.ts';
import { carryOutCalls } from './tool-turn.ts';

type Ending = Pick<LoopEnd, 'outcome' | 'message' | 'problem' | 'structuredOutput'>;

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
  const run = startRun(config);
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
  const before = endedBefore(run) ?? (await answerOpenCalls(run));
  if (before !== undefined) return before;
  for (let turn = 1; ; turn += 1) {
    const ended = endedBySignal(run.config) ?? (await overLimit(run, turn));
    if (ended !== undefined) return ended;
    await takeSteering(run);
    const full = needsCompaction(run) ? await makeRoom(run, turn, false) : undefined;
    if (full !== undefined) return full;
    const answer = await nextAnswer(run, turn);
    if ('outcome' in answer) return answer;
    await keepAnswer(run, answer);
    const isDone = await carryOut(run, answer.content);
    await run.config.emit({ type: 'turn-end', turn, usage: run.tally.usage, costUsd: run.tally.costUsd });
    const over = refusal(answer) ?? (await settle(run, answer.content, isDone));
    if (over !== undefined) return over;
  }
}

/** A conversation that the server calls too long is shortened, and asked again once. */
async function nextAnswer(run: LoopRun, turn: number): Promise<ModelAnswer | Ending> {
  let answer = await askModel(run.config, conversation(run), turn);
  if (!answer.ok && isTooLong(run, answer.error)) {
    const failed = await makeRoom(run, turn, true);
    if (failed !== undefined) return failed;
    answer = await askModel(run.config, conversation(run), turn);
  }
  return answer.ok ? answer.value : (endedBySignal(run.config) ?? modelFailed(answer.error));
}

async function makeRoom(run: LoopRun, turn: number, tooLong: boolean): Promise<Ending | undefined> {
  const problem = await compact(run, turn, tooLong);
  if (problem === undefined) return undefined;
  if (problem.kind === 'over-budget') return { outcome: 'max-budget', message: problem.message };
  return endedBySignal(run.config) ?? modelFailed(problem);
}

/** The answer of a run whose process ended between taking it and ending with it. */
function endedBefore({ config, history }: LoopRun): Ending | undefined {
  const last = history.at(-1);
  if (config.outputSchema === undefined && last?.role === 'assistant' && toolCalls(last.content).length === 0)
    return { outcome: 'success', message: textOf(last.content) };
  const taken = config.outputSchema && takenBefore(config.outputSchema, config.history);
  return taken && handedIn(taken.value);
}

/** How the run ends after this answer; undefined: it goes on. */
async function settle(
  run: LoopRun,
  content: readonly ContentBlock[],
  isDone: boolean,
): Promise<Ending | undefined> {
  const { output } = run;
  if (output === undefined) {
    if (!isDone || (await takeSteering(run))) return undefined;
    return { outcome: 'success', message: textOf(content) };
  }
  const taken = output.handedIn();
  if (taken !== undefined) return handedIn(taken.value);
  run.misfits += handInCalls(content);
  if (isDone && !(await takeSteering(run))) {
    run.misfits += 1;
    if (run.misfits < outputAttempts) await say(run, handInText);
  }
  return run.misfits < outputAttempts ? undefined : noOutput(output.lastMisfit());
}

function handedIn(value: unknown): Ending {
  return { outcome: 'success', message: JSON.stringify(value), structuredOutput: value };
}

function noOutput(misfit: string | undefined): Ending {
  const why = misfit === undefined ? 'It was never handed in.' : `The last one does not fit: ${misfit}.`;
  return {
    outcome: 'no-structured-output',
    message: `The model did not hand in an answer that fits the schema in ${outputAttempts} attempts. ${why} Make the schema simpler, or say in the task what belongs into it.`,
  };
}

async function overLimit(run: LoopRun, turn: number): Promise<Ending | undefined> {
  const { config } = run;
  if (turn > config.maxTurns) return maxTurnsReached(config);
  const message = await config.budget?.whyOver(config.modelName);
  return message === undefined ? undefined : { outcome: 'max-budget', message };
}

/** Calls that an earlier process left open are carried out first: their answer is already there. */
async function answerOpenCalls(run: LoopRun): Promise<Ending | undefined> {
  const calls = pendingCalls(run.history);
  if (calls.length === 0) return undefined;
  const isPartly = run.history.at(-1)?.role === 'user';
  const turnKey = String(run.history.length - (isPartly ? 1 : 0));
  run.history = withUserBlocks(run.history, await carryOutCalls(run, calls, turnKey));
  const taken = run.output?.handedIn();
  return taken && handedIn(taken.value);
}

async function takeSteering(run: LoopRun): Promise<boolean> {
  const text = run.config.takeSteering();
  if (text === undefined || text.trim() === '') return false;
  await say(run, text);
  return true;
}

async function say(run: LoopRun, text: string): Promise<void> {
  await run.config.emit({ type: 'message-user', text });
  run.history = withUserBlocks(run.history, [{ type: 'text', text }]);
}

async function keepAnswer(run: LoopRun, answer: ModelAnswer): Promise<void> {
  await count(run, answer);
  run.tally.turns += 1;
  run.promptTokens = tokensOf(answer.usage);
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

function endOf(run: LoopRun, ending: Ending): LoopEnd {
  const { turns, apiDurationMs, usage, costUsd, denials } = run.tally;
  const durationMs = Math.max(0, run.config.clock.now() - run.started);
  return { ...ending, turns, durationMs, apiDurationMs, usage, costUsd, denials: [...denials] };
}
