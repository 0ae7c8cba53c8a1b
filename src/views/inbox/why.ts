import { isAbsolute, join } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import { commandIds } from '../contributions.ts';
import { evidenceLine, kindLabel } from './inbox-rows.ts';

interface WhyItem extends vscode.QuickPickItem {
  readonly act?: () => Thenable<unknown>;
}

/** Why something was proposed: the rule, its reason and the evidence; each line leads to what it speaks of. */
export async function showWhy(folder: string, proposal: Proposal): Promise<void> {
  const picked = await vscode.window.showQuickPick(whyItems(folder, proposal), {
    title: proposal.record.description,
    placeHolder: vscode.l10n.t('Why this was proposed; pick a line to open it'),
    matchOnDetail: true,
  });
  await picked?.act?.();
}

function whyItems(folder: string, proposal: Proposal): readonly WhyItem[] {
  const { record, evidence, path } = proposal;
  const on = { row: { id: '', label: '', subject: { kind: 'proposal', folder, id: proposal.id, path } } };
  const command = (id: string) => () => vscode.commands.executeCommand(id, on);
  const confidence =
    evidence.confidence === undefined
      ? undefined
      : vscode.l10n.t('{0} % sure', Math.round(evidence.confidence * 100));
  return [
    {
      label: `$(info) ${evidence.reason ?? vscode.l10n.t('Written down without a rule')}`,
      description: [
        kindLabel(record.kind),
        evidence.rule && vscode.l10n.t('rule {0}', evidence.rule),
        confidence,
      ]
        .filter(Boolean)
        .join(' · '),
      act: () => open(path),
    },
    separator(vscode.l10n.t('Evidence')),
    { label: `$(account) ${evidence.source}`, description: vscode.l10n.t('source'), act: () => open(path) },
    ...evidence.evidence.map(evidenceLine).map((line) => ({
      label: `$(${line.path ? 'go-to-file' : 'git-commit'}) ${line.label}`,
      ...(line.detail ? { detail: line.detail } : {}),
      act: () => open(line.path ? absolute(folder, line.path) : path, line.line),
    })),
    ...evidence.anchors.map((anchor) => ({
      label: `$(link) ${anchor.path}`,
      description: anchor.symbol ?? vscode.l10n.t('code it speaks of'),
      act: () => open(absolute(folder, anchor.path)),
    })),
    separator(vscode.l10n.t('Review')),
    { label: `$(check) ${vscode.l10n.t('Accept')}`, act: command(commandIds.accept) },
    { label: `$(edit) ${vscode.l10n.t('Edit')}`, act: command(commandIds.edit) },
    { label: `$(close) ${vscode.l10n.t('Reject')}`, act: command(commandIds.reject) },
  ];
}

function separator(label: string): WhyItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function absolute(folder: string, path: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function open(path: string, line = 0): Thenable<unknown> {
  return vscode.window.showTextDocument(vscode.Uri.file(path), {
    selection: new vscode.Range(line, 0, line, 0),
  });
}
