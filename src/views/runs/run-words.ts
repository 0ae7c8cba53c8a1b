import * as vscode from 'vscode';
import type { RunOutcome } from '../../agent/loop/loop-event.ts';
import type { TodoItem } from '../../agent/tools/tool.ts';
import { costWords, duration, joined, ofLimit, oneLine, usedTokens } from '../words.ts';
import { phaseOf, type RunState } from './run-state.ts';

export function runTitle(run: RunState): string {
  return oneLine(run.title, 60);
}

/** "waiting for you · 3 turns · 12k tokens · $0.04 · 1:05 min". */
export function runDescription(run: RunState, now: number): string {
  const numbers = [
    run.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', run.turns),
    usedTokens(run.usage, run.budget?.tokens),
    usedMoney(run),
    duration((run.endedAt ?? now) - run.startedAt),
  ];
  // Another engine's process ends with its window, whatever was asked for.
  const goesOn = run.detached && (run.engine ?? 'varve') === 'varve' && run.endedAt === undefined;
  const alone = goesOn && vscode.l10n.t('goes on without this window');
  return joined(phaseWords(run, now), ...numbers, todoCount(run), alone);
}

/** "$0.04", with a limit "$0.04 of $1.00". */
function usedMoney(run: RunState): string {
  const limit = run.budget?.usd;
  return limit === undefined ? costWords(run.costUsd) : ofLimit(costWords(run.costUsd), costWords(limit));
}

function todoCount({ todos, endedAt }: RunState): string | undefined {
  if (todos.length === 0 || endedAt !== undefined) return undefined;
  return vscode.l10n.t('step {0} of {1}', Math.min(doneOf(todos) + 1, todos.length), todos.length);
}

export function doneOf(todos: readonly TodoItem[]): number {
  return todos.filter(({ state }) => state === 'done').length;
}

function phaseWords(run: RunState, now: number): string {
  switch (phaseOf(run, now)) {
    case 'waiting':
      return vscode.l10n.t('waiting for you');
    case 'running':
      return run.doing ? oneLine(run.doing, 40) : vscode.l10n.t('running');
    case 'silent':
      return vscode.l10n.t('no sign of life for {0}', duration(now - run.heardAt));
    case 'ended':
      return outcomeWords(run.outcome ?? 'interrupted');
  }
}

export function outcomeWords(outcome: RunOutcome): string {
  switch (outcome) {
    case 'success':
      return vscode.l10n.t('done');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'max-turns':
      return vscode.l10n.t('stopped at its turn limit');
    case 'max-budget':
      return vscode.l10n.t('stopped at its budget');
    case 'no-structured-output':
      return vscode.l10n.t('ended without the answer asked for');
    case 'failed':
      return vscode.l10n.t('failed');
  }
}

/** "+3 −1" of a unified diff. */
export function diffCounts(diff: string): string {
  const lines = diff.split('\n');
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++')).length;
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('---')).length;
  return `+${added} −${removed}`;
}
