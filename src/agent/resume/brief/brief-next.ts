import { sentencesOf } from '../../../memory/capture/sentences.ts';
import type { Transcript } from '../../history/transcript.ts';
import { commandOf, lastAnswerOf } from './brief-done.ts';
import { isNudge, promptsOf, saidIn } from './brief-goal.ts';
import type { BriefLine } from './brief-line.ts';
import { callsOf, isOfKind, type Numbered, numbered } from './call-outcomes.ts';
import { inertCode } from './quoted-text.ts';

const MOST_STEPS = 12;
const MOST_LEFT = 5;
/** Beyond it an answer is a report: what is left stands at its end. */
const LOOKED_AT = 8_000;

/** What was to come: calls that were under way, an unanswered prompt, open steps, what the last answer said is left. */
export function nextLines(transcript: Transcript): readonly BriefLine[] {
  return [
    ...stopped(transcript),
    ...unanswered(transcript),
    ...underWay(transcript),
    ...openSteps(transcript),
    ...saidLeft(transcript),
  ];
}

/** How it ended, where it did not end well. */
function stopped(transcript: Transcript): readonly BriefLine[] {
  if (transcript.state === 'done') return [];
  const last = numbered(transcript).findLast((one) => isOfKind(one, 'notice'));
  const notice = last !== undefined && isOfKind(last, 'notice') ? last : undefined;
  const isLast = notice !== undefined && notice.number >= transcript.entries.length - 1;
  const said = isLast && notice.entry.text.trim() !== '' ? { said: notice.entry.text, units: 200 } : {};
  const end = transcript.entries.length;
  if (end === 0) return [];
  return [{ lead: stateWords[transcript.state], ...said, sources: [entrySource(end)], weight: 88 }];
}

const stateWords: Readonly<Record<Transcript['state'], string>> = {
  running: 'it was still running when this was written',
  waiting: 'it waited for an answer of a person',
  done: 'it came to its end',
  stopped: 'it was stopped by a person or at a limit',
  interrupted: 'it ended in the middle: its process went away',
  failed: 'it ended with an error',
};

/** The last prompt, where nothing was said or done after it. */
export function unansweredPrompt(transcript: Transcript) {
  const last = promptsOf(transcript).at(-1);
  if (last === undefined || saidIn(last.entry) === '') return undefined;
  const answered = transcript.entries
    .slice(last.number)
    .some(({ kind }) => kind === 'answer' || kind === 'call');
  return answered ? undefined : last;
}

function unanswered(transcript: Transcript): readonly BriefLine[] {
  const last = unansweredPrompt(transcript);
  if (last === undefined) return [];
  const said = saidIn(last.entry);
  return [{ lead: 'asked and not answered:', said, units: 400, sources: [source(last)], weight: 95 }];
}

function underWay(transcript: Transcript): readonly BriefLine[] {
  const asked = promptsOf(transcript).at(-1)?.number ?? 0;
  return callsOf(transcript)
    .filter(({ entry, number }) => entry.result === undefined && number > asked)
    .filter(({ entry }) => !isQuestionTool(entry.name))
    .slice(-4)
    .map((call) => ({
      lead: `under way when it ended, outcome to be checked: ${inertCode(commandOf(call.entry) || call.entry.name, 200)}`,
      sources: [source(call)],
      weight: 92,
    }));
}

/** Tools by which an agent asks a person: of Varve, Claude Code, Codex, Cline, OpenCode and Gemini CLI. */
export function isQuestionTool(name: string): boolean {
  return /^(?:ask_user|AskUserQuestion|ask_followup_question|request_user_input|question|ask)$/.test(name);
}

/** Steps of the last plan that are not done. */
export function openStepsOf(transcript: Transcript) {
  const last = numbered(transcript).findLast((one) => isOfKind(one, 'plan'));
  if (last === undefined || !isOfKind(last, 'plan')) return undefined;
  const steps = last.entry.steps.filter(({ state }) => state !== 'done');
  return { number: last.number, steps };
}

function openSteps(transcript: Transcript): readonly BriefLine[] {
  const plan = openStepsOf(transcript);
  if (plan === undefined) return [];
  const lines = plan.steps.slice(0, MOST_STEPS).map(({ text, state }, index) => ({
    lead: state === 'active' ? 'step under way:' : 'open step:',
    said: text,
    units: 200,
    sources: [entrySource(plan.number)],
    weight: 90 - index,
  }));
  const left = plan.steps.length - lines.length;
  if (left <= 0) return lines;
  return [...lines, { lead: `and ${left} more open steps`, sources: [entrySource(plan.number)], weight: 70 }];
}

const left =
  /\b(?:next(?: steps?)?|remain(?:s|ing)?|left (?:to do|open|over)|still (?:need|needs|to|missing|open|fails?|failing)|not (?:yet|done|finished|implemented|covered|tested)|to ?do|follow[- ]?ups?|outstanding|what'?s left|haven'?t|hasn'?t|have not|has not|didn'?t (?:get to|finish|touch)|untested|you (?:may|might|should|can|could) (?:now |also |want to )?|needs? to be|should (?:be|also|then))\b/i;
const leftHeading =
  /^\s*(?:#{1,6}\s*|\*\*)?(?:next(?: steps?)?|remaining(?: work| tasks| steps)?|to ?do|what(?:'s| is) left|left(?: to do)?|open(?: points| items)?|follow[- ]?ups?|not done(?: yet)?|outstanding)\b[^.\n]{0,40}:?\**\s*$/i;

/** List items under a heading such as *Next steps*, else the sentences of the last answer that speak of what is left. */
function saidLeft(transcript: Transcript): readonly BriefLine[] {
  const last = lastAnswerOf(transcript);
  if (last === undefined || hasPromptAfter(transcript, last.number)) return [];
  const text = last.entry.text.slice(-LOOKED_AT);
  const listed = itemsUnderHeading(text);
  const found = listed.length > 0 ? listed : sentencesOf(text).filter(isAboutLeft);
  return found.slice(0, MOST_LEFT).map((said, index) => ({
    lead: 'said to be left:',
    said,
    units: 240,
    sources: [source(last)],
    weight: 84 - index,
  }));
}

/** *Nothing is left to do* says that it is done. */
const nothingLeft = /\b(?:nothing|none|no (?:\w+ ){0,3}(?:steps?|work|tasks?|items?|issues?|todos?))\b/i;

function isAboutLeft(sentence: string): boolean {
  return (
    left.test(sentence) &&
    !nothingLeft.test(sentence) &&
    !sentence.trim().endsWith('?') &&
    sentence.length <= 400
  );
}

function itemsUnderHeading(text: string): readonly string[] {
  const lines = text.split('\n');
  const at = lines.findLastIndex((line) => leftHeading.test(line));
  if (at < 0) return [];
  const items: string[] = [];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*(?:[-*+•]|\d+[.)])\s+(?:\[[ x]\]\s+)?(.+)$/.exec(line)?.[1];
    if (item !== undefined) items.push(item);
    else if (line.trim() !== '' && !/^\s{2,}/.test(line)) break;
  }
  return items;
}

function hasPromptAfter(transcript: Transcript, number: number): boolean {
  return promptsOf(transcript).some((one) => one.number > number && !isNudge(saidIn(one.entry)));
}

function source({ number }: Numbered) {
  return entrySource(number);
}

function entrySource(number: number) {
  return { kind: 'entry', number } as const;
}
