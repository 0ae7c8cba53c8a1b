import { continued } from '../../../memory/capture/proposed-record.ts';
import type { LearnedDraft } from '../../../memory/workspace/work-sources.ts';
import type { Transcript } from '../../history/transcript.ts';
import { programName } from '../brief/brief-head.ts';
import { fromRoot } from '../brief/brief-material.ts';
import type { Learnt } from './learnt.ts';

/**
 * The proposal of what a session left: untrusted whoever said it, because the session's file is the word of another
 * program. Its id and date come from the session alone, so that it is the same whenever it is found. `now`: no time of
 * a session is believed to be later.
 */
export function learntDraft(learnt: Learnt, transcript: Transcript, root: string, now: number): LearnedDraft {
  const { tool, id } = transcript;
  const { kind, rule, reason, confidence, subject, number } = learnt;
  const entry = transcript.entries[number - 1];
  const time = timeWithin(entry?.time ?? transcript.modified, now);
  const turn = transcript.entries.slice(0, number).filter((one) => one.kind === 'prompt').length;
  const inner = learnt.paths
    .map((path) => fromRoot(root, path))
    .filter((path) => !/^(?:[/\\]|[A-Za-z]:)/.test(path));
  return {
    kind,
    title: titleOf(learnt),
    body: bodyOf(learnt, transcript, time),
    source: `session:${tool}:${id}`,
    group: 'other agent',
    paths: inner,
    rule,
    reason: `${reason} ${programName(tool)} session ${id}, entry ${number}.`,
    confidence,
    subject,
    evidence: [{ session: id, turn, tool, ...(entry !== undefined && { entry: entry.id }) }],
    identity: { time, key: ['learnt', rule, subject, tool, id].join('\0') },
  };
}

function titleOf({ title, why }: Learnt): string {
  return why === undefined ? title : `${title}; ${continued(why)}`;
}

/** Labels as records have them everywhere; see `memory/record/record-parts.ts`. */
function bodyOf({ title, why, considered, told }: Learnt, { tool }: Transcript, time: number): string {
  const parts = [`${title.replace(/\.$/, '')}.`];
  if (why !== undefined) parts.push(`**Why:** ${why}`);
  if (considered !== undefined && considered !== '') parts.push(`**Considered:** ${considered}`);
  const day = new Date(time).toISOString().slice(0, 10);
  return [...parts, ...told, `From a session with ${programName(tool)} on ${day}.`].join('\n\n');
}

/** Times of a foreign file may be anything; what lies ahead, or is none, is now. */
function timeWithin(time: number, now: number): number {
  return Number.isFinite(time) && time > 0 && time <= now ? Math.floor(time) : now;
}
