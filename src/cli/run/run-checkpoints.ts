import { join } from 'node:path';
import { createRunCheckpoints, type RunCheckpoints } from '../../agent/session/checkpoint/run-checkpoints.ts';
import type { Session } from '../../agent/session/session.ts';
import type { Settings } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** What keeps the working tree of a run's session, so that the run can be rewound. */
export function composeCheckpoints(
  cli: CliSurroundings,
  workspace: MemoryWorkspace,
  { header, state }: Session,
  settings: Settings,
): RunCheckpoints {
  const place = {
    files: cli.files,
    clock: cli.clock,
    git: cli.gitFor(header.worktree),
    root: header.worktree,
    objectsDirectory: join(workspace.stateDirectory, 'objects'),
    cacheDirectory: join(workspace.stateDirectory, 'cache'),
    keepIgnored: settings.checkpoints.ignored,
    platform: cli.platform,
  };
  return createRunCheckpoints(place, state.lastCheckpoint);
}
