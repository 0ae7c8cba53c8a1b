import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../memory/inbox/proposal.ts';
import type { EvidenceItem } from '../../memory/record/record.ts';
import { recordTitle } from '../../memory/record/record-parts.ts';
import { safeLine } from '../../memory/record/safe-text.ts';
import type { ForeignWrite } from '../../memory/workspace/foreign-writes.ts';
import { commandIds, itemWords } from '../contributions.ts';
import { foreignRows } from '../foreign/foreign-rows.ts';
import { recordIcons } from '../memory/memory-rows.ts';
import type { Row } from '../tree/row.ts';
import { ago, joined } from '../words.ts';

export interface FolderProposals {
  readonly folder: string;
  readonly name: string;
  readonly proposals: readonly Proposal[];
  /** Files among the proposals and records that cannot be read as one. */
  readonly unreadable: readonly { readonly path: string; readonly message: string }[];
  /** What other programs wrote to memory files, after the fact. */
  readonly writes?: readonly ForeignWrite[];
}

const groups = ['commit', 'run', 'other agent', 'arrived', 'person'] as const;

/** The rows of the Inbox: proposals by source, newest first; below their folder where several have some. */
export function inboxRows(folders: readonly FolderProposals[], now: number): readonly Row[] {
  const filled = folders.filter(
    ({ proposals, unreadable, writes = [] }) => proposals.length + unreadable.length + writes.length > 0,
  );
  const only = filled.length === 1 ? filled[0] : undefined;
  if (only) return groupRows(only, now);
  return filled.map((folder) => ({
    id: `folder:${folder.folder}`,
    label: folder.name,
    description: String(folder.proposals.length),
    icon: 'root-folder',
    expanded: true,
    children: groupRows(folder, now),
  }));
}

function groupRows(place: FolderProposals, now: number): readonly Row[] {
  const { folder, proposals } = place;
  const found = groups.flatMap((group) => {
    const members = proposals.filter((proposal) => proposal.group === group);
    if (members.length === 0) return [];
    const children = members
      .toSorted((a, b) => b.record.modified.localeCompare(a.record.modified))
      .map((proposal) => proposalRow(folder, proposal, now));
    const label = groupLabel(group);
    return [
      {
        id: `${folder}#${group}`,
        label,
        description: String(members.length),
        icon: groupIcons[group],
        expanded: true,
        children,
      },
    ];
  });
  return [...found, ...foreignRows(folder, place.writes ?? [], now), ...unreadableRows(place)];
}

/** An edit that went wrong must not make a proposal vanish: its file stays one click away, with the reason. */
function unreadableRows({ folder, unreadable }: FolderProposals): readonly Row[] {
  if (unreadable.length === 0) return [];
  const label = vscode.l10n.t('Cannot be read');
  const children = unreadable.map(({ path, message }) => ({
    id: `${folder}#unreadable:${path}`,
    label: basename(path),
    description: message,
    icon: 'warning',
    tooltip: message,
    spoken: [label, basename(path), message].join(', '),
    open: { kind: 'file', path } as const,
  }));
  return [
    {
      id: `${folder}#unreadable`,
      label,
      description: String(unreadable.length),
      icon: 'warning',
      expanded: true,
      children,
    },
  ];
}

function proposalRow(folder: string, proposal: Proposal, now: number): Row {
  const { record, evidence, id, path } = proposal;
  const description = joined(
    kindLabel(record.kind),
    ago(Date.parse(record.modified), now),
    bringerLabel(proposal) ?? originLabel(proposal),
  );
  return {
    id: `${folder}#${id}`,
    label: recordTitle(record),
    description,
    icon: recordIcons[record.kind] ?? 'note',
    context: itemWords.proposal,
    tooltip: [record.description, evidence.reason, record.body.trim()].filter(Boolean).join('\n\n'),
    spoken: [vscode.l10n.t('Proposal'), record.description, description, evidence.reason]
      .filter(Boolean)
      .join(', '),
    open: { kind: 'command', command: commandIds.openProposal },
    subject: { kind: 'proposal', folder, id, path },
  };
}

const groupIcons: Record<Proposal['group'], string> = {
  commit: 'git-commit',
  run: 'play-circle',
  'other agent': 'hubot',
  arrived: 'cloud-download',
  person: 'account',
};

function groupLabel(group: Proposal['group']): string {
  switch (group) {
    case 'commit':
      return vscode.l10n.t('From commits');
    case 'run':
      return vscode.l10n.t('From runs');
    case 'other agent':
      return vscode.l10n.t('From other agents');
    case 'arrived':
      return vscode.l10n.t('Arrived with a pull');
    case 'person':
      return vscode.l10n.t('Written by you');
  }
}

export function kindLabel(kind: Proposal['record']['kind']): string {
  switch (kind) {
    case 'decision':
      return vscode.l10n.t('Decision');
    case 'milestone':
      return vscode.l10n.t('Milestone');
    case 'convention':
      return vscode.l10n.t('Convention');
    case 'gotcha':
      return vscode.l10n.t('Gotcha');
    case 'preference':
      return vscode.l10n.t('Preference');
    case 'reference':
      return vscode.l10n.t('Reference');
  }
}

/** Who brought what came with a pull. */
function bringerLabel({ broughtBy }: Proposal): string | undefined {
  return broughtBy === undefined ? undefined : vscode.l10n.t('by {0}', safeLine(broughtBy.name));
}

/** Said only where it is not the owner's own. */
function originLabel({ origin }: Proposal): string | undefined {
  switch (origin) {
    case 'owner':
    case 'system':
      return undefined;
    case 'agent':
      return vscode.l10n.t('by an agent');
    case 'untrusted':
      return vscode.l10n.t('by somebody else');
  }
}

/** A piece of evidence in words, and the place it points at. */
export function evidenceLine(item: EvidenceItem): {
  readonly label: string;
  readonly detail?: string;
  readonly path?: string;
  readonly line?: number;
} {
  if ('patch' in item)
    return {
      label: vscode.l10n.t('Commit: {0}', item.subject ?? item.patch.slice(0, 12)),
      detail: item.patch,
    };
  if ('tag' in item)
    return { label: vscode.l10n.t('Tag {0}', item.tag), ...(item.object ? { detail: item.object } : {}) };
  if ('check' in item)
    return {
      label: vscode.l10n.t('Check: {0}', item.check),
      detail: vscode.l10n.t('exit {0}, {1}', item.exit, item.at),
    };
  if ('session' in item) return { label: vscode.l10n.t('Session {0}, turn {1}', item.session, item.turn) };
  const { path, line } = item;
  const place = { label: line === undefined ? path : `${path}:${line}`, detail: item.text.trim(), path };
  return line === undefined ? place : { ...place, line: line - 1 };
}
