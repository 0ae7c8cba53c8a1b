import * as vscode from 'vscode';
import { toolNames } from '../../agent/history/transcript.ts';
import { canResume, type ShownSession } from './shown-session.ts';

export const groupings = ['day', 'branch', 'milestone', 'agent'] as const;
export type Grouping = (typeof groupings)[number];

/** A milestone of the project, by the day it was reached. */
export interface Reached {
  readonly title: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export interface SessionGroup {
  readonly id: string;
  readonly label: string;
  readonly expanded: boolean;
  /** Newest first. */
  readonly members: readonly ShownSession[];
}

interface GroupingFacts {
  readonly now: number;
  readonly grouping: Grouping;
  /** Newest first. */
  readonly milestones: readonly Reached[];
}

const DAY = 24 * 60 * 60 * 1000;

/** What a crash cut off comes first, the rest by what is asked for; empty groups are left out. */
export function groupSessions(
  sessions: readonly ShownSession[],
  facts: GroupingFacts,
): readonly SessionGroup[] {
  const sorted = sessions.toSorted((a, b) => b.row.modified - a.row.modified);
  const cut = sorted.filter((session) => isCutOff(session, facts.now));
  const whole = sorted.filter((session) => !cut.includes(session));
  const first = { id: 'interrupted', label: vscode.l10n.t('Interrupted'), expanded: true, members: cut };
  return [first, ...byWish(whole, facts)].filter(({ members }) => members.length > 0);
}

/** Work of another tool that was cut off long ago is history. */
function isCutOff({ row, own }: ShownSession, now: number): boolean {
  if (row.state !== 'interrupted' || row.lineage?.how === 'subagent') return false;
  return own === undefined ? row.modified > now - 7 * DAY : canResume(own);
}

function byWish(
  sessions: readonly ShownSession[],
  { now, grouping, milestones }: GroupingFacts,
): readonly SessionGroup[] {
  switch (grouping) {
    case 'day':
      return byDay(sessions, now);
    case 'branch':
      return byName(sessions, 'branch', ({ row }) => row.branch || vscode.l10n.t('No branch'));
    case 'agent':
      return byName(sessions, 'agent', ({ row }) => toolNames[row.tool]);
    case 'milestone':
      return byMilestone(sessions, milestones);
  }
}

/** Days as the calendar has them here. A clock that went back puts a session of "tomorrow" into today. */
function byDay(sessions: readonly ShownSession[], now: number): readonly SessionGroup[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const yesterday = new Date(today - DAY / 2).setHours(0, 0, 0, 0);
  const week = today - 7 * DAY;
  const groups = [
    { id: 'today', label: vscode.l10n.t('Today'), from: today, before: Number.POSITIVE_INFINITY },
    { id: 'yesterday', label: vscode.l10n.t('Yesterday'), from: yesterday, before: today },
    { id: 'week', label: vscode.l10n.t('Last 7 days'), from: week, before: yesterday },
    { id: 'older', label: vscode.l10n.t('Older'), from: Number.NEGATIVE_INFINITY, before: week },
  ];
  return groups.map(({ id, label, from, before }) => ({
    id,
    label,
    expanded: id !== 'older',
    members: sessions.filter(({ row }) => row.modified >= from && row.modified < before),
  }));
}

/** In the order in which their newest sessions come. */
function byName(
  sessions: readonly ShownSession[],
  kind: string,
  nameOf: (session: ShownSession) => string,
): readonly SessionGroup[] {
  const groups = new Map<string, ShownSession[]>();
  for (const session of sessions) {
    const name = nameOf(session);
    groups.set(name, [...(groups.get(name) ?? []), session]);
  }
  return [...groups].map(([name, members], index) => ({
    id: `${kind}:${name}`,
    label: name,
    expanded: index < 3,
    members,
  }));
}

/** Under the milestone that came of it: the first one reached after the session; what is newer than all is under way. */
function byMilestone(
  sessions: readonly ShownSession[],
  milestones: readonly Reached[],
): readonly SessionGroup[] {
  const steps = milestones.map(({ title, time }, index) => ({
    id: `milestone:${time}:${title}`,
    label: title,
    expanded: index === 0,
    members: sessions.filter(
      ({ row }) => row.modified <= time && row.modified > (milestones[index + 1]?.time ?? 0),
    ),
  }));
  const newest = milestones[0]?.time ?? 0;
  const open = sessions.filter(({ row }) => row.modified > newest);
  const label = newest === 0 ? vscode.l10n.t('No milestone yet') : vscode.l10n.t('Since the last milestone');
  return [{ id: 'milestone:open', label, expanded: true, members: open }, ...steps];
}
