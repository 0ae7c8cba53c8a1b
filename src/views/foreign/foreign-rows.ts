import * as vscode from 'vscode';
import type { ForeignWrite } from '../../memory/workspace/foreign-writes.ts';
import { commandIds, itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { ago, joined } from '../words.ts';

/** What other programs wrote to memory files of a folder: one group, or no row where nothing waits. */
export function foreignRows(folder: string, writes: readonly ForeignWrite[], now: number): readonly Row[] {
  if (writes.length === 0) return [];
  return [
    {
      id: `${folder}#foreign`,
      label: vscode.l10n.t('Written by other agents'),
      description: String(writes.length),
      icon: 'hubot',
      expanded: true,
      tooltip: vscode.l10n.t('These changes stand in memory files already. Keep them, or take them back.'),
      children: writes.map((write) => writeRow(folder, write, now)),
    },
  ];
}

function writeRow(folder: string, write: ForeignWrite, now: number): Row {
  const { id, path, label, by, risks, session } = write;
  const when = ago(Date.parse(write.lastSeen), now);
  const description = joined(kindWords(write.kind), by, when);
  const from = session === undefined ? undefined : vscode.l10n.t('Session {0}', session);
  return {
    id: `${folder}#foreign:${id}`,
    label,
    description,
    icon: risks.length > 0 ? 'warning' : 'diff',
    context: itemWords.foreignWrite,
    tooltip: [description, from, ...risks].filter(Boolean).join('\n'),
    spoken: [vscode.l10n.t('Written by another agent'), label, description, ...risks].join(', '),
    open: { kind: 'command', command: commandIds.showWrite },
    subject: { kind: 'foreign-write', folder, id, path },
  };
}

export function kindWords(kind: ForeignWrite['kind']): string {
  switch (kind) {
    case 'created':
      return vscode.l10n.t('created');
    case 'changed':
      return vscode.l10n.t('changed');
    case 'deleted':
      return vscode.l10n.t('deleted');
  }
}
