import { relative } from 'node:path';
import * as vscode from 'vscode';
import type { TodoItem } from '../../agent/tools/tool.ts';
import { commandIds, itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { joined, oneLine } from '../words.ts';
import { phaseOf, type RunChange, type RunState, type Waiting, waitingOf } from './run-state.ts';
import { diffCounts, doneOf, runDescription, runTitle } from './run-words.ts';

/** The rows of the Runs view: newest first; below each what waits for an answer, then what it changed. */
export function runRows(runs: readonly RunState[], now: number): readonly Row[] {
  return runs.toSorted((a, b) => b.startedAt - a.startedAt).map((run) => runRow(run, now));
}

function runRow(run: RunState, now: number): Row {
  const label = runTitle(run);
  const description = runDescription(run, now);
  const { icon, color } = runIcon(run, now);
  const engine = run.engine && vscode.l10n.t('Carried out by {0}', run.engine);
  const children = [
    ...waitingOf(run).map((waiting) => waitingRow(run, waiting)),
    ...(run.todos.length > 0 ? [todoRow(run)] : []),
    ...run.subagents.map((part) => subagentRow(run.id, part, now)),
    ...latestChanges(run.changes).map(({ change, index }) => changeRow(run, change, index)),
  ];
  return {
    id: run.id,
    label,
    description,
    icon,
    ...(color ? { iconColor: color } : {}),
    context: run.endedAt === undefined ? itemWords.running : itemWords.ended,
    tooltip: [run.title, description, run.model, engine, run.message].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Run'), label, description].join(', '),
    open: { kind: 'command', command: commandIds.openRun },
    subject: { kind: 'run', id: run.id },
    expanded: true,
    children,
  };
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

function waitingRow(run: RunState, waiting: Waiting): Row {
  const id = `${run.id}#${waiting.kind}:${waiting.id}`;
  const common = { id, icon: 'question', iconColor: 'charts.yellow' } as const;
  return waiting.kind === 'approval'
    ? { ...common, ...approvalFace(run, waiting) }
    : { ...common, ...questionFace(run, waiting) };
}

type Face = Omit<Row, 'id' | 'icon' | 'iconColor'>;

function approvalFace(run: RunState, { request, agent }: Waiting & { readonly kind: 'approval' }): Face {
  const words = request.offeredRule ? [itemWords.approval, itemWords.approvalWithRule] : [itemWords.approval];
  return {
    label: vscode.l10n.t('Allow? {0}', oneLine(request.summary)),
    description: joined(agent, request.tool),
    context: words.join(' '),
    tooltip: [request.summary, request.reason, oneLine(request.detail, 400)].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Waiting for approval'), agent, request.summary, request.reason]
      .filter(Boolean)
      .join(', '),
    open: { kind: 'command', command: commandIds.showDiff },
    subject: { kind: 'approval', run: run.id, id: request.id },
  };
}

function questionFace(run: RunState, { question, agent }: Waiting & { readonly kind: 'question' }): Face {
  return {
    label: oneLine(question.question),
    description: joined(agent, vscode.l10n.t('asks you')),
    context: itemWords.question,
    tooltip: [question.question, ...question.options.map((option) => `- ${option}`)].join('\n'),
    spoken: [vscode.l10n.t('Waiting for an answer'), agent, question.question].filter(Boolean).join(', '),
    open: { kind: 'command', command: commandIds.answerWaiting },
    subject: { kind: 'question', run: run.id, id: question.id },
  };
}

/** Its own list of work: folded, since the run's row says how far it is. */
function todoRow(run: RunState): Row {
  const label = vscode.l10n.t('Steps');
  const description = vscode.l10n.t('{0} of {1} done', doneOf(run.todos), run.todos.length);
  return {
    id: `${run.id}#todos`,
    label,
    description,
    icon: 'checklist',
    spoken: [label, description].join(', '),
    children: run.todos.map((item, index) => todoItemRow(run, item, index)),
  };
}

function todoItemRow(run: RunState, { text, state }: TodoItem, index: number): Row {
  const label = oneLine(text);
  const { icon, word } = todoFaces()[state];
  return {
    id: `${run.id}#todo:${index}`,
    label,
    description: word,
    icon,
    tooltip: text,
    spoken: [label, word].filter(Boolean).join(', '),
  };
}

function todoFaces(): Record<TodoItem['state'], { readonly icon: string; readonly word: string }> {
  return {
    done: { icon: 'pass', word: vscode.l10n.t('done') },
    active: { icon: 'arrow-right', word: vscode.l10n.t('now') },
    pending: { icon: 'circle-large-outline', word: '' },
  };
}

/** The run of a subagent, below the run that started it; what waits in it and what it changed stands there. */
function subagentRow(runId: string, part: RunState, now: number): Row {
  const label = oneLine(part.title, 60);
  const description = runDescription(part, now);
  const { icon, color } = runIcon(part, now);
  return {
    id: `${runId}#subagent:${part.id}`,
    label,
    description,
    icon,
    ...(color ? { iconColor: color } : {}),
    tooltip: [label, description, part.model, part.message].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Subagent'), label, description].join(', '),
    children: part.subagents.map((below) => subagentRow(`${runId}#${part.id}`, below, now)),
    expanded: true,
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
