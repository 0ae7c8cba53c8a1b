import type { CommandTable } from '../command/command-funnel.ts';
import { commandIds } from '../contributions.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** Writing a record down by hand; loaded when it is first asked for. */
export function recordCommands(folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.recordDecision]: async () => (await import('./record-commands.ts')).recordDecision(folders),
    [commandIds.recordMilestone]: async () => (await import('./record-commands.ts')).recordMilestone(folders),
    [commandIds.rememberSelection]: async () =>
      (await import('./record-commands.ts')).rememberSelection(folders),
  };
}
