import * as vscode from 'vscode';
import type { ApprovalDecision } from '../../agent/guard/guard.ts';
import type { Clock } from '../../base/clock.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import type { ModelAccess } from '../model/model-access.ts';
import { needModel } from '../model/model-commands.ts';
import type { ObjectDocuments } from '../run/object-documents.ts';
import type { RunDesk } from '../run/run-desk.ts';
import { needTrust, pickFolder } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { LiveRun } from './live-run.ts';
import type { RunBook } from './run-book.ts';
import { runDescription, runTitle } from './run-rows.ts';
import type { RunsView } from './runs-view.ts';

export interface RunCommandsOptions {
  readonly folders: WorkspaceFolders;
  readonly book: RunBook;
  readonly desk: RunDesk;
  readonly view: RunsView;
  readonly access: ModelAccess;
  readonly objects: ObjectDocuments;
  readonly clock: Clock;
}

/** Start, stop, steer and open runs; answer what they ask. */
export function runCommands(options: RunCommandsOptions): CommandTable {
  const { book, desk, view, objects, clock } = options;
  const answer =
    (decision: ApprovalDecision) =>
    async (...args: readonly unknown[]) => {
      // Only what the person points at is allowed: never "whatever asks just now".
      for (const { run, id } of subjects('approval', args, view.tree.view.selection))
        book.get(run)?.answer(id, decision);
    };
  return {
    [commandIds.runAgent]: () => runAgent(options),
    [commandIds.stopRun]: async (...args) => (await pickRun(book, clock, args, true)).stop(),
    [commandIds.steerRun]: async (...args) => steer(await pickRun(book, clock, args, true)),
    [commandIds.openRun]: async (...args) => desk.show(await pickRun(book, clock, args, false)),
    [commandIds.clearEndedRuns]: async () => book.clearEnded(),
    [commandIds.allowOnce]: answer('once'),
    [commandIds.allowForSession]: answer('session'),
    [commandIds.deny]: answer('deny'),
    [commandIds.showDiff]: async (...args) => {
      const [change] = subjects('change', args);
      if (change) return objects.showChange(change.run, change.index);
      const [approval] = pending(book, args, view);
      if (!approval) throw new UserProblem(vscode.l10n.t('No run waits for an approval.'));
      return objects.showApproval(approval.run, approval.id);
    },
  };
}

async function runAgent({ folders, access, desk }: RunCommandsOptions): Promise<void> {
  needTrust();
  const folder = await pickFolder(folders, vscode.l10n.t('Run the agent in which folder?'));
  await needModel(access);
  const prompt = await vscode.window.showInputBox({
    title: vscode.l10n.t('Run Agent'),
    prompt: vscode.l10n.t(
      'It reads the effective memory of this folder and asks before it writes or runs a command.',
    ),
    placeHolder: vscode.l10n.t('What should it do? For example: make the failing test pass'),
    ignoreFocusOut: true,
  });
  if (prompt === undefined || prompt.trim() === '') throw new vscode.CancellationError();
  await desk.start({ folder, prompt: prompt.trim() });
  await vscode.commands.executeCommand(`${viewIds.runs}.open`, { preserveFocus: true });
}

async function steer(run: LiveRun): Promise<void> {
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Steer Run'),
    prompt: vscode.l10n.t('The run reads it before its next request.'),
    placeHolder: vscode.l10n.t('For example: leave the public API as it is'),
    ignoreFocusOut: true,
  });
  if (text === undefined || text.trim() === '') throw new vscode.CancellationError();
  run.steer(text.trim());
}

/** The run of the row, the only one there is, or the one picked. */
async function pickRun(
  book: RunBook,
  clock: Clock,
  args: readonly unknown[],
  going: boolean,
): Promise<LiveRun> {
  const [subject] = subjects('run', args);
  const clicked = subject && book.get(subject.id);
  if (clicked) return clicked;
  const runs = book.runs.filter((run) => !going || !run.isEnded);
  const [first] = runs;
  if (!first) {
    const start = {
      kind: 'command',
      title: vscode.l10n.t('Run Agent…'),
      command: commandIds.runAgent,
    } as const;
    throw new UserProblem(vscode.l10n.t('No run goes on in this window.'), start);
  }
  if (runs.length === 1) return first;
  const now = clock.now();
  const items = runs.map((run) => ({
    label: runTitle(run.state),
    description: runDescription(run.state, now),
    run,
  }));
  const picked = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which run?') });
  if (!picked) throw new vscode.CancellationError();
  return picked.run;
}

/** The approvals a command is about: its rows, those of its run, else the oldest that waits. */
function pending(
  book: RunBook,
  args: readonly unknown[],
  view: RunsView,
): readonly { readonly run: string; readonly id: string }[] {
  const rows = subjects('approval', args, view.tree.view.selection);
  if (rows.length > 0) return rows;
  const waiting = book.runs.flatMap((run) => run.state.approvals.map(({ id }) => ({ run: run.id, id })));
  return waiting.slice(0, 1);
}
