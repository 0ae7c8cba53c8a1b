import * as vscode from 'vscode';
import type { SessionActivity, SessionSummary } from '../../agent/session/session-list.ts';
import { itemWords } from '../contributions.ts';
import type { Row } from '../tree/row.ts';
import { ago, costWords, joined, shortNumber } from '../words.ts';

export interface FolderSession {
  readonly folder: string;
  /** Name of the folder, said only where there are several. */
  readonly name: string | undefined;
  readonly session: SessionSummary;
}

const DAY = 24 * 60 * 60 * 1000;

/** The rows of the Sessions view: what a crash cut off first, the rest by day; newest first. */
export function sessionRows(sessions: readonly FolderSession[], now: number): readonly Row[] {
  const sorted = sessions.toSorted((a, b) => b.session.modified - a.session.modified);
  const isCut = ({ session }: FolderSession): boolean =>
    session.state === 'interrupted' && canResume(session);
  const whole = sorted.filter((member) => !isCut(member));
  const days = dayGroups(now).map(({ id, label, from, before }) => {
    const members = whole.filter(({ session }) => session.modified >= from && session.modified < before);
    return { id, label, members };
  });
  const groups = [
    { id: 'interrupted', label: vscode.l10n.t('Interrupted'), members: sorted.filter(isCut) },
    ...days,
  ];
  return groups
    .filter(({ members }) => members.length > 0)
    .map(({ id, label, members }) => ({
      id,
      label,
      expanded: id !== 'older',
      children: members.map((member) => sessionRow(member, now)),
    }));
}

interface DayGroup {
  readonly id: string;
  readonly label: string;
  readonly from: number;
  readonly before: number;
}

/** Days as the calendar has them here. A clock that went back puts a session of "tomorrow" into today. */
function dayGroups(now: number): readonly DayGroup[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const yesterday = new Date(today - DAY / 2).setHours(0, 0, 0, 0);
  const week = today - 7 * DAY;
  return [
    { id: 'today', label: vscode.l10n.t('Today'), from: today, before: Number.POSITIVE_INFINITY },
    { id: 'yesterday', label: vscode.l10n.t('Yesterday'), from: yesterday, before: today },
    { id: 'week', label: vscode.l10n.t('Last 7 days'), from: week, before: yesterday },
    { id: 'older', label: vscode.l10n.t('Older'), from: Number.NEGATIVE_INFINITY, before: week },
  ];
}

function sessionRow({ folder, name, session }: FolderSession, now: number): Row {
  const label = sessionTitle(session);
  const description = joined(
    stateWords(session),
    ago(session.modified, now),
    name,
    session.branch,
    filesWords(session.files),
  );
  const { icon, color } = stateIcons[session.state];
  return {
    id: session.id,
    label,
    description,
    icon,
    ...(color ? { iconColor: color } : {}),
    context: [itemWords.session, canResume(session) ? itemWords.resumable : session.state].join(' '),
    tooltip: sessionTooltip(session),
    spoken: [vscode.l10n.t('Session'), label, description].join(', '),
    open: { kind: 'command', command: 'varve.showBrief' },
    subject: { kind: 'session', folder, id: session.id },
  };
}

export function sessionTitle(session: SessionSummary): string {
  return session.title || vscode.l10n.t('Session {0}', session.id.slice(-8));
}

/** A session whose file is whole and that no living process continues. */
export function canResume(session: SessionSummary): boolean {
  return session.state !== 'running' && session.problem === undefined;
}

const stateIcons: Record<SessionActivity, { readonly icon: string; readonly color?: string }> = {
  running: { icon: 'play-circle', color: 'charts.blue' },
  interrupted: { icon: 'debug-disconnect', color: 'charts.yellow' },
  stopped: { icon: 'debug-pause' },
  failed: { icon: 'error', color: 'charts.red' },
  done: { icon: 'pass' },
};

function stateWords(session: SessionSummary): string | undefined {
  if (session.problem) return vscode.l10n.t('cannot be read');
  switch (session.state) {
    case 'running':
      return vscode.l10n.t('running');
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

function filesWords(files: number): string | undefined {
  if (files === 0) return undefined;
  return files === 1 ? vscode.l10n.t('1 file') : vscode.l10n.t('{0} files', files);
}

function sessionTooltip(session: SessionSummary): string {
  const tokens = session.usage.inputTokens + session.usage.outputTokens;
  const used = joined(
    session.turns === 1 ? vscode.l10n.t('1 turn') : vscode.l10n.t('{0} turns', session.turns),
    vscode.l10n.t('{0} tokens', shortNumber(tokens)),
    costWords(session.costUsd),
    session.model,
  );
  const next = canResume(session)
    ? vscode.l10n.t('Resume continues it where it ended; nothing is done twice.')
    : undefined;
  return [sessionTitle(session), used, session.cwd, session.problem ?? next].filter(Boolean).join('\n');
}
