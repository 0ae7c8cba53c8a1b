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
import { type Rewinding, rewindCommands } from './sessions/rewind-commands.ts';
import { chooseSession, sessionCommands } from './sessions/session-commands.ts';
import type { SessionsView } from './sessions/sessions-view.ts';
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
  readonly plans: PlanDocuments;
  readonly access: ModelAccess;
}

/** Runs and sessions: their terminals, documents and commands. */
export function composeRuns(parts: RunParts): Disposable & { readonly tables: readonly CommandTable[] } {
  const { clock, files, rooms, funnel, folders, book, followed, views, plans, access } = parts;
  const owned = new DisposableStore();
  const objects = owned.add(new ObjectDocuments(folders, book, files));
  const planResume: PlanResume = async (workspace, session) => (await rooms()).planResume(workspace, session);
  const briefs = owned.add(new BriefDocuments(folders, planResume));
  const transcripts = owned.add(
    new TranscriptDocuments(folders, async (directory, id) => (await rooms()).readTranscript(directory, id)),
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
  const sessions = { view: views.sessions, desk, book, briefs, transcripts, folders, planResume, clock };
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
