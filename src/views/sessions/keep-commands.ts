import * as vscode from 'vscode';
import type { KeptAll } from '../../agent/history/archive/keep-all.ts';
import type { KeepQuestion } from '../../agent/history/archive/keep-question.ts';
import type { SessionTool } from '../../agent/history/transcript.ts';
import type { Result } from '../../base/result.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import { joined } from '../words.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { SessionAddress } from './session-history.ts';
import { pickShown } from './session-picking.ts';
import type { SessionsView } from './sessions-view.ts';

type Problem = { readonly message: string };

/** What Varve keeps of other tools' sessions. Nothing rejects. */
export interface SessionKeeping {
  questions(): Promise<readonly KeepQuestion[]>;
  /** Remembers for each tool that was asked about whether its sessions are kept. */
  answer(questions: readonly KeepQuestion[], keep: ReadonlySet<SessionTool>): Promise<Result<void, Problem>>;
  keepAll(signal: AbortSignal): Promise<KeptAll>;
  /** The same where a person said yes, at most now and then; quiet. */
  keepWhenDue(): Promise<void>;
  pin(session: SessionAddress): Promise<Result<void, Problem>>;
  unpin(session: SessionAddress): Promise<Result<void, Problem>>;
  /** Answers where the session's own file is now. */
  restore(session: SessionAddress, to: string): Promise<Result<string, Problem>>;
}

export interface KeepOptions {
  readonly view: SessionsView;
  readonly keeping: SessionKeeping;
  readonly now: () => number;
}

/** Keep, pin and restore sessions of other tools. */
export function keepCommands(options: KeepOptions): CommandTable {
  const { view, keeping, now } = options;
  const onChosen =
    (placeHolder: string, act: (session: SessionAddress) => Promise<void>) =>
    async (...args: readonly unknown[]): Promise<void> => {
      needTrust();
      const { row } = await pickShown(view, now(), { args, placeHolder, any: true });
      await act(row);
      await view.tree.refresh();
    };
  return {
    [commandIds.keepSessions]: async () => {
      needTrust();
      await askAndKeep(keeping);
      await view.tree.refresh();
    },
    [commandIds.pinSession]: onChosen(
      vscode.l10n.t('Which session shall be kept for good?'),
      async (session) => needDone(await keeping.pin(session)),
    ),
    [commandIds.unpinSession]: onChosen(
      vscode.l10n.t('Which session need not be kept for good?'),
      async (session) => needDone(await keeping.unpin(session)),
    ),
    [commandIds.restoreSession]: onChosen(vscode.l10n.t('Which session shall be restored?'), (session) =>
      restore(keeping, session),
    ),
  };
}

function needDone<T>(result: Result<T, Problem>): T {
  if (result.ok) return result.value;
  throw new UserProblem(result.error.message);
}

interface ToolItem extends vscode.QuickPickItem {
  readonly tool: SessionTool;
}

/** Asked once, with the room it takes; asked again it can be answered otherwise. Throws when cancelled. */
async function askAndKeep(keeping: SessionKeeping): Promise<void> {
  const location = { viewId: viewIds.sessions };
  const questions = await vscode.window.withProgress({ location }, () => keeping.questions());
  if (questions.length === 0)
    throw new UserProblem(vscode.l10n.t('No other agent has left sessions on this machine.'));
  const picked = await vscode.window.showQuickPick<ToolItem>(questions.map(toolItem), {
    canPickMany: true,
    ignoreFocusOut: true,
    title: vscode.l10n.t('Keep Sessions of Other Agents'),
    placeHolder: vscode.l10n.t('Whose sessions shall Varve keep copies of?'),
  });
  if (!picked) throw new vscode.CancellationError();
  needDone(await keeping.answer(questions, new Set(picked.map(({ tool }) => tool))));
  if (picked.length === 0) return;
  const done = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Keeping sessions'),
      cancellable: true,
    },
    (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      return keeping.keepAll(stop.signal);
    },
  );
  void vscode.window.showInformationMessage(keptWords(done));
}

export function toolItem({
  tool,
  name,
  answer,
  sessions,
  bytes,
  storedBytes,
  kept,
  soon,
  retention,
}: KeepQuestion): ToolItem {
  const goes = retention
    ? vscode.l10n.t('{0} deletes them {1} days after their last change', name, retention.days)
    : vscode.l10n.t('{0} keeps them until you delete them', name);
  return {
    tool,
    label: name,
    description: vscode.l10n.t(
      '{0} sessions, {1}; a copy takes {2}',
      sessions,
      size(bytes),
      size(storedBytes),
    ),
    detail: joined(
      goes,
      soon > 0 && vscode.l10n.t('{0} of them within a week', soon),
      kept > 0 && vscode.l10n.t('{0} are kept', kept),
    ),
    picked: answer?.keep ?? retention !== undefined,
  };
}

function keptWords({ kept, unchanged, usedBytes, problems, stopped }: KeptAll): string {
  const parts = [
    vscode.l10n.t(
      '{0} sessions are kept, {1} were already; all of it takes {2}.',
      kept,
      unchanged,
      size(usedBytes),
    ),
    stopped,
    problems[0],
  ];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** "9 MB"; what is less than one is "less than 1 MB". */
function size(bytes: number): string {
  const megabytes = bytes / (1024 * 1024);
  if (megabytes < 1) return vscode.l10n.t('less than 1 MB');
  return megabytes < 1024
    ? vscode.l10n.t('{0} MB', Math.round(megabytes))
    : vscode.l10n.t('{0} GB', (megabytes / 1024).toFixed(1));
}

async function restore(keeping: SessionKeeping, session: SessionAddress): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
      title: vscode.l10n.t('Restore the session into which empty folder?'),
      openLabel: vscode.l10n.t('Restore Here'),
    })) ?? [];
  if (!folder) throw new vscode.CancellationError();
  const path = needDone(await keeping.restore(session, folder.fsPath));
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
}
