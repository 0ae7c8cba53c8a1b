import * as vscode from 'vscode';
import type { TranscriptState } from '../../agent/history/transcript.ts';
import { toolNames } from '../../agent/history/transcript.ts';
import { itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { ago, costWords, joined, shortNumber, usedTokens } from '../words.ts';
import { type Grouping, groupSessions, type Reached } from './session-groups.ts';
import { canResume, type ShownSession, sessionTitle, shownId } from './shown-session.ts';

export interface RowFacts {
  readonly now: number;
  readonly grouping: Grouping;
  /** Newest first. */
  readonly milestones: readonly Reached[];
}

/** The rows of the Sessions view, subagents' sessions below the one they worked for. */
export function sessionRows(sessions: readonly ShownSession[], facts: RowFacts): readonly Row[] {
  const ids = new Set(sessions.map(({ row }) => `${row.tool}:${row.id}`));
  const children = new Map<string, ShownSession[]>();
  const isChild = ({ row }: ShownSession): boolean =>
    row.lineage?.how === 'subagent' && ids.has(`${row.tool}:${row.lineage.from}`);
  for (const session of sessions.filter(isChild)) {
    const parent = `${session.row.tool}:${session.row.lineage?.from}`;
    children.set(parent, [...(children.get(parent) ?? []), session]);
  }
  const top = sessions.filter((session) => !isChild(session));
  return groupSessions(top, facts).map(({ id, label, expanded, members }) => ({
    id,
    label,
    description: String(members.length),
    spoken: joined(label, sessionCount(members.length)),
    expanded,
    children: members.map((member) => sessionRow(member, facts.now, children)),
  }));
}

function sessionCount(count: number): string {
  return count === 1 ? vscode.l10n.t('1 session') : vscode.l10n.t('{0} sessions', count);
}

function sessionRow(
  listed: ShownSession,
  now: number,
  children: ReadonlyMap<string, readonly ShownSession[]>,
): Row {
  const { folder, name, row, own } = listed;
  const label = sessionTitle(row);
  const description = joined(
    stateWords(listed),
    ago(row.modified, now),
    own === undefined && toolNames[row.tool],
    name,
    row.lineage?.how === 'subagent' && row.lineage.agent,
    row.branch,
    filesWords(row.fileCount),
    keepingWords(listed),
  );
  const { icon, color } = stateIcons[row.state];
  const below = children.get(`${row.tool}:${row.id}`) ?? [];
  return {
    id: shownId(listed),
    label,
    description,
    icon,
    ...(color ? { iconColor: color } : {}),
    context: contextOf(listed),
    tooltip: sessionTooltip(listed),
    spoken: [vscode.l10n.t('Session'), label, description].join(', '),
    open: { kind: 'command', command: own ? 'varve.showBrief' : 'varve.openTranscript' },
    subject: own
      ? { kind: 'session', folder, id: row.id }
      : { kind: 'tool-session', folder, tool: row.tool, id: row.id, path: row.path },
    ...(below.length > 0 && { children: below.map((child) => sessionRow(child, now, new Map())) }),
  };
}

function contextOf({ own, row, keeping }: ShownSession): string {
  if (own) return [itemWords.session, canResume(own) ? itemWords.resumable : row.state].join(' ');
  return [itemWords.toolSession, keeping === 'pinned' ? itemWords.pinned : itemWords.notPinned].join(' ');
}

const stateIcons: Record<TranscriptState, { readonly icon: string; readonly color?: string }> = {
  running: { icon: 'play-circle', color: 'charts.blue' },
  waiting: { icon: 'question', color: 'charts.yellow' },
  interrupted: { icon: 'debug-disconnect', color: 'charts.yellow' },
  stopped: { icon: 'debug-pause' },
  failed: { icon: 'error', color: 'charts.red' },
  done: { icon: 'pass' },
};

function stateWords({ row, own }: ShownSession): string | undefined {
  if (own?.problem) return vscode.l10n.t('cannot be read');
  switch (row.state) {
    case 'running':
      return vscode.l10n.t('running');
    case 'waiting':
      return vscode.l10n.t('waits for an answer');
    case 'interrupted':
      return vscode.l10n.t('interrupted');
    case 'stopped':
      return vscode.l10n.t('stopped');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'done':
      return undefined;
  }
}

function keepingWords({ keeping, goesIn }: ShownSession): string | undefined {
  if (goesIn !== undefined)
    return goesIn <= 1 ? vscode.l10n.t('deleted within a day') : vscode.l10n.t('deleted in {0} days', goesIn);
  if (keeping === 'pinned') return vscode.l10n.t('pinned');
  return keeping === 'gone' ? vscode.l10n.t('only here') : undefined;
}

function filesWords(files: number): string | undefined {
  if (files === 0) return undefined;
  return files === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', files);
}

function sessionTooltip({ row, own, keeping, retention }: ShownSession): string {
  const used = joined(
    row.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', row.turns),
    own
      ? usedTokens(own.usage)
      : row.tokens !== undefined && vscode.l10n.t('{0} tokens', shortNumber(row.tokens)),
    costWords(row.costUsd),
    row.model,
  );
  const made = own ? undefined : joined(toolNames[row.tool], row.toolVersion);
  const next =
    own && canResume(own)
      ? vscode.l10n.t('Resume continues it where it ended; nothing is done twice.')
      : undefined;
  const branches =
    row.branchCount > 0 ? vscode.l10n.t('{0} other lines of conversation', row.branchCount) : undefined;
  const kept = {
    kept: vscode.l10n.t('Varve keeps a copy.'),
    pinned: vscode.l10n.t('Varve keeps a copy for good.'),
    gone: vscode.l10n.t('The tool has deleted it; Varve kept it.'),
    'not-kept': undefined,
  }[keeping ?? 'not-kept'];
  const parts = [sessionTitle(row), made, used, row.cwd, branches, row.problem ?? next, retention, kept];
  return parts.filter(Boolean).join('\n');
}
