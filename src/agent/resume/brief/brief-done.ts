import type { CallEntry, Transcript } from '../../history/transcript.ts';
import type { BriefLine } from './brief-line.ts';
import { type BriefCommit, type BriefMaterial, fromRoot } from './brief-material.ts';
import { callsOf, checkRuns, isOfKind, type Numbered, numbered, outcomeOf } from './call-outcomes.ts';
import { inertCode, quotedWords } from './quoted-text.ts';

const MOST_FILES = 30;
const MOST_COMMITS = 12;
const MOST_COMMANDS = 6;
/** A commit made by the session's last command may be dated a moment after its last entry. */
const GRACE_MS = 60_000;

/** Files written, commits made meanwhile, commands that went well, and what was said last. */
export function doneLines(material: BriefMaterial): readonly BriefLine[] {
  return [
    ...lastAnswer(material.transcript),
    ...summaries(material.transcript),
    ...writtenFiles(material),
    ...commitsWithin(material).slice(0, MOST_COMMITS).map(commitLine(58)),
    ...commandLines(material.transcript),
  ];
}

export function lastAnswerOf(transcript: Transcript) {
  return numbered(transcript)
    .flatMap((one) => (isOfKind(one, 'answer') ? [one] : []))
    .findLast(({ entry }) => entry.text.trim() !== '');
}

function lastAnswer(transcript: Transcript): readonly BriefLine[] {
  const last = lastAnswerOf(transcript);
  if (last === undefined) return [];
  return [{ lead: 'said last:', said: last.entry.text, units: 600, sources: [source(last)], weight: 78 }];
}

/** Of a long session the last summary: what came before it is told there best. */
function summaries(transcript: Transcript): readonly BriefLine[] {
  const last = numbered(transcript).findLast((one) => isOfKind(one, 'compaction'));
  if (last === undefined || !isOfKind(last, 'compaction') || last.entry.summary.trim() === '') return [];
  const lead = 'summed up when the conversation was shortened:';
  return [{ lead, said: last.entry.summary, units: 600, sources: [source(last)], weight: 62 }];
}

function writtenFiles({ transcript, root }: BriefMaterial): readonly BriefLine[] {
  const last = new Map<string, Numbered<CallEntry>>();
  for (const call of callsOf(transcript)) {
    if (outcomeOf(call.entry) === 'failed' || outcomeOf(call.entry) === 'denied') continue;
    for (const path of call.entry.writes) {
      last.delete(path);
      last.set(path, call);
    }
  }
  const newest = [...last].reverse();
  const lines = newest.slice(0, MOST_FILES).map(([path, call], index) => ({
    lead: `wrote ${inertCode(fromRoot(root, path), 200)}`,
    sources: [source(call)],
    weight: Math.max(40, 60 - index),
  }));
  return newest.length <= MOST_FILES
    ? lines
    : [...lines, more(newest.length - MOST_FILES, newest.at(-1)?.[1])];
}

function more(count: number, call: Numbered | undefined): BriefLine {
  const sources = call === undefined ? [] : [source(call)];
  return { lead: `and ${count} more files before these`, sources, weight: 39 };
}

/** Commits of this history that were made while the session went on. */
export function commitsWithin({ transcript, git }: BriefMaterial): readonly BriefCommit[] {
  const end = transcript.modified + GRACE_MS;
  return git.commits.filter(
    ({ time }) => time >= Math.floor(transcript.created / 1000) * 1000 && time <= end,
  );
}

export function commitsAfter({ transcript, git }: BriefMaterial): readonly BriefCommit[] {
  return git.commits.filter(({ time }) => time > transcript.modified + GRACE_MS);
}

export function commitLine(weight: number): (commit: BriefCommit) => BriefLine {
  return ({ hash, subject }) => ({
    lead: `commit ${quotedWords(subject, 160)}`,
    sources: [{ kind: 'commit', hash }],
    weight,
  });
}

/** Checks that passed, each once, then the last other commands that went well. */
function commandLines(transcript: Transcript): readonly BriefLine[] {
  const calls = callsOf(transcript).filter(({ entry }) => entry.act === 'execute');
  const checks = checkRuns(calls);
  const last = new Map(checks.map((run) => [run.check.words.join(' '), run]));
  const passed = [...last.values()].filter(({ outcome }) => outcome === 'passed').map(({ call }) => call);
  const isCheck = new Set(checks.map(({ call }) => call.number));
  const others = calls.filter((call) => !isCheck.has(call.number) && outcomeOf(call.entry) === 'passed');
  const once = new Map(others.map((call) => [commandOf(call.entry), call]));
  return [
    ...passed.slice(-MOST_COMMANDS).map((call) => ranLine(call, 'passed', 56)),
    ...[...once.values()].slice(-MOST_COMMANDS).map((call) => ranLine(call, 'ran', 30)),
  ];
}

function ranLine(call: Numbered<CallEntry>, verb: string, weight: number): BriefLine {
  return { lead: `${verb} ${inertCode(commandOf(call.entry), 160)}`, sources: [source(call)], weight };
}

export function commandOf({ command, summary }: CallEntry): string {
  return command ?? summary;
}

function source({ number }: Numbered) {
  return { kind: 'entry', number } as const;
}
