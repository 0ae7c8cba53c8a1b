import { failure, type Result, success } from '../../../base/result.ts';
import { recordTitle } from '../../../memory/record/record-parts.ts';
import type { TimelineRecord } from '../../../memory/timeline/timeline.ts';
import { timeSince } from '../../history/catalogue/since.ts';
import { beginningOfDay } from './days.ts';

export interface StandupSince {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** In words. */
  readonly words: string;
}

/** `yesterday`, `today`, a day, an age (`7d`), or a milestone: its name, its id or words of its title; the newest that fits. */
export function standupSince(
  text: string,
  now: number,
  timeline: readonly TimelineRecord[],
): Result<StandupSince, { readonly message: string }> {
  const word = text.trim().toLowerCase();
  if (word === 'yesterday') return success({ time: beginningOfDay(now, 1), words: 'yesterday' });
  if (word === 'today') return success({ time: beginningOfDay(now, 0), words: 'today' });
  const time = timeSince(text.trim(), now);
  if (time !== undefined) return success({ time, words: ageWords(text.trim()) ?? text.trim() });
  const milestone = word === '' ? undefined : milestoneNamed(word, timeline);
  if (milestone !== undefined) return success(milestone);
  const message = `--since is yesterday, today, a day (2026-11-01), an age (12h, 7d, 2w) or a milestone of this project; not "${text}".`;
  return failure({ message });
}

const UNIT_WORDS: Readonly<Record<string, string>> = { h: 'hour', d: 'day', w: 'week' };

/** `7d` as it is said: 7 days ago. */
function ageWords(text: string): string | undefined {
  const [, count = '', unit = ''] = /^(\d+)([hdw])$/.exec(text) ?? [];
  const word = UNIT_WORDS[unit];
  return word && `${Number(count)} ${word}${Number(count) === 1 ? '' : 's'} ago`;
}

function milestoneNamed(word: string, timeline: readonly TimelineRecord[]): StandupSince | undefined {
  const milestones = timeline.filter(({ record }) => record.kind === 'milestone');
  const found =
    milestones.find(({ record }) => record.name === word || record.id.toLowerCase() === word) ??
    milestones.find(({ record }) => record.description.toLowerCase().includes(word));
  const time = Date.parse(found?.record.modified ?? '');
  if (found === undefined || !Number.isFinite(time)) return undefined;
  return { time, words: `the milestone ${recordTitle(found.record)}` };
}
