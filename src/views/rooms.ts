import { createChildEngine } from '../agent/engine/child-engine.ts';
import type { RunEngine } from '../agent/engine/run-engine.ts';
import { planResume } from '../agent/resume/plan-resume.ts';
import { readRunTimes } from '../agent/session/run-times.ts';
import { listSessions } from '../agent/session/session-list.ts';
import type { GitProcessOptions } from '../base/git-process.ts';
import { createGit } from '../base/git-process.ts';
import { currentOwner } from '../base/process-identity.ts';
import { openMemoryWorkspace } from '../memory/workspace/open-workspace.ts';
import type { WorkspaceSurroundings } from '../memory/workspace/surroundings.ts';
import type { PlanResume } from './sessions/brief-documents.ts';
import type { ListSessions } from './sessions/sessions-view.ts';
import type { OpenWorkspace } from './workspace/workspace-folders.ts';

type Environment = GitProcessOptions['environment'];

/** What the views need of the rooms below. */
export interface Rooms {
  readonly openWorkspace: OpenWorkspace;
  readonly engineFor: (environment: Environment) => RunEngine;
  readonly listSessions: ListSessions;
  readonly planResume: PlanResume;
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
  return {
    openWorkspace: (folder, choose) =>
      openMemoryWorkspace({
        ...surroundings,
        folder,
        gitFor,
        trusted: isTrusted(),
        runTimes: async (directory) => readRunTimes({ files, owner: await currentOwner() }, directory),
        ...(choose === undefined ? {} : { choose }),
      }),
    engineFor: (childEnvironment) => createChildEngine({ ...program, environment: childEnvironment }),
    listSessions: async (directory) => listSessions({ files, owner: await currentOwner(), directory }),
    planResume: async (workspace, session) =>
      planResume({ files, git: gitFor(workspace.folder), owner: await currentOwner(), workspace }, session),
  };
}
