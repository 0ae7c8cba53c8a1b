import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { RunOutcome } from '../../agent/engine/run-channel.ts';
import type { ApprovalRequest } from '../../agent/guard/guard.ts';
import { commandIds, itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { costWords, duration, joined, oneLine, shortNumber } from '../words.ts';
import { phaseOf, type RunChange, type RunState, tokensOf } from './run-state.ts';

/** The rows of the Runs view: newest first; below each what waits for an answer, then what it changed. */
export function runRows(runs: readonly RunState[], now: number): readonly Row[] {
  return runs.toSorted((a, b) => b.startedAt - a.startedAt).map((run) => runRow(run, now));
}

function runRow(run: RunState, now: number): Row {
  const label = runTitle(run);
  const description = runDescription(run, now);
  const { icon, color } = runIcon(run, now);
  const children = [
    ...run.approvals.map((request) => approvalRow(run, request)),
    ...latestChanges(run.changes).map(({ change, index }) => changeRow(run, change, index)),
  ];
  return {
    id: run.id,
    label,
    description,
    icon,
    ...(color ? { iconColor: color } : {}),
    context: run.endedAt === undefined ? itemWords.running : itemWords.ended,
    tooltip: [run.title, description, run.model, run.message].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Run'), label, description].join(', '),
    open: { kind: 'command', command: commandIds.openRun },
    subject: { kind: 'run', id: run.id },
    expanded: true,
    children,
  };
}

export function runTitle(run: RunState): string {
  return oneLine(run.title, 60);
}

/** "waiting for you · 3 turns · 12k tokens · $0.04 · 1:05 min". */
export function runDescription(run: RunState, now: number): string {
  const numbers = [
    run.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', run.turns),
    vscode.l10n.t('{0} tokens', shortNumber(tokensOf(run))),
    costWords(run.costUsd),
    duration((run.endedAt ?? now) - run.startedAt),
  ];
  return joined(phaseWords(run, now), ...numbers);
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

function runIcon(run: RunState, now: number): { readonly icon: string; readonly color?: string } {
  switch (phaseOf(run, now)) {
    case 'waiting':
      return { icon: 'bell-dot', color: 'charts.yellow' };
    case 'running':
      return { icon: 'sync~spin' };
    case 'silent':
      return { icon: 'watch' };
    case 'ended':
      break;
  }
  if (run.outcome === 'success') return { icon: 'pass', color: 'charts.green' };
  if (run.outcome === 'failed') return { icon: 'error', color: 'charts.red' };
  return { icon: run.outcome === 'interrupted' ? 'debug-disconnect' : 'debug-pause' };
}

function approvalRow(run: RunState, request: ApprovalRequest): Row {
  const words = request.offeredRule ? [itemWords.approval, itemWords.approvalWithRule] : [itemWords.approval];
  return {
    id: `${run.id}#approval:${request.id}`,
    label: vscode.l10n.t('Allow? {0}', oneLine(request.summary)),
    description: request.tool,
    icon: 'question',
    iconColor: 'charts.yellow',
    context: words.join(' '),
    tooltip: [request.summary, request.reason, oneLine(request.detail, 400)].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Waiting for approval'), request.summary, request.reason].join(', '),
    open: { kind: 'command', command: commandIds.showDiff },
    subject: { kind: 'approval', run: run.id, id: request.id },
  };
}

function changeRow(run: RunState, change: RunChange, index: number): Row {
  const path = relative(run.folder, change.path) || change.path;
  const description = joined(
    diffCounts(change.diff),
    change.beforeObject ? undefined : vscode.l10n.t('new file'),
  );
  return {
    id: `${run.id}#change:${change.path}`,
    label: path,
    description,
    icon: change.beforeObject ? 'diff-modified' : 'diff-added',
    context: itemWords.change,
    tooltip: change.path,
    spoken: [vscode.l10n.t('Changed file'), path, description].join(', '),
    open: { kind: 'command', command: commandIds.showDiff },
    subject: { kind: 'change', run: run.id, index },
  };
}

/** A file once, from its first pre-image on: its diff then shows all that the run did to it. */
export function latestChanges(
  changes: readonly RunChange[],
): readonly { readonly change: RunChange; readonly index: number }[] {
  const seen = new Set<string>();
  return changes.flatMap((change, index) => {
    if (seen.has(change.path)) return [];
    seen.add(change.path);
    return [{ change, index }];
  });
}

/** "+3 −1" of a unified diff. */
export function diffCounts(diff: string): string {
  const lines = diff.split('\n');
  const added = lines.filter((line) => line.startsWith('+') && !line.startsWith('+++')).length;
  const removed = lines.filter((line) => line.startsWith('-') && !line.startsWith('---')).length;
  return `+${added} −${removed}`;
}
