import type { ListedSession } from '../../../agent/history/catalogue/catalogue.ts';

export const groupings = ['day', 'branch', 'tool', 'milestone'] as const;
export type Grouping = (typeof groupings)[number];

export interface SessionGroup {
  readonly heading: string;
  readonly sessions: readonly ListedSession[];
}

/** An accepted milestone, by its time in milliseconds since the epoch. */
export interface Milestone {
  readonly title: string;
  readonly time: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** Pure. Sessions, the last changed first, under headings; a group stands where its newest session does. */
export function groupSessions(
  sessions: readonly ListedSession[],
  by: Grouping,
  { now, milestones }: { readonly now: number; readonly milestones: readonly Milestone[] },
): readonly SessionGroup[] {
  const headingOf = {
    day: ({ modified }: ListedSession) => dayHeading(modified, now),
    branch: ({ branch }: ListedSession) => branch || 'No branch',
    tool: ({ tool }: ListedSession) => tool,
    milestone: ({ modified }: ListedSession) => milestoneHeading(modified, milestones),
  }[by];
  const groups = new Map<string, ListedSession[]>();
  for (const session of sessions) {
    const heading = headingOf(session);
    const members = groups.get(heading);
    if (members) members.push(session);
    else groups.set(heading, [session]);
  }
  return [...groups].map(([heading, members]) => ({ heading, sessions: members }));
}

/** Days as the calendar has them here. A clock that went back puts a session of tomorrow into today. */
function dayHeading(time: number, now: number): string {
  const today = new Date(now).setHours(0, 0, 0, 0);
  if (time >= today) return 'Today';
  // Half a day before midnight is yesterday, however long that day was.
  if (time >= new Date(today - DAY / 2).setHours(0, 0, 0, 0)) return 'Yesterday';
  return dayOf(time);
}

/** What was worked on until a milestone stands under it. */
function milestoneHeading(time: number, milestones: readonly Milestone[]): string {
  const [next] = milestones.filter((one) => one.time >= time).sort((one, other) => one.time - other.time);
  if (next !== undefined) return `${next.title} (${dayOf(next.time)})`;
  return milestones.length === 0 ? 'No milestone yet' : 'Since the last milestone';
}

/** `2026-11-22` here. */
function dayOf(time: number): string {
  const day = new Date(time);
  const [month, date] = [day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${day.getFullYear()}-${month}-${date}`;
}
