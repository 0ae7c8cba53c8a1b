import * as vscode from 'vscode';
import { toolNames } from '../../agent/history/transcript.ts';
import type { CommandFunnel } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { SessionsView } from './sessions-view.ts';
import { type ShownSession, sessionTitle } from './shown-session.ts';

export interface ResumeLinkOptions {
  readonly funnel: CommandFunnel;
  readonly view: SessionsView;
  readonly goOn: (session: ShownSession) => Promise<void>;
  readonly showBrief: (session: ShownSession) => Promise<void>;
}

/**
 * `vscode://varve.varve/resume?session=ID[&tool=TOOL]`. A link may come from anywhere, so it starts nothing: it names a
 * session of this window's folders, and a person says whether it goes on.
 */
export function registerResumeLink({ funnel, view, goOn, showBrief }: ResumeLinkOptions): vscode.Disposable {
  const open = async (uri: vscode.Uri): Promise<void> => {
    if (uri.path !== '/resume')
      throw new UserProblem(vscode.l10n.t('Varve does not know this link. It opens /resume?session=ID.'));
    needTrust();
    const query = new URLSearchParams(uri.query);
    const session = await find(view, query.get('session') ?? '', query.get('tool') ?? undefined);
    const resume = vscode.l10n.t('Resume');
    const brief = vscode.l10n.t('Show Session Brief');
    const asked = await vscode.window.showInformationMessage(
      vscode.l10n.t('A link asks to resume “{0}”.', sessionTitle(session.row)),
      { modal: true, detail: vscode.l10n.t('{0} session of this folder.', toolNames[session.row.tool]) },
      resume,
      brief,
    );
    if (asked === resume) await goOn(session);
    else if (asked === brief) await showBrief(session);
    else throw new vscode.CancellationError();
  };
  return vscode.window.registerUriHandler({
    handleUri: (uri) => funnel.run('resume link', () => open(uri)),
  });
}

async function find(view: SessionsView, id: string, tool: string | undefined): Promise<ShownSession> {
  const all = await view.shown();
  const found = all.filter(({ row }) => row.id === id && (tool === undefined || row.tool === tool));
  const [first] = found;
  if (first !== undefined && id !== '') return first;
  const show = {
    kind: 'command',
    title: vscode.l10n.t('Search Sessions'),
    command: commandIds.searchSessions,
  } as const;
  throw new UserProblem(
    vscode.l10n.t('The session of this link is not one of the folders that are open here.'),
    show,
  );
}
