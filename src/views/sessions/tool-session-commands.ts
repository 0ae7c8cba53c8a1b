import * as vscode from 'vscode';
import type { Reopening } from '../../agent/history/history-reader.ts';
import { toolNames } from '../../agent/history/transcript.ts';
import type { ResumePlan } from '../../agent/resume/plan-resume.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { oneLine } from '../words.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { BriefEditors } from './brief-editors.ts';
import type { SessionAddress } from './session-history.ts';
import { type ShownSession, sessionTitle } from './shown-session.ts';

/** How a session of any tool goes on; reads only. */
export type PlanAny = (
  workspace: MemoryWorkspace,
  session: SessionAddress,
) => Promise<
  Result<
    { readonly plan: ResumePlan; readonly reopenings: readonly Reopening[] },
    { readonly message: string }
  >
>;

export interface GoingOnOptions {
  readonly folders: WorkspaceFolders;
  readonly plan: PlanAny;
  readonly editors: BriefEditors;
}

interface WayItem extends vscode.QuickPickItem {
  readonly act: () => Promise<void>;
}

/** Asks how a session of another tool shall go on, and does it. Throws when cancelled. */
export async function goOnWith(session: ShownSession, options: GoingOnOptions): Promise<void> {
  const planned = await planOf(session, options);
  const { plan, reopenings } = planned;
  const ways: readonly WayItem[] = [
    ...reopenings.flatMap((reopening) => wayOf(session, reopening)),
    {
      label: `$(sparkle) ${vscode.l10n.t('Start fresh from its brief')}`,
      detail: vscode.l10n.t('A new session of Varve; you look the brief over first'),
      act: () => editBrief(session, plan, options),
    },
  ];
  const picked = await vscode.window.showQuickPick(ways, {
    title: vscode.l10n.t('Resume: {0}', sessionTitle(session.row)),
    placeHolder: vscode.l10n.t('How shall it go on?'),
  });
  if (!picked) throw new vscode.CancellationError();
  await picked.act();
}

/** Opens it in the tool that made it, without a question where there is one way. Throws when cancelled. */
export async function openInTool(session: ShownSession, options: GoingOnOptions): Promise<void> {
  const { reopenings } = await planOf(session, options);
  const ways = reopenings.flatMap((reopening) => wayOf(session, reopening));
  const name = toolNames[session.row.tool];
  if (ways.length === 0) throw new UserProblem(vscode.l10n.t('{0} cannot be told to open a session.', name));
  const picked =
    ways.length === 1
      ? ways[0]
      : await vscode.window.showQuickPick(ways, {
          placeHolder: vscode.l10n.t('Open it in {0} where?', name),
        });
  if (!picked) throw new vscode.CancellationError();
  await picked.act();
}

/** Varve's own sessions, too. */
export async function startFromBriefOf(session: ShownSession, options: GoingOnOptions): Promise<void> {
  const { plan } = await planOf(session, options);
  await editBrief(session, plan, options);
}

async function planOf({ folder, row }: ShownSession, { folders, plan }: GoingOnOptions) {
  const planned = await plan(need(await folders.open(folder)), row);
  if (!planned.ok) throw new UserProblem(planned.error.message);
  return planned.value;
}

async function editBrief(
  { folder, row }: ShownSession,
  plan: ResumePlan,
  { editors }: GoingOnOptions,
): Promise<void> {
  const origin = { folder, title: sessionTitle(row), tool: row.tool, session: row.id };
  await editors.edit(plan.brief, origin);
}

function wayOf({ row }: ShownSession, reopening: Reopening): readonly WayItem[] {
  const name = toolNames[row.tool];
  if (reopening.kind === 'link') {
    if (!vscode.extensions.getExtension(reopening.needsExtension)) return [];
    const label = `$(link-external) ${vscode.l10n.t('Open in the extension of {0}', name)}`;
    const act = async (): Promise<void> => {
      await vscode.env.openExternal(vscode.Uri.parse(reopening.uri, true));
    };
    return [{ label, detail: oneLine(reopening.uri, 120), act }];
  }
  const { command, args, cwd } = reopening;
  const act = async (): Promise<void> => {
    // The program itself with its arguments: no shell reads what a tool's own file named.
    const terminal = vscode.window.createTerminal({
      name: `${name}: ${oneLine(sessionTitle(row), 30)}`,
      shellPath: command,
      shellArgs: [...args],
      ...(cwd !== '' && { cwd }),
    });
    terminal.show();
  };
  const label = `$(terminal) ${vscode.l10n.t('Go on in {0}, in a terminal', name)}`;
  return [{ label, detail: oneLine([command, ...args].join(' '), 120), act }];
}
