import type { CommandTable } from '../command/command-funnel.ts';
import { commandIds } from '../contributions.ts';
import type { InboxView } from '../inbox/inbox-view.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** Proposals as diffs; loaded when one is first asked for. */
export function reviewCommands(view: InboxView, folders: WorkspaceFolders): CommandTable {
  return {
    [commandIds.reviewProposals]: async (...args) =>
      (await import('./review-commands.ts')).reviewProposals(view, folders, args),
    [commandIds.openProposal]: async (...args) =>
      (await import('./review-commands.ts')).openProposal(view, folders, args),
  };
}

/** See `followReview` of the commands themselves. */
export async function followReview(view: InboxView, folders: WorkspaceFolders): Promise<void> {
  await (await import('./review-commands.ts')).followReview(view, folders);
}
