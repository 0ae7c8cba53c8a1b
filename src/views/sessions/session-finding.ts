import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import type { CommandTable } from '../command/command-funnel.ts';
import { uriOf } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, settingIds, viewIds } from '../contributions.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { pickFilter } from './session-filter.ts';
import { type Grouping, groupings } from './session-groups.ts';
import type { HistoryHit, SessionHistory } from './session-history.ts';
import { searchSessions } from './session-search.ts';
import type { SessionsView } from './sessions-view.ts';
import type { ShownSession } from './shown-session.ts';

export interface SessionFindingOptions {
  readonly view: SessionsView;
  readonly folders: WorkspaceFolders;
  readonly history: SessionHistory;
  readonly clock: Clock;
  readonly open: (hit: HistoryHit, entry: string | undefined, beside: boolean) => Promise<void>;
  readonly resume: (hit: HistoryHit) => Promise<void>;
}

/** Search, filter and group the sessions of all tools. */
export function sessionFinding(options: SessionFindingOptions): CommandTable {
  const { view } = options;
  return {
    [commandIds.searchSessions]: async () => {
      needTrust();
      await search(options);
    },
    [commandIds.filterSessions]: async () => {
      const active = vscode.window.activeTextEditor?.document.uri;
      const file = active?.scheme === 'file' ? active.fsPath : undefined;
      await view.setFilter(await pickFilter(await view.shown(), file));
    },
    [commandIds.clearSessionFilter]: () => view.setFilter({}),
    [commandIds.groupSessions]: () => group(),
    [commandIds.sessionsOfFile]: async (...args) => {
      const uri = uriOf(args) ?? vscode.window.activeTextEditor?.document.uri;
      if (uri?.scheme !== 'file') throw new UserProblem(vscode.l10n.t('Open a file first.'));
      await vscode.commands.executeCommand(`${viewIds.sessions}.focus`);
      await view.setFilter({ file: uri.fsPath });
    },
  };
}

async function search({ folders, history, clock, open, resume }: SessionFindingOptions): Promise<void> {
  const workspaces = await folders.workspaces();
  // In one folder its own sessions; where several are open, all that there are.
  const only = workspaces.length === 1 ? workspaces[0] : undefined;
  await searchSessions({
    ask: (query, signal) => history.search(only, query, signal),
    now: () => clock.now(),
    onOpen: open,
    onResume: resume,
  });
}

async function group(): Promise<void> {
  const words: Readonly<Record<Grouping, string>> = {
    day: vscode.l10n.t('Day'),
    branch: vscode.l10n.t('Branch'),
    milestone: vscode.l10n.t('Milestone'),
    agent: vscode.l10n.t('Agent'),
  };
  const configuration = vscode.workspace.getConfiguration();
  const now = configuration.get<string>(settingIds.sessionGrouping, 'day');
  const items = groupings.map((grouping) => ({
    label: words[grouping],
    ...(grouping === now && { description: vscode.l10n.t('now') }),
    grouping,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Group Sessions'),
    placeHolder: vscode.l10n.t('Group sessions by what?'),
  });
  if (!picked) throw new vscode.CancellationError();
  const target = vscode.ConfigurationTarget.Global;
  await configuration.update(settingIds.sessionGrouping, picked.grouping, target);
}

/** What a search found, as the view shows it; what it does not show belongs to the first folder. */
export async function shownFor(
  view: SessionsView,
  folders: WorkspaceFolders,
  { row }: HistoryHit,
): Promise<ShownSession> {
  const known = (await view.shown()).find(
    ({ row: { tool, path } }) => tool === row.tool && path === row.path,
  );
  if (known) return known;
  const [first] = await folders.all();
  if (!first)
    throw new UserProblem(vscode.l10n.t('No folder is open: sessions go on in a folder. Open one first.'));
  return { folder: first.folder, name: undefined, row };
}
