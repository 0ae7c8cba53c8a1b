import * as vscode from 'vscode';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, viewIds } from '../contributions.ts';
import { needTrust, pickWorkspace } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** What happened since then, as Markdown. `since`: as `varve standup --since` takes it. Never rejects. */
export type TellStandup = (
  workspace: MemoryWorkspace,
  since: string,
) => Promise<Result<string, { readonly message: string }>>;

/** *Standup…*: an untitled document, to be copied, edited or thrown away. */
export function standupCommands(folders: WorkspaceFolders, tell: TellStandup): CommandTable {
  return {
    [commandIds.standup]: async () => {
      needTrust();
      const workspace = await pickWorkspace(folders, vscode.l10n.t('A standup of which folder?'));
      const since = await pickSince(workspace);
      const location = { viewId: viewIds.sessions };
      const told = await vscode.window.withProgress({ location }, () => tell(workspace, since));
      if (!told.ok) throw new UserProblem(told.error.message);
      const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: told.value });
      await vscode.window.showTextDocument(document, { preview: false });
    },
  };
}

async function pickSince(workspace: MemoryWorkspace): Promise<string> {
  const milestones = (await workspace.timeline())
    .filter(({ record }) => record.kind === 'milestone')
    .slice(0, 10);
  const items: readonly (vscode.QuickPickItem & { readonly since?: string })[] = [
    { label: vscode.l10n.t('Yesterday'), since: 'yesterday' },
    { label: vscode.l10n.t('Today'), since: 'today' },
    { label: vscode.l10n.t('The last 7 days'), since: '7d' },
    ...(milestones.length === 0
      ? []
      : [{ label: vscode.l10n.t('Since a milestone'), kind: vscode.QuickPickItemKind.Separator }]),
    ...milestones.map(({ record }) => ({
      label: record.description.replaceAll('$(', '$\u200b('),
      description: record.modified.slice(0, 10),
      since: record.name,
    })),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Standup'),
    placeHolder: vscode.l10n.t('What happened since when?'),
  });
  if (picked?.since === undefined) throw new vscode.CancellationError();
  return picked.since;
}
