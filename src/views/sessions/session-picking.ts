import * as vscode from 'vscode';
import { toolNames } from '../../agent/history/transcript.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import { ago, joined, oneLine } from '../words.ts';
import type { SessionsView } from './sessions-view.ts';
import { canResume, type FolderSession, type ShownSession, sessionTitle } from './shown-session.ts';

export interface PickRequest {
  readonly args: readonly unknown[];
  readonly placeHolder: string;
  /** Varve's own that cannot be resumed are offered, too. */
  readonly any?: boolean;
}

/** The session of a row, or one picked among Varve's own. */
export async function pickOwn(view: SessionsView, now: number, request: PickRequest): Promise<FolderSession> {
  const all = await view.sessions();
  const [subject] = subjects('session', request.args);
  const clicked = subject && all.find(({ session }) => session.id === subject.id);
  if (clicked) return clicked;
  const candidates = request.any ? all : all.filter(({ session }) => canResume(session));
  const shown = (await view.shown()).filter(({ own }) => own !== undefined);
  const picked = await pick(
    shown.filter(({ row }) => candidates.some(({ session }) => session.id === row.id)),
    now,
    request.placeHolder,
  );
  const found = candidates.find(({ session }) => session.id === picked.row.id);
  if (!found) throw noSession();
  return found;
}

/** The session of a row, or one picked among those of all tools. */
export async function pickShown(
  view: SessionsView,
  now: number,
  request: PickRequest,
): Promise<ShownSession> {
  const all = await view.shown();
  const clicked = clickedOf(all, request.args);
  if (clicked) return clicked;
  return pick(
    all.filter(({ own, row }) => row.lineage?.how !== 'subagent' && (request.any || !own || canResume(own))),
    now,
    request.placeHolder,
  );
}

/** The session whose row a command was called on. */
export function clickedOf(all: readonly ShownSession[], args: readonly unknown[]): ShownSession | undefined {
  const [own] = subjects('session', args);
  const [other] = subjects('tool-session', args);
  return all.find(({ row }) =>
    row.tool === 'varve' ? row.id === own?.id : row.tool === other?.tool && row.path === other.path,
  );
}

interface SessionItem extends vscode.QuickPickItem {
  readonly session?: ShownSession;
}

async function pick(
  candidates: readonly ShownSession[],
  now: number,
  placeHolder: string,
): Promise<ShownSession> {
  if (candidates.length === 0) throw noSession();
  const picked = await vscode.window.showQuickPick(itemsOf(candidates, now), {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked?.session) throw new vscode.CancellationError();
  return picked.session;
}

function itemsOf(candidates: readonly ShownSession[], now: number): readonly SessionItem[] {
  const newest = candidates.toSorted((one, other) => other.row.modified - one.row.modified);
  const isCut = ({ row }: ShownSession): boolean => row.state === 'interrupted' || row.state === 'waiting';
  const part = (label: string, members: readonly ShownSession[]): readonly SessionItem[] =>
    members.length === 0
      ? []
      : [
          { label, kind: vscode.QuickPickItemKind.Separator },
          ...members.map((session) => itemOf(session, now)),
        ];
  return [
    ...part(vscode.l10n.t('Interrupted'), newest.filter(isCut)),
    ...part(
      vscode.l10n.t('Earlier'),
      newest.filter((session) => !isCut(session)),
    ),
  ];
}

function itemOf(session: ShownSession, now: number): SessionItem {
  const { row, own, name } = session;
  const icon = row.state === 'interrupted' ? 'debug-disconnect' : 'history';
  const title = oneLine(sessionTitle(row), 100).replaceAll('$(', '$\u200b(');
  return {
    label: `$(${icon}) ${title}`,
    description: joined(ago(row.modified, now), own === undefined && toolNames[row.tool], row.branch, name),
    session,
  };
}

export function noSession(): UserProblem {
  const start = {
    kind: 'command',
    title: vscode.l10n.t('Run Agent…'),
    command: commandIds.runAgent,
  } as const;
  return new UserProblem(vscode.l10n.t('There is no earlier session in this workspace yet.'), start);
}
