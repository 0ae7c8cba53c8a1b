import * as vscode from 'vscode';
import type { ForkPoint } from '../../agent/session/fork-points.ts';
import type { Result } from '../../base/result.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import type { RunDesk } from '../run/run-desk.ts';
import { ago, oneLine } from '../words.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type FolderSession, sessionTitle } from './shown-session.ts';

/** Places of a session, by the `sessions/` directory of its project. */
export type ListForkPoints = (
  directory: string,
  session: string,
) => Promise<Result<readonly ForkPoint[], { readonly message: string }>>;

export interface ForkOptions {
  readonly desk: RunDesk;
  readonly folders: WorkspaceFolders;
  readonly points: ListForkPoints;
  readonly now: () => number;
}

/** The session stays as it is; a copy of it, up to a place that is picked, goes on with what is said now. */
export async function forkSession({ folder, session }: FolderSession, options: ForkOptions): Promise<void> {
  if (session.problem) throw new UserProblem(session.problem);
  const { sessionsDirectory } = need(await options.folders.open(folder));
  const points = await options.points(sessionsDirectory, session.id);
  if (!points.ok) throw new UserProblem(points.error.message);
  const before = await pickPoint(points.value, sessionTitle(session), options.now());
  const prompt = await vscode.window.showInputBox({
    title: vscode.l10n.t('Fork: {0}', sessionTitle(session)),
    prompt: vscode.l10n.t(
      'What should the new session do? It knows what was said and done up to that place.',
    ),
    ignoreFocusOut: true,
    ...(before?.kind === 'prompt' && { value: before.text }),
  });
  if (prompt === undefined || prompt.trim() === '') throw new vscode.CancellationError();
  await options.desk.start({
    folder,
    prompt: prompt.trim(),
    resume: session.id,
    fork: true,
    ...(before && { forkBefore: before.name }),
  });
}

interface PointItem extends vscode.QuickPickItem {
  readonly point?: ForkPoint;
}

/** Undefined: its end. Throws when cancelled. */
async function pickPoint(
  points: readonly ForkPoint[],
  title: string,
  now: number,
): Promise<ForkPoint | undefined> {
  if (points.length < 2) return undefined;
  const items: readonly PointItem[] = [
    { label: `$(arrow-right) ${vscode.l10n.t('From its end')}` },
    ...points
      .slice(1)
      .toReversed()
      .map(
        (point): PointItem => ({
          label: pointWords(point),
          description: ago(point.time, now),
          point,
        }),
      ),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Fork: {0}', title),
    placeHolder: vscode.l10n.t('From where should it go on otherwise?'),
    matchOnDescription: true,
  });
  if (!picked) throw new vscode.CancellationError();
  return picked.point;
}

function pointWords({ kind, text }: ForkPoint): string {
  const words = oneLine(text, 80).replaceAll('$(', '$\u200b(');
  return kind === 'prompt'
    ? `$(comment) ${vscode.l10n.t('Before “{0}”', words)}`
    : `$(blank) ${vscode.l10n.t('Before the answer “{0}”', words)}`;
}
