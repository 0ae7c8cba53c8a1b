import * as vscode from 'vscode';
import type { SessionSummary } from '../../agent/session/session-list.ts';
import type { Clock } from '../../base/clock.ts';
import { type CommandTable, need } from '../command/command-funnel.ts';
import { subjects } from '../command/subject.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds } from '../contributions.ts';
import type { RunDesk } from '../run/run-desk.ts';
import type { TranscriptDocuments } from '../run/transcript-documents.ts';
import type { RunBook } from '../runs/run-book.ts';
import { ago, joined } from '../words.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { BriefDocuments, PlanResume } from './brief-documents.ts';
import { canResume, type FolderSession, sessionTitle } from './session-rows.ts';
import type { SessionsView } from './sessions-view.ts';

export interface SessionCommandsOptions {
  readonly view: SessionsView;
  readonly desk: RunDesk;
  readonly book: RunBook;
  readonly briefs: BriefDocuments;
  readonly transcripts: TranscriptDocuments;
  readonly folders: WorkspaceFolders;
  readonly planResume: PlanResume;
  readonly clock: Clock;
}

/** The session of a row, of a run's row too, or the one picked among those that can go on. */
export async function chooseSession(
  options: SessionCommandsOptions,
  args: readonly unknown[],
  placeHolder: string,
): Promise<FolderSession> {
  const found = await ofRun(options, args);
  return found ?? pickSession(options.view, options.clock, args, { placeHolder, any: false });
}

export function sessionCommands(options: SessionCommandsOptions): CommandTable {
  const { view, briefs, transcripts, clock } = options;
  const pick = (args: readonly unknown[], placeHolder: string, any = false) =>
    pickSession(view, clock, args, { placeHolder, any });
  return {
    [commandIds.refreshSessions]: () => view.tree.refresh(),
    [commandIds.resumeSession]: async (...args) => {
      needTrust();
      await resume(await pick(args, vscode.l10n.t('Which session should go on?')), options);
    },
    [commandIds.resumeWork]: async () => {
      needTrust();
      await resume(
        await pick([], vscode.l10n.t('Which earlier work should go on? Interrupted work comes first.')),
        options,
      );
    },
    [commandIds.continueLastSession]: async () => {
      needTrust();
      const [last] = resumable(await view.sessions());
      if (!last) throw noSession();
      await resume(last, options);
    },
    [commandIds.forkSession]: async (...args) => {
      needTrust();
      await fork(await pick(args, vscode.l10n.t('Which session should begin anew from here?')), options);
    },
    [commandIds.openTranscript]: async (...args) => {
      const { folder, session } =
        (await ofRun(options, args)) ??
        (await pick(args, vscode.l10n.t('The transcript of which session?'), true));
      await transcripts.show({ folder, id: session.id }, sessionTitle(session));
    },
    [commandIds.showBrief]: async (...args) => {
      const { folder, session } = await pick(args, vscode.l10n.t('The brief of which session?'));
      await briefs.show(folder, session);
    },
  };
}

/** The session of a run's row, also while it goes on. */
async function ofRun(
  { book, view }: SessionCommandsOptions,
  args: readonly unknown[],
): Promise<FolderSession | undefined> {
  const [subject] = subjects('run', args);
  if (!subject) return undefined;
  const id = book.get(subject.id)?.state.session;
  const found =
    id === undefined ? undefined : (await view.sessions()).find(({ session }) => session.id === id);
  if (!found) throw new UserProblem(vscode.l10n.t('This run has no session yet. Try again in a moment.'));
  return found;
}

/** The session stays as it is; a copy of it goes on with what is said now. */
async function fork({ folder, session }: FolderSession, { desk }: SessionCommandsOptions): Promise<void> {
  if (session.problem) throw new UserProblem(session.problem);
  const prompt = await vscode.window.showInputBox({
    title: vscode.l10n.t('Fork: {0}', sessionTitle(session)),
    prompt: vscode.l10n.t('What should the new session do? It knows all that was said and done in this one.'),
    ignoreFocusOut: true,
  });
  if (prompt === undefined || prompt.trim() === '') throw new vscode.CancellationError();
  await desk.start({ folder, prompt: prompt.trim(), resume: session.id, fork: true });
}

