import * as vscode from 'vscode';
import type { RewindReport } from '../../agent/session/checkpoint/apply-rewind.ts';
import type { Checkpoint } from '../../agent/session/checkpoint/checkpoint-list.ts';
import type { RewindPart, RewindPlan, RewindRequest } from '../../agent/session/checkpoint/plan-rewind.ts';
import type { SessionProblem } from '../../agent/session/session-problem.ts';
import type { Clock } from '../../base/clock.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { PlanDocuments } from '../set-up/plan-documents.ts';
import { ago, joined, oneLine } from '../words.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { planChanges } from './rewind-preview.ts';
import { type FolderSession, sessionTitle } from './shown-session.ts';

type Answer<Value> = Promise<Result<Value, SessionProblem>>;

/** Going back in a session; all that is written is written by `apply`. */
export interface Rewinding {
  list(workspace: MemoryWorkspace, session: string): Answer<readonly Checkpoint[]>;
  plan(workspace: MemoryWorkspace, session: string, request: RewindRequest): Answer<RewindPlan>;
  apply(workspace: MemoryWorkspace, session: string, request: RewindRequest): Answer<RewindReport>;
}

export interface RewindCommandsOptions {
  readonly folders: WorkspaceFolders;
  readonly rewinding: Rewinding;
  readonly plans: PlanDocuments;
  readonly clock: Clock;
  readonly readText: (path: string) => Promise<string>;
  /** The session of a row, or the one picked. */
  readonly pick: (args: readonly unknown[], placeHolder: string) => Promise<FolderSession>;
  readonly onDone: () => void;
}

/** Back to how files and conversation stood before a prompt: list, part, diff, yes. Redo is the same way forth. */
export function rewindCommands(options: RewindCommandsOptions): CommandTable {
  return {
    [commandIds.rewind]: async (...args) => {
      needTrust();
      const { folder, session } = await options.pick(args, vscode.l10n.t('Go back in which session?'));
      needEnded(session.state);
      const workspace = need(await options.folders.open(folder));
      const checkpoints = told(await options.rewinding.list(workspace, session.id));
      if (checkpoints.length === 0)
        throw new UserProblem(
          vscode.l10n.t('This session has no checkpoint yet: nothing was changed in it.'),
        );
      const checkpoint = await pickCheckpoint(checkpoints, sessionTitle(session), options.clock.now());
      const what = await pickPart(checkpoint);
      await goBack(options, workspace, session.id, { checkpoint: checkpoint.number, what });
    },
    [commandIds.redoRewind]: async (...args) => {
      needTrust();
      const { folder, session } = await options.pick(
        args,
        vscode.l10n.t('Redo the rewind of which session?'),
      );
      needEnded(session.state);
      await goBack(options, need(await options.folders.open(folder)), session.id, { redo: true });
    },
  };
}

async function goBack(
  { rewinding, plans, readText, onDone }: RewindCommandsOptions,
  workspace: MemoryWorkspace,
  session: string,
  request: RewindRequest,
): Promise<void> {
  const plan = told(await rewinding.plan(workspace, session, request));
  const title = vscode.l10n.t('Checkpoint {0}', plan.checkpoint.number);
  const changes = await planChanges(plan, readText);
  const shown = changes.length === 0 ? undefined : await plans.show({ title, changes }, plan.root);
  try {
    await confirm(plan, title);
    const report = told(await rewinding.apply(workspace, session, request));
    onDone();
    sayConflicts(report);
  } finally {
    shown?.dispose();
  }
}

async function pickCheckpoint(
  checkpoints: readonly Checkpoint[],
  title: string,
  now: number,
): Promise<Checkpoint> {
  const items = checkpoints.toReversed().map((checkpoint) => ({
    label: `$(${checkpoint.reason === 'rewind' ? 'redo' : 'history'}) ${checkpointWords(checkpoint)}`,
    description: joined(ago(checkpoint.time, now), vscode.l10n.t('checkpoint {0}', checkpoint.number)),
    checkpoint,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Rewind: {0}', title),
    placeHolder: vscode.l10n.t('Back to how it stood when?'),
    matchOnDescription: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.checkpoint;
}

function checkpointWords({ reason, prompt }: Checkpoint): string {
  const words = oneLine(prompt, 70).replaceAll('$(', '\\$(');
  switch (reason) {
    case 'prompt':
      return vscode.l10n.t('Before “{0}”', words);
    case 'turn':
      return vscode.l10n.t('In the middle of “{0}”', words);
    case 'end':
      return vscode.l10n.t('As the run left it: “{0}”', words);
    case 'rewind':
      return vscode.l10n.t('Before a rewind');
  }
}

async function pickPart({ prompt }: Checkpoint): Promise<RewindPart> {
  const items: readonly (vscode.QuickPickItem & { readonly what: RewindPart })[] = [
    {
      label: vscode.l10n.t('Files and conversation'),
      detail: vscode.l10n.t('As if nothing after it had been said or done'),
      what: 'both',
    },
    {
      label: vscode.l10n.t('Files'),
      detail: vscode.l10n.t('The session remembers what it did; the files stand as before'),
      what: 'files',
    },
    {
      label: vscode.l10n.t('Conversation'),
      detail: vscode.l10n.t('The files stay; the session goes on from before it'),
      what: 'conversation',
    },
  ];
  const placeHolder = vscode.l10n.t('What goes back to before “{0}”?', oneLine(prompt, 60));
  const picked = await vscode.window.showQuickPick(items, { placeHolder });
  if (!picked) throw new vscode.CancellationError();
  return picked.what;
}

/** Stays open while the person scrolls through the diff; Escape leaves everything as it is. */
async function confirm(plan: RewindPlan, title: string): Promise<void> {
  const { changes, droppedPrompts, leftAlone, notes, what } = plan;
  const files = changes.length === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', changes.length);
  const prompts =
    droppedPrompts.length === 1
      ? vscode.l10n.t('1 prompt no longer counts')
      : vscode.l10n.t('{0} prompts no longer count', droppedPrompts.length);
  const said = joined(what !== 'conversation' && files, what !== 'files' && prompts);
  const apart = leftAlone.map(({ path, reason }) => `${path}: ${reason}`).join(' ');
  const go = {
    label: `$(check) ${vscode.l10n.t('Go back: {0}', said)}`,
    detail: oneLine([...notes, apart].filter(Boolean).join(' '), 300),
  };
  const leave = { label: `$(close) ${vscode.l10n.t('Leave everything as it is')}` };
  const placeHolder = vscode.l10n.t('The diff shows what would change. Redo Rewind takes it back.');
  const picked = await vscode.window.showQuickPick([go, leave], { title, placeHolder, ignoreFocusOut: true });
  if (picked !== go) throw new vscode.CancellationError();
}

/** What could not be put back is said by name: somebody changed it meanwhile. */
function sayConflicts({ conflicts }: RewindReport): void {
  if (conflicts.length === 0) return;
  const names = conflicts.map(({ path, reason }) => `${path} (${reason})`).join(', ');
  void vscode.window.showWarningMessage(vscode.l10n.t('Left as it is: {0}', oneLine(names, 300)));
}

function needEnded(state: FolderSession['session']['state']): void {
  if (state === 'running')
    throw new UserProblem(vscode.l10n.t('This session is running. Stop its run first, then go back.'));
}

function told<Value>(result: Result<Value, SessionProblem>): Value {
  if (result.ok) return result.value;
  throw new UserProblem(result.error.message);
}
