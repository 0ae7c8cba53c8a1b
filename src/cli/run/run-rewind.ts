import { join } from 'node:path';
import type { Session } from '../../agent/session/session.ts';
import { currentOwner } from '../../base/process-identity.ts';
import type { Settings } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { RunPartner } from './run-partner.ts';

/** What became of a rewind of this session that was cut off, in a sentence; undefined where there is none. */
export async function settleRewind(
  { files, clock, gitFor, platform }: CliSurroundings,
  workspace: MemoryWorkspace,
  session: Session,
  settings: Settings,
  { unsavedFiles }: Pick<RunPartner, 'unsavedFiles'>,
): Promise<string | undefined> {
  if (session.state.cutOffRewind === undefined) return undefined;
  const { finishRewind } = await import('../../agent/session/checkpoint/finish-rewind.ts');
  const around = {
    files,
    clock,
    owner: await currentOwner(),
    gitFor,
    sessionsDirectory: workspace.sessionsDirectory,
    objectsDirectory: join(workspace.stateDirectory, 'objects'),
    cacheDirectory: join(workspace.stateDirectory, 'cache'),
    keepIgnored: settings.checkpoints.ignored,
    platform,
    unsavedFiles,
  };
  const told = await finishRewind(around, session);
  if (told !== undefined) await session.append({ type: 'notice', text: told });
  return told;
}