/** Interrupted work goes on at once; other sessions need to be told what next. */
async function resume({ folder, session }: FolderSession, options: SessionCommandsOptions): Promise<void> {
  if (session.problem) throw new UserProblem(session.problem);
  if (session.state === 'running') {
    const fork = {
      kind: 'command',
      title: vscode.l10n.t('Fork Session…'),
      command: commandIds.forkSession,
      args: [{ row: { subject: { kind: 'session', folder, id: session.id } } }],
    } as const;
    throw new UserProblem(
      vscode.l10n.t('This session is running already, in this window or another process.'),
      fork,
    );
  }
  const workspace = need(await options.folders.open(folder));
  const plan = await options.planResume(workspace, session.id);
  if (!plan.ok) throw new UserProblem(plan.error.message);
  const { pending, readOnlyReason } = plan.value;
  if (readOnlyReason !== undefined) throw new UserProblem(readOnlyReason);
  const goesOn = pending && session.state === 'interrupted';
  const prompt = goesOn ? '' : await askNext(session, pending);
  await options.desk.start({ folder, prompt, resume: session.id, title: sessionTitle(session) });
}

/** `pending`: a turn waits, so nothing needs to be said. */
async function askNext(session: SessionSummary, pending: boolean): Promise<string> {
  const next = await vscode.window.showInputBox({
    title: vscode.l10n.t('Resume: {0}', sessionTitle(session)),
    prompt: pending
      ? vscode.l10n.t('What should it do next? Leave it empty to go on where it stopped.')
      : vscode.l10n.t('What should it do next? It knows all that was said and done.'),
    ignoreFocusOut: true,
    validateInput: (text) =>
      pending || text.trim() !== '' ? undefined : vscode.l10n.t('Nothing is left open: say what is next.'),
  });
  if (next === undefined) throw new vscode.CancellationError();
  return next.trim();
}

async function pickSession(
  view: SessionsView,
  clock: Clock,
  args: readonly unknown[],
  { placeHolder, any }: { readonly placeHolder: string; readonly any: boolean },
): Promise<FolderSession> {
  const all = await view.sessions();
  const [subject] = subjects('session', args);
  const clicked = subject && all.find(({ session }) => session.id === subject.id);
  if (clicked) return clicked;
  const candidates = any ? all : resumable(all);
  if (candidates.length === 0) throw noSession();
  const items = pickItems(candidates, clock.now());
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (!picked?.item) throw new vscode.CancellationError();
  return picked.item;
}

interface SessionItem extends vscode.QuickPickItem {
  readonly item?: FolderSession;
}

function pickItems(candidates: readonly FolderSession[], now: number): readonly SessionItem[] {
  const interrupted = candidates.filter(({ session }) => session.state === 'interrupted');
  const others = candidates.filter(({ session }) => session.state !== 'interrupted');
  const part = (label: string, members: readonly FolderSession[]): readonly SessionItem[] =>
    members.length === 0
      ? []
      : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...members.map((item) => pickItem(item, now))];
  return [...part(vscode.l10n.t('Interrupted'), interrupted), ...part(vscode.l10n.t('Earlier'), others)];
}

function pickItem(item: FolderSession, now: number): SessionItem {
  const { session, name } = item;
  const icon = session.state === 'interrupted' ? 'debug-disconnect' : 'history';
  return {
    label: `$(${icon}) ${sessionTitle(session)}`,
    description: joined(ago(session.modified, now), session.branch, name),
    item,
  };
}

/** Interrupted ones first, each part newest first. */
function resumable(all: readonly FolderSession[]): readonly FolderSession[] {
  const rank = ({ session }: FolderSession): number => (session.state === 'interrupted' ? 0 : 1);
  return all
    .filter(({ session }) => canResume(session))
    .toSorted((a, b) => rank(a) - rank(b) || b.session.modified - a.session.modified);
}

function noSession(): UserProblem {
  const start = {
    kind: 'command',
    title: vscode.l10n.t('Run Agent…'),
    command: commandIds.runAgent,
  } as const;
  return new UserProblem(vscode.l10n.t('There is no earlier session in this workspace yet.'), start);
}
