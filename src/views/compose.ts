import type * as vscode from 'vscode';
import type { Clock } from '../base/clock.ts';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Files } from '../base/files.ts';
import type { MemoryProblem } from '../memory/workspace/memory-workspace.ts';
import { CommandFunnel } from './command/command-funnel.ts';
import { composeRuns } from './compose-runs.ts';
import { commandIds, type ViewId, type viewIds } from './contributions.ts';
import { effectiveCommands, effectiveDocuments } from './effective/effective-documents.ts';
import { explanationCommands, explanationDocuments } from './effective/explanation-documents.ts';
import type { VarveApi } from './extension-api.ts';
import { foreignCommands } from './foreign/foreign-commands.ts';
import { ForeignDocuments } from './foreign/foreign-documents.ts';
import { watchForeignWrites } from './foreign/foreign-watch.ts';
import { GovernedCode } from './freshness/governed-code.ts';
import { governedHover } from './freshness/governed-hover.ts';
import { governedLenses } from './freshness/governed-lenses.ts';
import { keptRecordCommands } from './freshness/kept-record-commands.ts';
import { RecordStates } from './freshness/record-states.ts';
import { inboxCommands } from './inbox/inbox-commands.ts';
import { InboxView } from './inbox/inbox-view.ts';
import { memoryCommands } from './memory/memory-commands.ts';
import { MemoryView } from './memory/memory-view.ts';
import { moveCommands } from './memory/move-commands.ts';
import { newFileCommands } from './memory/new-file-commands.ts';
import { ModelAccess } from './model/model-access.ts';
import { modelCommands } from './model/model-commands.ts';
import { extendWithMemory } from './preview/memory-plugin.ts';
import { MemoryPreviews } from './preview/memory-previews.ts';
import { MemoryProblems } from './problems/memory-problems.ts';
import { problemCommands } from './problems/problem-commands.ts';
import { registerQuickFixes } from './problems/quick-fixes.ts';
import { recordCommands } from './record/record-command-table.ts';
import { startInlineReview } from './review/inline-review-start.ts';
import { followReview, reviewCommands } from './review/review-command-table.ts';
import { reviewDocuments } from './review/review-documents.ts';
import type { Rooms } from './rooms.ts';
import { FollowedRuns } from './runs/followed-runs.ts';
import { RunBook } from './runs/run-book.ts';
import { RunsView } from './runs/runs-view.ts';
import { searchCommands } from './search/search-commands.ts';
import { createCatalogueHistory } from './sessions/catalogue-history.ts';
import { SessionsView } from './sessions/sessions-view.ts';
import { PlanDocuments } from './set-up/plan-documents.ts';
import { setUpCommands } from './set-up/set-up-commands.ts';
import { StatusBar } from './status/status-bar.ts';
import { timelineCommands } from './timeline/timeline-commands.ts';
import type { RowTree } from './tree/row-tree.ts';
import { watchCommits } from './workspace/commit-watch.ts';
import { openWhereSetUp } from './workspace/open-where-set-up.ts';
import { watchSaves } from './workspace/save-watch.ts';
import { watchTasks } from './workspace/task-watch.ts';
import { WorkspaceFolders } from './workspace/workspace-folders.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the door hands in. */
export interface Surroundings {
  readonly log: vscode.LogOutputChannel;
  readonly secrets: vscode.SecretStorage;
  readonly files: Files;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly isUnsaved: (path: string) => Promise<boolean>;
  /** The rooms below, loaded when something is first looked at. */
  readonly rooms: () => Promise<Rooms>;
}

/**
 * Puts views, documents and commands together. Reads nothing where memory is not set up: a view does once it is
 * looked at.
 */
