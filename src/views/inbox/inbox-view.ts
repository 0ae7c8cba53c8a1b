import * as vscode from 'vscode';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { contextKeys, viewIds } from '../contributions.ts';
import { RowTree, type TreeFace } from '../tree/row-tree.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type FolderProposals, inboxRows } from './inbox-rows.ts';

export interface InboxViewOptions {
  readonly folders: WorkspaceFolders;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Told after each reading; the status bar shows it. */
  readonly onPending: (count: number) => void;
}

/** The Inbox view: what waits for review. */
export class InboxView implements Disposable {
  readonly tree: RowTree;
  readonly #options: InboxViewOptions;
  readonly #owned = new DisposableStore();

  constructor(options: InboxViewOptions) {
    this.#options = options;
    const { folders, onError } = options;
    this.tree = this.#owned.add(
      new RowTree({
        id: viewIds.inbox,
        canSelectMany: true,
        keepUp: true,
        load: () => this.#load(),
        onError,
      }),
    );
    this.#owned.add(
      folders.onDidChange(({ change }) => {
        // The badge is there as soon as a workspace is open, whichever view opened it.
        if (change === 'opened') void this.tree.rows();
        this.tree.refreshSoon();
      }),
    );
  }

  /** Everything that waits, by folder. */
  async proposals(): Promise<readonly FolderProposals[]> {
    const all = await this.#options.folders.all();
    return Promise.all(
      all.map(async ({ folder, name, opened }) => ({
        folder,
        name,
        ...(opened.ok && vscode.workspace.isTrusted ? await waiting(opened.value) : nothing),
      })),
    );
  }

  dispose(): void {
    this.#owned.dispose();
  }

  async #load(): Promise<TreeFace> {
    const folders = await this.proposals();
    const all = folders.flatMap(({ proposals }) => proposals);
    await setContexts(all);
    this.#options.onPending(all.length);
    const tooltip =
      all.length === 1
        ? vscode.l10n.t('1 proposal to review')
        : vscode.l10n.t('{0} proposals to review', all.length);
    return {
      rows: inboxRows(folders, this.#options.clock.now()),
      badge: all.length > 0 ? { value: all.length, tooltip } : undefined,
    };
  }
}

const nothing = { proposals: [], unreadable: [], writes: [] };

async function waiting(
  workspace: MemoryWorkspace,
): Promise<Pick<FolderProposals, 'proposals' | 'unreadable' | 'writes'>> {
  const [proposals, unreadable, writes] = await Promise.all([
    workspace.proposals(),
    workspace.unreadable(),
    workspace.foreign.list(),
  ]);
  return { proposals, unreadable, writes };
}

async function setContexts(all: readonly Proposal[]): Promise<void> {
  const paths = all.map(({ path }) => vscode.Uri.file(path).fsPath);
  await Promise.all([
    vscode.commands.executeCommand('setContext', contextKeys.proposalPaths, paths),
    vscode.commands.executeCommand('setContext', contextKeys.hasPending, all.length > 0),
  ]);
}
