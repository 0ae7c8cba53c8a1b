import * as vscode from 'vscode';
import type { ApprovalDecision } from '../../agent/guard/guard.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { ObjectDocuments } from '../run/object-documents.ts';
import { type AnswerChoice, answerItems, waitingItem } from './answer-items.ts';
import type { LiveRun } from './live-run.ts';
import type { RunBook } from './run-book.ts';
import { type Waiting, waitingOf } from './run-state.ts';
import type { RunsView } from './runs-view.ts';

export interface AnswerCommandsOptions {
  readonly book: RunBook;
  readonly view: RunsView;
  readonly objects: ObjectDocuments;
}

/** One question of one run. */
interface WaitingPlace {
  readonly run: LiveRun;
  readonly waiting: Waiting;
}

/** What runs ask, answered from rows, the palette and the status bar. */
export function answerCommands(options: AnswerCommandsOptions): CommandTable {
  const { book, view, objects } = options;
  const answer =
    (decision: ApprovalDecision) =>
    async (...args: readonly unknown[]) => {
      // Only what the person points at is allowed: never "whatever asks just now".
      for (const { run, id } of subjects('approval', args, view.tree.view.selection))
        book.get(run)?.answer(id, decision);
    };
  return {
    [commandIds.allowOnce]: answer('once'),
    [commandIds.allowForSession]: answer('session'),
    [commandIds.allowAlways]: answer('always'),
    [commandIds.deny]: answer('deny'),
    [commandIds.answerWaiting]: async (...args) => {
      const place = await pickWaiting(options, args);
      await answerPlace(place, objects);
    },
    [commandIds.showDiff]: async (...args) => {
      const [change] = subjects('change', args);
      if (change) return objects.showChange(change.run, change.index);
      const rows = subjects('approval', args, view.tree.view.selection);
      const [first] = rows.length > 0 ? rows : approvals(book);
      if (!first) throw new UserProblem(vscode.l10n.t('No run waits for an approval.'));
      return objects.showApproval(first.run, first.id);
    },
  };
}

function places(book: RunBook): readonly WaitingPlace[] {
  return book.runs.flatMap((run) => waitingOf(run.state).map((waiting) => ({ run, waiting })));
}

function approvals(book: RunBook): readonly { readonly run: string; readonly id: string }[] {
  return places(book)
    .filter(({ waiting }) => waiting.kind === 'approval')
    .map(({ run, waiting }) => ({ run: run.id, id: waiting.id }));
}

/** The row's, the only one there is, or the one picked. */
async function pickWaiting(
  { book, view }: AnswerCommandsOptions,
  args: readonly unknown[],
): Promise<WaitingPlace> {
  const selection = view.tree.view.selection;
  const rows =
    args.length === 0
      ? []
      : [...subjects('question', args, selection), ...subjects('approval', args, selection)];
  const all = places(book);
  const named = all.find(({ run, waiting }) =>
    rows.some((row) => row.run === run.id && row.id === waiting.id),
  );
  const [first] = all;
  if (named) return named;
  if (!first) throw new UserProblem(vscode.l10n.t('No run waits for you.'));
  if (all.length === 1) return first;
  const items = all.map((place) => ({ ...waitingItem(place.run.state, place.waiting), place }));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: vscode.l10n.t('{0} questions wait for you', all.length),
    matchOnDetail: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.place;
}

/** Asks until there is an answer; ends by itself when somebody answers elsewhere. */
async function answerPlace({ run, waiting }: WaitingPlace, objects: ObjectDocuments): Promise<void> {
  const gone = new vscode.CancellationTokenSource();
  const isOpen = (): boolean => waitingOf(run.state).some(({ id }) => id === waiting.id);
  const listening = run.onDidChange(() => !isOpen() && gone.cancel());
  try {
    for (;;) {
      const choice = await choose(run, waiting, gone.token);
      if (!isOpen()) throw new UserProblem(vscode.l10n.t('This question was answered meanwhile.'));
      if (choice.kind !== 'show') return give(run, waiting, choice);
      await objects.showApproval(run.id, waiting.id);
    }
  } finally {
    listening.dispose();
    gone.dispose();
  }
}

async function choose(
  run: LiveRun,
  waiting: Waiting,
  token: vscode.CancellationToken,
): Promise<AnswerChoice & { readonly text?: string }> {
  const { items, title, placeHolder } = answerItems(run.state, waiting);
  // The diff opens below the list: it has to stay while one reads.
  const picked = await vscode.window.showQuickPick(
    items,
    { title, placeHolder, ignoreFocusOut: true },
    token,
  );
  if (!picked) throw new vscode.CancellationError();
  const { choice } = picked;
  if (choice.kind !== 'words') return choice;
  const text = await vscode.window.showInputBox({ title, prompt: placeHolder, ignoreFocusOut: true }, token);
  if (text === undefined || text.trim() === '') throw new vscode.CancellationError();
  return { ...choice, text: text.trim() };
}

function give(run: LiveRun, { kind, id }: Waiting, choice: AnswerChoice & { readonly text?: string }): void {
  const { text } = choice;
  if (choice.kind === 'decision') run.answer(id, choice.decision);
  else if (choice.kind === 'option') run.answerQuestion(id, choice.option);
  else if (choice.kind === 'nobody') run.answerQuestion(id, undefined);
  else if (kind === 'question') run.answerQuestion(id, text);
  else run.answer(id, 'deny', text);
}
