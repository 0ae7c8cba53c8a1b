import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { ProposalEffect } from '../../memory/workspace/proposal-effects.ts';
import { need } from '../command/command-funnel.ts';
import {
  byFolder,
  type Chosen,
  chooseProposals,
  namedProposals,
  nothingWaits,
  waitingProposals,
} from '../inbox/choose-proposals.ts';
import type { InboxView } from '../inbox/inbox-view.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { nothingUri } from './review-documents.ts';

/**
 * *Review Proposals*: a multi-file diff of all that wait, or of the several rows or the thread it was called on. Left
 * is what agents have now, right the proposal's own file, which can be edited there.
 */
export async function reviewProposals(
  view: InboxView,
  folders: WorkspaceFolders,
  args: readonly unknown[],
): Promise<void> {
  // A button of the view hands in the row that happens to be selected: only several are meant.
  const rows = args[0] === undefined ? [] : namedProposals(args, view);
  const named = rows.length > 1 ? rows.map(({ id }) => id) : [];
  const all = await waitingProposals(view);
  const chosen = named.length === 0 ? all : all.filter(({ proposal }) => named.includes(proposal.id));
  if (chosen.length === 0) throw nothingWaits();
  await showReview(folders, chosen);
}

/** After some were reviewed: an open *Review Proposals* shows what is left, or goes where nothing is. */
export async function followReview(view: InboxView, folders: WorkspaceFolders): Promise<void> {
  const tabs = reviewTabs();
  if (tabs.length === 0 || tabs.some(({ isDirty }) => isDirty)) return;
  const left = await waitingProposals(view);
  await vscode.window.tabGroups.close(tabs, true);
  if (left.length > 0) await showReview(folders, left);
}

/** One proposal as a diff: edit the right side, save, then accept above it. The focus stays where it was. */
export async function openProposal(
  view: InboxView,
  folders: WorkspaceFolders,
  args: readonly unknown[],
): Promise<void> {
  const [first] = await chooseProposals(view, args);
  if (!first) return;
  const { proposal } = first;
  const replaced = (await effectsOf(folders, first.folder, [proposal])).get(proposal.id)?.replaces[0];
  const right = vscode.Uri.file(proposal.path);
  const left = replaced ? vscode.Uri.file(replaced.path) : nothingUri(proposal.path);
  const title = replaced
    ? vscode.l10n.t('{0} (proposed, supersedes {1})', basename(proposal.path), basename(replaced.path))
    : vscode.l10n.t('{0} (proposed)', basename(proposal.path));
  const options: vscode.TextDocumentShowOptions = { preview: true, preserveFocus: true };
  await vscode.commands.executeCommand('vscode.diff', left, right, title, options);
}

async function showReview(folders: WorkspaceFolders, chosen: readonly Chosen[]): Promise<void> {
  const resources: (vscode.Uri | undefined)[][] = [];
  for (const [folder, members] of byFolder(chosen)) {
    const effects = await effectsOf(
      folders,
      folder,
      members.map(({ proposal }) => proposal),
    );
    for (const { proposal } of members) {
      const replaced = effects.get(proposal.id)?.replaces[0];
      const right = vscode.Uri.file(proposal.path);
      // A side that does not exist is left out, so that VS Code shows the file as added.
      resources.push([right, replaced ? vscode.Uri.file(replaced.path) : undefined, right]);
    }
  }
  await vscode.commands.executeCommand('vscode.changes', reviewTitle(chosen.length), resources);
}

async function effectsOf(
  folders: WorkspaceFolders,
  folder: string,
  proposals: readonly Proposal[],
): Promise<ReadonlyMap<string, ProposalEffect>> {
  const effects = await need(await folders.open(folder)).effects(proposals);
  return new Map(effects.map((effect) => [effect.proposal, effect]));
}

function reviewTitle(count: number): string {
  return count === 1 ? vscode.l10n.t('Review 1 proposal') : vscode.l10n.t('Review {0} proposals', count);
}

/** VS Code tells of a multi-file diff by its tab's words only. */
function reviewTabs(): readonly vscode.Tab[] {
  const pattern = new RegExp(
    `^(?:${vscode.l10n.t('Review 1 proposal')}|${vscode.l10n.t('Review {0} proposals', '\\d+')})`,
  );
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  return tabs.filter(({ label, input }) => !(input instanceof vscode.TabInputText) && pattern.test(label));
}
