import { join } from 'node:path';
import { createChildEngine } from '../agent/engine/child-engine.ts';
import { findClaude } from '../agent/engine/claude/claude-program.ts';
import { findLocalServers } from '../agent/model/local-servers.ts';
import { listModels } from '../agent/model/model-list.ts';
import { readModelSettings } from '../agent/model/settings.ts';
import { planResume } from '../agent/resume/plan-resume.ts';
import { applyRewind } from '../agent/session/checkpoint/apply-rewind.ts';
import { listCheckpoints } from '../agent/session/checkpoint/checkpoint-list.ts';
import { planRewind, type RewindSurroundings } from '../agent/session/checkpoint/plan-rewind.ts';
import { readRunTimes } from '../agent/session/run-times.ts';
import { readSessionJournal } from '../agent/session/session.ts';
import { listSessions } from '../agent/session/session-list.ts';
import { stopSession } from '../agent/session/stop-session.ts';
import { createGit } from '../base/git-process.ts';
import { currentOwner } from '../base/process-identity.ts';
import { success } from '../base/result.ts';
import type { MemoryWorkspace } from '../memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../memory/workspace/open-workspace.ts';
import type { WorkspaceSurroundings } from '../memory/workspace/surroundings.ts';
import type { EngineFor } from './model/engine-for.ts';
import { openClaudeEngine } from './model/installed-claude.ts';
import type { ModelSearch } from './model/model-search.ts';
import type { ReadTranscript } from './run/transcript-documents.ts';
import type { PlanResume } from './sessions/brief-documents.ts';
import type { FreshFolders } from './sessions/fresh-folder.ts';
import { freshRooms } from './sessions/fresh-rooms.ts';
import { type HistoryRooms, historyRooms } from './sessions/history-rooms.ts';
import type { Rewinding } from './sessions/rewind-commands.ts';
import type { ListSessions } from './sessions/sessions-view.ts';
import type { OpenWorkspace } from './workspace/workspace-folders.ts';

/** Of sessions that somebody works on right now; each was written to a moment ago. */
const NEWEST = 20;

/** What the views need of the rooms below. */
export interface Rooms extends HistoryRooms {
  readonly openWorkspace: OpenWorkspace;
  readonly engineFor: EngineFor;
  readonly models: ModelSearch;
  readonly listSessions: ListSessions;
  /** The newest few of them. */
  readonly listNewest: ListSessions;
  /** Ends the run of another process; false where nobody could be told. */
  readonly stopSession: (directory: string, session: string) => Promise<boolean>;
  readonly readTranscript: ReadTranscript;
  readonly rewinding: Rewinding;
  readonly planResume: PlanResume;
  readonly fresh: FreshFolders;
}

export type RoomsSurroundings = Omit<WorkspaceSurroundings, 'folder' | 'gitFor' | 'trusted' | 'runTimes'> & {
  /** Asked at each opening: trust may be given while the window is open. */
  readonly isTrusted: () => boolean;
  /** The program of a run and what comes before its arguments. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
};

/**
 * Opens the rooms below the views. They are most of the program, so the door loads this module when something is
 * first looked at, not at activation.
 */
export function createRooms({ isTrusted, program, ...surroundings }: RoomsSurroundings): Rooms {
  const { files, environment } = surroundings;
  const gitFor = (directory: string) => createGit({ directory, environment });
  const rewindSurroundings = async (workspace: MemoryWorkspace): Promise<RewindSurroundings> => ({
    files,
    gitFor,
    clock: surroundings.clock,
    platform: surroundings.platform,
    unsavedFiles: surroundings.unsavedFiles,
    owner: await currentOwner(),
    sessionsDirectory: workspace.sessionsDirectory,
    objectsDirectory: join(workspace.stateDirectory, 'objects'),
    cacheDirectory: join(workspace.stateDirectory, 'cache'),
    keepIgnored: false,
  });
  const openWorkspace: OpenWorkspace = (folder, choose) =>
    openMemoryWorkspace({
      ...surroundings,
      folder,
      gitFor,
      trusted: isTrusted(),
      runTimes: async (directory) => readRunTimes({ files, owner: await currentOwner() }, directory),
      ...(choose === undefined ? {} : { choose }),
    });
  return {
    openWorkspace,
    engineFor: async ({ engine, environment, workspace }) =>
      engine === 'claude'
        ? openClaudeEngine(surroundings, environment, workspace)
        : success(createChildEngine({ ...program, environment })),
    models: {
      list: async (environment) => {
        const settings = readModelSettings(environment, {});
        return settings.ok ? listModels(settings.value) : settings;
      },
      local: () => findLocalServers(),
      claude: (environment) => findClaude({ ...surroundings, environment }),
    },
    rewinding: {
      list: ({ sessionsDirectory }, session) => listCheckpoints(files, sessionsDirectory, session),
      plan: async (workspace, session, request) =>
        planRewind(await rewindSurroundings(workspace), session, request),
      apply: async (workspace, session, request) =>
        applyRewind(await rewindSurroundings(workspace), session, request),
    },
    listNewest: async (directory) =>
      listSessions({ files, owner: await currentOwner(), directory, limit: NEWEST }),
    stopSession: async (directory, session) =>
      stopSession({ files, owner: await currentOwner(), directory }, session),
    readTranscript: (directory, id) => readSessionJournal(files, directory, id),
    listSessions: async (directory) => listSessions({ files, owner: await currentOwner(), directory }),
    planResume: async (workspace, session) =>
      planResume({ files, git: gitFor(workspace.folder), owner: await currentOwner(), workspace }, session),
    fresh: freshRooms(files, rewindSurroundings, openWorkspace),
    ...historyRooms({ ...surroundings, gitFor, program }),
  };
}
