import * as vscode from 'vscode';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Files } from '../base/files.ts';
import { success } from '../base/result.ts';
import type { CommandFunnel, CommandTable } from './command/command-funnel.ts';
import { commandIds } from './contributions.ts';
import { answeringEditorModels } from './model/editor-models.ts';
import type { ModelAccess } from './model/model-access.ts';
import type { Rooms } from './rooms.ts';
import { registerFixAction } from './run/fix-action.ts';
import { ObjectDocuments } from './run/object-documents.ts';
import { RunDesk } from './run/run-desk.ts';
import { startCommands } from './run/start-commands.ts';
import { TranscriptDocuments } from './run/transcript-documents.ts';
import { answerCommands } from './runs/answer-commands.ts';
import type { FollowedRuns } from './runs/followed-runs.ts';
import type { RunBook } from './runs/run-book.ts';
import { runCommands } from './runs/run-commands.ts';
import type { RunsView } from './runs/runs-view.ts';
import { BriefDocuments, type PlanResume } from './sessions/brief-documents.ts';
import { BriefEditors } from './sessions/brief-editors.ts';
import type { ListForkPoints } from './sessions/fork-session.ts';
import type { FreshFolders } from './sessions/fresh-folder.ts';
import { keepCommands, type SessionKeeping } from './sessions/keep-commands.ts';
import { learnCommands } from './sessions/learn-command.ts';
import { relinkCommands } from './sessions/relink-command.ts';
import { registerResumeLink } from './sessions/resume-link.ts';
import { type Rewinding, rewindCommands } from './sessions/rewind-commands.ts';
import { chooseSession, goOn, sessionCommands, showTranscript } from './sessions/session-commands.ts';
import { sessionFinding, shownFor } from './sessions/session-finding.ts';
import type { SessionHistory } from './sessions/session-history.ts';
import type { SessionsView } from './sessions/sessions-view.ts';
import { standupCommands } from './sessions/standup-command.ts';
import type { PlanAny } from './sessions/tool-session-commands.ts';
import type { PlanDocuments } from './set-up/plan-documents.ts';
import type { WorkspaceFolders } from './workspace/workspace-folders.ts';

interface RunParts {
  readonly clock: Clock;
  readonly files: Files;
  readonly rooms: () => Promise<Rooms>;
  readonly funnel: CommandFunnel;
  readonly folders: WorkspaceFolders;
  readonly book: RunBook;
  readonly followed: FollowedRuns;
  readonly views: { readonly runs: RunsView; readonly sessions: SessionsView };
  readonly history: SessionHistory;
  readonly plans: PlanDocuments;
  readonly access: ModelAccess;
}

/** Runs and sessions: their terminals, documents and commands. */
export function composeRuns(parts: RunParts): Disposable & { readonly tables: readonly CommandTable[] } {
  const { clock, files, rooms, funnel, folders, book, followed, views, history, plans, access } = parts;
  const owned = new DisposableStore();
  const objects = owned.add(new ObjectDocuments(folders, book, files));
  const planResume: PlanResume = async (workspace, session) => (await rooms()).planResume(workspace, session);
  const planAny: PlanAny = async (workspace, session) => (await rooms()).planAny(workspace, session);
  const briefs = owned.add(new BriefDocuments(folders, planAny));
  const transcripts = owned.add(
    new TranscriptDocuments(
      folders,
      async (directory, id) => (await rooms()).readTranscript(directory, id),
      history.transcript,
    ),
  );
  owned.add(registerFixAction());
  owned.add(book.onDidChange(() => views.sessions.tree.refreshSoon()));
  const desk = owned.add(
    new RunDesk({
      folders,
      book,
      access,
      clock,
      engineFor: async (request) => {
        const engine = await (await rooms()).engineFor(request);
        return engine.ok ? success(answeringEditorModels(engine.value)) : engine;
      },
      onView: (run, approval) =>
        void funnel.run(commandIds.showDiff, () => objects.showApproval(run.id, approval)),
      guard: (name, work) => funnel.run(name, work),
    }),
  );
  const goingOn = { folders, plan: planAny, editors: owned.add(new BriefEditors(desk)) };
  const forkPoints: ListForkPoints = async (...args) => (await rooms()).forkPoints(...args);
  const fresh: FreshFolders = {
    propose: async (...args) => (await rooms()).fresh.propose(...args),
    make: async (...args) => (await rooms()).fresh.make(...args),
  };
  const keeping: SessionKeeping = {
    questions: async () => (await rooms()).keeping.questions(),
    answer: async (...args) => (await rooms()).keeping.answer(...args),
    keepAll: async (signal) => (await rooms()).keeping.keepAll(signal),
    keepWhenDue: async () => (await rooms()).keeping.keepWhenDue(),
    pin: async (session) => (await rooms()).keeping.pin(session),
    unpin: async (session) => (await rooms()).keeping.unpin(session),
    restore: async (...args) => (await rooms()).keeping.restore(...args),
  };
  const view = views.sessions;
  owned.add(
    view.tree.view.onDidChangeVisibility(({ visible }) => {
      if (visible && vscode.workspace.isTrusted) keeping.keepWhenDue().catch(funnel.note);
    }),
  );
  const sessions = {
    view,
    desk,
    book,
    briefs,
    transcripts,
    folders,
    planResume,
    forkPoints,
    goingOn,
    fresh,
    clock,
  };
  owned.add(
    registerResumeLink({
      funnel,
      view,
      goOn: (session) => goOn(session, sessions),
      showBrief: (session) => briefs.show(session),
    }),
  );
  const tables = [
    startCommands({ folders, desk, access }),
    runCommands({
      book,
      desk,
      clock,
      folders,
      followed,
      stopSession: async (directory, session) => (await rooms()).stopSession(directory, session),
    }),
    answerCommands({ book, view: views.runs, objects }),
    sessionCommands(sessions),
    keepCommands({ view, keeping, now: () => clock.now() }),
    standupCommands(folders, async (...args) => (await rooms()).tellStandup(...args)),
    relinkCommands(folders, view, {
      goneFolders: async (workspace) => (await rooms()).relinking.goneFolders(workspace),
      link: async (...args) => (await rooms()).relinking.link(...args),
    }),
    learnCommands(folders, async (...args) => (await rooms()).learn(...args)),
    sessionFinding({
      view,
      folders,
      history,
      clock,
      open: async (hit, entry, beside) =>
        showTranscript(await shownFor(view, folders, hit), sessions, { entry, beside }),
      resume: async (hit) => goOn(await shownFor(view, folders, hit), sessions),
    }),
    rewindCommands({
      folders,
      plans,
      clock,
      rewinding: lateRewinding(rooms),
      readText: async (path) => new TextDecoder().decode(await files.readFile(path)),
      pick: (args, placeHolder) => chooseSession(sessions, args, placeHolder),
      onDone: () => views.sessions.tree.refreshSoon(),
    }),
  ];
  return { tables, dispose: () => owned.dispose() };
}

/** The room is opened when somebody first goes back. */
function lateRewinding(rooms: () => Promise<Rooms>): Rewinding {
  return {
    list: async (...args) => (await rooms()).rewinding.list(...args),
    plan: async (...args) => (await rooms()).rewinding.plan(...args),
    apply: async (...args) => (await rooms()).rewinding.apply(...args),
  };
}
