import { join } from 'node:path';
import type { RewindSurroundings } from '../agent/session/checkpoint/plan-rewind.ts';
import { noUnsavedFiles } from '../agent/tools/unsaved-files.ts';
import { currentOwner } from '../base/process-identity.ts';
import { type Result, success } from '../base/result.ts';
import { readSettings, varveHome } from '../memory/project/settings.ts';
import type { MemoryWorkspace } from '../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from './surroundings.ts';

/** What checkpoints of this project are read and restored with; no editor holds unsaved files of a command. */
export async function rewindSurroundings(
  { files, clock, gitFor, platform, environment, homeDirectory }: CliSurroundings,
  { stateDirectory, sessionsDirectory }: MemoryWorkspace,
): Promise<Result<RewindSurroundings, { readonly message: string }>> {
  const read = await readSettings(files, varveHome(environment, homeDirectory));
  if (!read.ok) return read;
  return success({
    files,
    clock,
    owner: await currentOwner(),
    gitFor,
    sessionsDirectory,
    objectsDirectory: join(stateDirectory, 'objects'),
    cacheDirectory: join(stateDirectory, 'cache'),
    keepIgnored: read.value.settings.checkpoints.ignored,
    platform,
    unsavedFiles: noUnsavedFiles,
  });
}
