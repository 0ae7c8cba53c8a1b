import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { RunDesk } from '../run/run-desk.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { FollowedRuns } from './followed-runs.ts';
import type { LiveRun } from './live-run.ts';
import type { RunBook } from './run-book.ts';
import { runDescription, runTitle } from './run-words.ts';

export interface RunCommandsOptions {
  readonly book: RunBook;
  readonly folders: WorkspaceFolders;
  readonly followed: FollowedRuns;
  /** False where nobody could be told. */
  readonly stopSession: (directory: string, session: string) => Promise<boolean>;
  readonly desk: RunDesk;
  readonly clock: Clock;
}

/** Stop, steer and open runs. */
export function runCommands(options: RunCommandsOptions): CommandTable {
  const { book, desk, clock } = options;
  return {
    [commandIds.stopRun]: async (...args) => {
      const [session] = subjects('session', args);
      if (session) return stopFollowed(options, session);
      await (await pickRun(book, clock, args, true)).stop();
    },
    [commandIds.keepRunning]: async (...args) => keepRunning(await pickRun(book, clock, args, true)),
    [commandIds.steerRun]: async (...args) => steer(await pickRun(book, clock, args, true)),
    [commandIds.openRun]: async (...args) => desk.show(await pickRun(book, clock, args, false)),
    [commandIds.clearEndedRuns]: async () => book.clearEnded(),
  };
}

/** A run of another process: its end shows in its journal. */
async function stopFollowed(
  { folders, stopSession, followed }: RunCommandsOptions,
  { folder, id }: { readonly folder: string; readonly id: string },
): Promise<void> {
  const { sessionsDirectory } = need(await folders.open(folder));
  const isTold = await stopSession(sessionsDirectory, id);
  followed.lookSoon();
  if (!isTold)
    throw new UserProblem(vscode.l10n.t('This run has ended meanwhile, or goes on on another machine.'));
}

/** Said again, it stops with its window as before. */
async function keepRunning(run: LiveRun): Promise<void> {
  const { engine = 'varve', detached = false } = run.state;
  if (engine !== 'varve')
    throw new UserProblem(
      vscode.l10n.t(
        'This run is carried out by {0}, which ends with its window. Its session can be resumed.',
        engine,
      ),
    );
  run.keepRunning(!detached);
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
