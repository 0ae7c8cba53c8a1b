import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { EvidenceItem } from '../../memory/record/record.ts';
import { showHidden } from '../../memory/record/safe-text.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { ProposalEffect } from '../../memory/workspace/proposal-effects.ts';
import { commandIds } from '../contributions.ts';
import { commitUri } from '../review/review-documents.ts';
import { costSentence, originWords, percent, riskSentences, sourceWords } from '../review/risks.ts';
import { tokenWords } from '../words.ts';
import { evidenceLine, kindLabel } from './inbox-rows.ts';

export interface WhyItem extends vscode.QuickPickItem {
  readonly act?: () => Thenable<unknown>;
}

/** Why something was proposed: rule, reason, risk, where it would stand, evidence; each line leads to what it speaks of. */
export async function showWhy(workspace: MemoryWorkspace, proposal: Proposal): Promise<void> {
  const effect = (await workspace.effects([proposal]))[0];
  const picked = await vscode.window.showQuickPick(whyItems(workspace, proposal, effect), {
    title: showHidden(proposal.record.description),
    placeHolder: vscode.l10n.t('Why this was proposed; pick a line to open it'),
    matchOnDetail: true,
  });
  await picked?.act?.();
}

type Place = Pick<MemoryWorkspace, 'folder' | 'root'>;

/** The lines of *Why*. */
export function whyItems(
  place: Place,
  proposal: Proposal,
  effect: ProposalEffect | undefined,
): readonly WhyItem[] {
  const { evidence, path } = proposal;
  return [
    reasonItem(proposal),
    separator(vscode.l10n.t('Before you accept')),
    ...riskItems(proposal, effect),
    separator(vscode.l10n.t('Where it would stand')),
    ...standingItems(place, effect),
    separator(vscode.l10n.t('Evidence')),
    {
      label: `$(account) ${noIcons(sourceWords(proposal))}`,
      description: originWords(proposal),
      act: () => open(path),
    },
    ...evidence.evidence.map((item) => evidenceItem(place, proposal, item)),
    ...evidence.anchors.map((anchor) => ({
      label: `$(link) ${noIcons(anchor.path)}`,
      description: anchor.symbol ?? vscode.l10n.t('code it speaks of'),
      act: () => open(absolute(place, anchor.path)),
    })),
    separator(vscode.l10n.t('Review')),
    ...reviewItems(place, proposal),
  ];
}

function reasonItem({ record, evidence, path }: Proposal): WhyItem {
  const parts = [
    kindLabel(record.kind),
    evidence.rule && vscode.l10n.t('rule {0}', evidence.rule),
    evidence.confidence !== undefined && vscode.l10n.t('{0} % sure', percent(evidence.confidence)),
  ];
  return {
    label: `$(info) ${noIcons(evidence.reason ?? vscode.l10n.t('Written down without a rule'))}`,
    detail: parts.filter(Boolean).join(' · '),
    act: () => open(path),
  };
}

/** What it costs is no warning: it is so for every proposal. */
function riskItems(proposal: Proposal, effect: ProposalEffect | undefined): readonly WhyItem[] {
  const cost = costSentence(proposal, effect);
  return riskSentences(proposal, effect).map((sentence) => ({
    label: `$(${sentence === cost ? 'info' : 'warning'}) ${noIcons(sentence)}`,
  }));
}

function standingItems(place: Place, effect: ProposalEffect | undefined): readonly WhyItem[] {
  if (effect === undefined) return [];
  return [
    ...effect.replaces.map(({ title, path }) => ({
      label: `$(replace) ${noIcons(title)}`,
      description: vscode.l10n.t('would be superseded'),
      act: () => open(path),
    })),
    ...effect.lines.map(({ path, line, text, tokens, fits }) => ({
      label: `$(insert) ${shown(place, path)}:${line + 1}`,
      description: fits ? tokenWords(tokens) : vscode.l10n.t('full: it would only be counted'),
      detail: noIcons(text),
      act: () => open(path, line),
    })),
    {
      label: `$(file) ${shown(place, effect.target)}`,
      description: vscode.l10n.t('the record itself, read on demand'),
    },
  ];
}

function evidenceItem(place: Place, proposal: Proposal, item: EvidenceItem): WhyItem {
  const line = evidenceLine(item);
  const icon = 'patch' in item ? 'git-commit' : line.path ? 'go-to-file' : 'checklist';
  const act = (): Thenable<unknown> => {
    if ('patch' in item) return openUri(commitUri(place.folder, proposal.id, item.subject ?? item.patch));
    return open(line.path ? absolute(place, line.path) : proposal.path, line.line);
  };
  return {
    label: `$(${icon}) ${noIcons(line.label)}`,
    ...(line.detail ? { detail: noIcons(line.detail) } : {}),
    act,
  };
}

function reviewItems({ folder }: Place, { id, path }: Proposal): readonly WhyItem[] {
  const on = { row: { id: '', label: '', subject: { kind: 'proposal', folder, id, path } } };
  const command = (name: string) => () => vscode.commands.executeCommand(name, on);
  return [
    { label: `$(check) ${vscode.l10n.t('Accept')}`, act: command(commandIds.accept) },
    { label: `$(diff) ${vscode.l10n.t('Open as Diff')}`, act: command(commandIds.openProposal) },
    { label: `$(edit) ${vscode.l10n.t('Edit')}`, act: command(commandIds.edit) },
    { label: `$(close) ${vscode.l10n.t('Reject')}`, act: command(commandIds.reject) },
  ];
}

function separator(label: string): WhyItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Text of a proposal in a label: hidden characters by their codes, and `$(…)` draws no icon. */
function noIcons(text: string): string {
  return showHidden(text).replace(/\s+/g, ' ').replaceAll('$(', '$\u200A(');
}

function shown({ root }: Place, path: string): string {
  return path.startsWith(root) ? path.slice(root.length + 1) : path;
}

/** Evidence and anchors name files from the project's root, which may lie above the folder that is open. */
function absolute({ root }: Place, path: string): string {
  return isAbsolute(path) ? path : join(root, path);
}

function open(path: string, line = 0): Thenable<unknown> {
  return vscode.window.showTextDocument(vscode.Uri.file(path), {
    selection: new vscode.Range(line, 0, line, 0),
  });
}

function openUri(uri: vscode.Uri): Thenable<unknown> {
  return vscode.window.showTextDocument(uri, { preview: true });
}