export function composeViews(surroundings: Surroundings): Disposable & { readonly api: VarveApi } {
  const { log, clock, files, rooms } = surroundings;
  const owned = new DisposableStore();
  const funnel = new CommandFunnel(log);
  const folders = owned.add(
    new WorkspaceFolders(
      async (folder, choose) => (await rooms()).openWorkspace(folder, choose),
      funnel.note,
    ),
  );
  const book = owned.add(new RunBook({ clock, isUnsaved: surroundings.isUnsaved, onError: funnel.note }));
  const followed = owned.add(
    new FollowedRuns({
      folders,
      book,
      listNewest: async (directory) => (await rooms()).listNewest(directory),
      onError: funnel.note,
    }),
  );
  const status = owned.add(new StatusBar(book, clock));
  const states = owned.add(new RecordStates(folders, funnel.note));
  const history = owned.add(
    createCatalogueHistory({
      open: async () => (await rooms()).openCatalogue(),
      placesOf: async (workspace) => (await rooms()).placesOf(workspace),
      describe: async (sessions) => (await rooms()).describeSessions(sessions),
      read: async (session) => (await rooms()).readToolSession(session),
      clock,
      onError: funnel.note,
    }),
  );
  const views = {
    memory: owned.add(new MemoryView(folders, states, funnel)),
    inbox: owned.add(
      new InboxView({ folders, clock, onError: funnel.note, onPending: (count) => status.setPending(count) }),
    ),
    sessions: owned.add(
      new SessionsView({
        folders,
        clock,
        list: async (directory) => (await rooms()).listSessions(directory),
        history,
        onError: funnel.note,
      }),
    ),
    runs: owned.add(new RunsView(book, followed, clock, funnel.note)),
  };
  const plans = owned.add(new PlanDocuments());
  owned.add(effectiveDocuments(folders, funnel.note));
  owned.add(explanationDocuments(folders, funnel.note));
  const previews = owned.add(new MemoryPreviews(folders, funnel.note));
  const problems = owned.add(
    new MemoryProblems({ folders, view: views.memory.tree.view, onError: funnel.note }),
  );
  owned.add(registerQuickFixes(problems, (uri) => folders.folderOf(uri)));
  owned.add(states.onDidChange((folder) => problems.checkSoon(folder)));
  const code = owned.add(new GovernedCode(folders, funnel.note));
  owned.add(governedHover(code));
  owned.add(governedLenses(code));
  owned.add(reviewDocuments(folders));
  owned.add(startInlineReview(folders, funnel.note));
  owned.add(watchCommits({ folders, onProblem: ({ message }) => log.warn(message), onError: funnel.note }));
  const sources = {
    folders,
    onProblem: ({ message }: MemoryProblem) => log.warn(message),
    onError: funnel.note,
  };
  owned.add(watchForeignWrites(sources));
  owned.add(watchSaves(sources));
  owned.add(watchTasks(sources));
  const writes = owned.add(new ForeignDocuments(folders));
  void openWhereSetUp(folders, files).catch(funnel.note);

  const access = new ModelAccess(surroundings.secrets, surroundings.environment);
  const runs = owned.add(
    composeRuns({ clock, files, rooms, funnel, folders, book, followed, views, history, plans, access }),
  );
  const onDone = async (): Promise<void> => {
    await Promise.all([views.memory.tree.refresh(), views.inbox.tree.refresh()]);
  };
  const tables = [
    memoryCommands({ view: views.memory }),
    moveCommands({ view: views.memory, folders }),
    newFileCommands({ view: views.memory, folders }),
    timelineCommands(folders),
    keptRecordCommands({ view: views.memory, folders }),
    inboxCommands({ view: views.inbox, folders, onReviewed: () => followReview(views.inbox, folders) }),
    reviewCommands(views.inbox, folders),
    recordCommands(folders),
    foreignCommands({ folders, documents: writes, inbox: views.inbox.tree }),
    effectiveCommands(folders),
    searchCommands(folders),
    problemCommands(problems, folders),
    explanationCommands(folders, () => views.memory.tree.view.selection),
    setUpCommands({ folders, plans, onDone }),
    ...runs.tables,
    modelCommands(access, {
      list: async (environment) => (await rooms()).models.list(environment),
      local: async () => (await rooms()).models.local(),
      claude: async (environment) => (await rooms()).models.claude(environment),
    }),
    { [commandIds.showLog]: async () => log.show() },
  ];
  for (const table of tables) owned.add(funnel.register(table));
  const extendMarkdownIt: VarveApi['extendMarkdownIt'] = (md) => extendWithMemory(md, previews.of);
  return { api: { ...apiOf(folders, book, views), extendMarkdownIt }, dispose: () => owned.dispose() };
}

function apiOf(
  folders: WorkspaceFolders,
  book: RunBook,
  views: Record<keyof typeof viewIds, { readonly tree: RowTree }>,
): Omit<VarveApi, 'extendMarkdownIt'> {
  const treeOf = (view: ViewId): RowTree => {
    const found = Object.values(views).find(({ tree }) => tree.id === view);
    if (!found) throw new Error(`no view ${view}`);
    return found.tree;
  };
  return {
    version: 1,
    workspaces: () => folders.workspaces(),
    rows: async (view) => {
      await treeOf(view).refresh();
      return treeOf(view).rows();
    },
    message: (view) => treeOf(view).view.message,
    proposals: async () =>
      (await Promise.all((await folders.workspaces()).map((workspace) => workspace.proposals()))).flat(),
    runs: () => book.runs.map(({ state }) => state),
  };
}
