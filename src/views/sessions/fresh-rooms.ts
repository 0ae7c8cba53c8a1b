import { isAbsolute } from 'node:path';
import { makeFresh } from '../../agent/resume/fresh/fresh-session.ts';
import { freshDirectory } from '../../agent/resume/fresh/fresh-source.ts';
import type { RewindSurroundings } from '../../agent/session/checkpoint/plan-rewind.ts';
import { readSession } from '../../agent/session/session.ts';
import type { Files } from '../../base/files.ts';
import { failure, success } from '../../base/result.ts';
import { readState } from '../../memory/project/project-state.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { OpenWorkspace } from '../workspace/workspace-folders.ts';
import type { FreshFolders } from './fresh-folder.ts';

/** What *Resume in a New Folder…* needs of the rooms below. */
export function freshRooms(
  files: Files,
  rewinding: (workspace: MemoryWorkspace) => Promise<RewindSurroundings>,
  openWorkspace: OpenWorkspace,
): FreshFolders {
  const around = async (workspace: MemoryWorkspace) => {
    const { stateDirectory, root } = workspace;
    return { ...(await rewinding(workspace)), stateDirectory, root };
  };
  return {
    propose: async (workspace, session) => {
      const read = await readSession(files, workspace.sessionsDirectory, session);
      if (!read.ok) return read;
      const { worktree } = read.value.state.header;
      return success(await freshDirectory(await around(workspace), worktree, session));
    },
    make: async (workspace, session, directory, onStage) => {
      if (!isAbsolute(directory)) return failure({ message: `${directory} is not a whole path.` });
      const known = await readState(files, workspace.stateDirectory);
      return makeFresh(await around(workspace), {
        session,
        directory,
        onStage,
        openWorkspace: (folder) => openWorkspace(folder, known?.state.id),
      });
    },
  };
}
