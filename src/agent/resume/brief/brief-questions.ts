import { sentencesOf } from '../../../memory/capture/sentences.ts';
import type { CallEntry, Transcript } from '../../history/transcript.ts';
import { lastAnswerOf } from './brief-done.ts';
import { promptsOf } from './brief-goal.ts';
import type { BriefLine } from './brief-line.ts';
import { isQuestionTool } from './brief-next.ts';
import { callsOf, isOfKind, type Numbered, numbered, outcomeOf } from './call-outcomes.ts';
import { inertCode } from './quoted-text.ts';

const MOST = 5;

/** What the agent asked and was not told, and what a person did not let it do. */
export function questionLines(transcript: Transcript): readonly BriefLine[] {
  return [...unanswered(transcript), ...denied(transcript)];
}

/** Questions behind the last prompt: in the last answer, by a tool, or noted by the program. */
function unanswered(transcript: Transcript): readonly BriefLine[] {
  const asked = promptsOf(transcript).at(-1)?.number ?? 0;
  const notices = numbered(transcript)
    .filter(({ number }) => number > asked)
    .flatMap((one) => (isOfKind(one, 'notice') && one.entry.what === 'question' ? [one] : []))
    .map((one) => line(one, one.entry.text));
  const byTool = callsOf(transcript)
    .filter(({ number, entry }) => number > asked && isQuestionTool(entry.name) && !isAnswered(entry))
    .map((call) => line(call, call.entry.summary.replace(/^Ask: /, '')));
  const all = [...byTool, ...notices, ...inLastAnswer(transcript, asked)];
  // A program may note what its tool asked.
  return [...new Map(all.map((one) => [one.said, one])).values()].slice(-MOST);
}

function isAnswered({ result }: CallEntry): boolean {
  return result?.ok === true;
}

function inLastAnswer(transcript: Transcript, asked: number): readonly BriefLine[] {
  const last = lastAnswerOf(transcript);
  if (last === undefined || last.number < asked) return [];
  // A question in the middle is often answered by the agent itself: those of its last paragraphs count.
  const end = last.entry.text.trim().slice(-1_500);
  return sentencesOf(end)
    .slice(-4)
    .filter((sentence) => /\?["”'*)]*$/.test(sentence.trim()) && sentence.length <= 400)
    .map((sentence) => line(last, sentence));
}

function line(one: Numbered, said: string): BriefLine {
  return {
    lead: 'asked, no answer:',
    said,
    units: 300,
    sources: [{ kind: 'entry', number: one.number }],
    weight: 82,
  };
}

/** Calls a person said no to, unless the same was let through later. */
function denied(transcript: Transcript): readonly BriefLine[] {
  const last = new Map<string, Numbered<CallEntry>>();
  for (const call of callsOf(transcript)) {
    const key = `${call.entry.name}\n${call.entry.command ?? call.entry.summary}`;
    if (outcomeOf(call.entry) === 'denied') last.set(key, call);
    else if (outcomeOf(call.entry) === 'passed') last.delete(key);
  }
  return [...last.values()].slice(-MOST).map((call) => ({
    lead: `not allowed: ${inertCode(call.entry.command ?? call.entry.summary, 160)}`,
    sources: [{ kind: 'entry', number: call.number }],
    weight: 66,
  }));
}
