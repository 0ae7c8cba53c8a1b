import * as vscode from 'vscode';
import type { LearnReport } from '../../agent/resume/learn/propose-learnt.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

export interface LearnRequest {
  readonly days: number;
  readonly signal: AbortSignal;
  readonly onSession: (title: string) => void;
}

/** Proposes what earlier sessions of any tool left that is worth remembering. Never rejects. */
export type LearnFromSessions = (
  workspace: MemoryWorkspace,
  request: LearnRequest,
) => Promise<Result<LearnReport, { readonly message: string }>>;

/** *Learn from Sessions…*: by rules, into the Inbox, nothing else. */
export function learnCommands(folders: WorkspaceFolders, learn: LearnFromSessions): CommandTable {
  return {
    [commandIds.learnFromSessions]: async () => {
      needTrust();
      const workspace = await pickWorkspace(
        folders,
        vscode.l10n.t('Learn from the sessions of which folder?'),
      );
      const days = await pickDays();
      const learnt = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('Looking through sessions'),
          cancellable: true,
        },
        (progress, token) => {
          const stop = new AbortController();
          token.onCancellationRequested(() => stop.abort());
          const onSession = (message: string): void => progress.report({ message });
          return learn(workspace, { days, signal: stop.signal, onSession });
        },
      );
      if (!learnt.ok) throw new UserProblem(learnt.error.message);
      await tell(learnt.value);
    },
  };
}

async function pickDays(): Promise<number> {
  const items = [
    { label: vscode.l10n.t('The last 7 days'), days: 7 },
    { label: vscode.l10n.t('The last 30 days'), days: 30 },
    { label: vscode.l10n.t('The last year'), days: 365 },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Learn from Sessions: what was decided there, as proposals'),
    placeHolder: vscode.l10n.t('From when on shall sessions be looked through?'),
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.days;
}

async function tell({ sessions, proposed, known }: LearnReport): Promise<void> {
  const said = vscode.l10n.t(
    '{0} sessions looked through: {1} proposals, {2} known before.',
    sessions,
    proposed.length,
    known,
  );
  const show = vscode.l10n.t('Show Inbox');
  const asked = await vscode.window.showInformationMessage(said, ...(proposed.length > 0 ? [show] : []));
  if (asked === show) await vscode.commands.executeCommand(`${viewIds.inbox}.focus`);
}
