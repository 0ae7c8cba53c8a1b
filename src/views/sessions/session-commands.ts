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
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { BriefDocuments, PlanResume } from './brief-documents.ts';
import { forkSession, type ListForkPoints } from './fork-session.ts';
import { type FreshFolders, resumeInNewFolder } from './fresh-folder.ts';
import { noSession, pickOwn, pickShown } from './session-picking.ts';
import type { SessionsView } from './sessions-view.ts';
import { canResume, type FolderSession, type ShownSession, sessionTitle } from './shown-session.ts';
import { type GoingOnOptions, goOnWith, openInTool, startFromBriefOf } from './tool-session-commands.ts';

export interface SessionCommandsOptions {
  readonly view: SessionsView;
  readonly desk: RunDesk;
  readonly book: RunBook;
  readonly briefs: BriefDocuments;
  readonly transcripts: TranscriptDocuments;
  readonly folders: WorkspaceFolders;
  readonly planResume: PlanResume;
  readonly forkPoints: ListForkPoints;
  readonly goingOn: GoingOnOptions;
  readonly fresh: FreshFolders;
  readonly clock: Clock;
}

/** One of Varve's own: of a row, of a run's row too, or the one picked among those that can go on. */
export async function chooseSession(
  options: SessionCommandsOptions,
  args: readonly unknown[],
  placeHolder: string,
): Promise<FolderSession> {
  const found = await ofRun(options, args);
  return found ?? pickOwn(options.view, options.clock.now(), { args, placeHolder });
}

export function sessionCommands(options: SessionCommandsOptions): CommandTable {
  const { view, briefs, clock, goingOn } = options;
  const choose = (args: readonly unknown[], placeHolder: string, any = false): Promise<ShownSession> =>
    pickShown(view, clock.now(), { args, placeHolder, any });
  return {
    [commandIds.refreshSessions]: () => view.tree.refresh(),
    [commandIds.resumeSession]: async (...args) => {
      needTrust();
      await goOn(await choose(args, vscode.l10n.t('Which session should go on?')), options);
    },
    [commandIds.resumeWork]: async () => {
      needTrust();
      const which = vscode.l10n.t('Which earlier work should go on? Interrupted work comes first.');
      await goOn(await choose([], which), options);
    },
    [commandIds.continueLastSession]: async () => {
      needTrust();
      const [last] = resumable(await view.sessions());
      if (!last) throw noSession();
      await resume(last, options);
    },
    [commandIds.forkSession]: async (...args) => {
      needTrust();
      const placeHolder = vscode.l10n.t('Which session should begin anew from somewhere in it?');
      const session = await pickOwn(view, clock.now(), { args, placeHolder });
      await forkSession(session, { ...options, points: options.forkPoints, now: () => clock.now() });
    },
    [commandIds.startFresh]: async (...args) => {
      needTrust();
      const placeHolder = vscode.l10n.t('The work of which session shall be laid out in a new folder?');
      const session = await pickOwn(view, clock.now(), { args, placeHolder });
      await resumeInNewFolder(session, options.folders, options.fresh);
    },
    [commandIds.openTranscript]: async (...args) => {
      const which = vscode.l10n.t('The transcript of which session?');
      const own = await ofRun(options, args);
      if (own) await showOwn(own, options);
      else await showTranscript(await choose(args, which, true), options);
    },
    [commandIds.showBrief]: async (...args) => {
      await briefs.show(await choose(args, vscode.l10n.t('The brief of which session?'), true));
    },
    [commandIds.startFromBrief]: async (...args) => {
      needTrust();
      const which = vscode.l10n.t('Start fresh from the brief of which session?');
      await startFromBriefOf(await choose(args, which, true), goingOn);
    },
    [commandIds.runFromBrief]: async (...args) => {
      needTrust();
      await goingOn.editors.run(args[0] instanceof vscode.Uri ? args[0] : undefined);
    },
    [commandIds.openInTool]: async (...args) => {
      needTrust();
      await openInTool(await choose(args, vscode.l10n.t('Which session should be opened?')), goingOn);
    },
  };
}

/** Whatever tool made it. */
export async function goOn(session: ShownSession, options: SessionCommandsOptions): Promise<void> {
  const { folder, name, own } = session;
  if (own) await resume({ folder, name, session: own }, options);
  else await goOnWith(session, options.goingOn);
}

export async function showTranscript(
  { folder, row }: ShownSession,
  { transcripts }: Pick<SessionCommandsOptions, 'transcripts'>,
  showing: { readonly entry?: string | undefined; readonly beside?: boolean } = {},
): Promise<void> {
  const { tool, id, path } = row;
  const other = tool === 'varve' ? {} : { other: { tool, path } };
  await transcripts.show({ folder, id, ...other }, sessionTitle(row), showing);
}

async function showOwn(
  { folder, session }: FolderSession,
  { transcripts }: SessionCommandsOptions,
): Promise<void> {
  await transcripts.show({ folder, id: session.id }, sessionTitle(session));
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

/** Interrupted ones first, each part newest first. */
function resumable(all: readonly FolderSession[]): readonly FolderSession[] {
  const rank = ({ session }: FolderSession): number => (session.state === 'interrupted' ? 0 : 1);
  return all
    .filter(({ session }) => canResume(session))
    .toSorted((a, b) => rank(a) - rank(b) || b.session.modified - a.session.modified);
}
