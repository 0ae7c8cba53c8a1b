import type { SessionFile } from '../history-reader.ts';
import type {
  NoticeEntry,
  Transcript,
  TranscriptBranch,
  TranscriptEntry,
  TranscriptLineage,
} from '../transcript.ts';
import type { ClaudeReading } from './claude-reading.ts';
import { isQuestion } from './claude-tools.ts';
import { entriesOfLine } from './line-entries.ts';
import { type ClaudeLine, linesOf } from './main-line.ts';
import type { RunningStatus } from './running-sessions.ts';
import { isOfSubagent } from './session-name.ts';
import { openCalls, stateOf } from './session-state.ts';

/** What is known of a session beside its file. */
export interface Surroundings {
  /** Of the living program that has it open. */
  readonly running: RunningStatus | undefined;
  /** Of a subagent: how it is called. */
  readonly agent: string | undefined;
}

/** Pure. */
export function transcriptOf(reading: ClaudeReading, file: SessionFile, beside: Surroundings): Transcript {
  const { labels, usage, rows } = reading;
  const lines = linesOf(rows, reading.end);
  const main = entriesOfLine(lines.main);
  const entries = [...main, ...questionsOf(main), ...goneOn(labels.continuedIn, file.id)];
  const created = reading.firstTime ?? file.modified;
  const lineage = lineageOf(reading, file, beside);
  const isSubagent = lineage?.how === 'subagent';
  return {
    tool: 'claude-code',
    id: file.id,
    title: labels.title((uuid) => rows.has(uuid)),
    cwd: labels.cwd ?? '',
    ...(labels.version !== undefined && { toolVersion: labels.version }),
    ...(labels.branch !== undefined && { branch: labels.branch }),
    ...(usage.model !== undefined && { model: usage.model }),
    created,
    modified: Math.max(file.modified, reading.lastTime ?? 0, created),
    state:
      beside.running ?? stateOf(main, { stopReason: stopReasonOf(lines.main), isClosed: labels.isClosed }),
    entries,
    branches: branchesOf(lines.branches, entries),
    turns: usage.turns,
    ...(usage.usage !== undefined && { usage: usage.usage }),
    costUsd: isSubagent ? null : labels.costUsd,
    ...(lineage !== undefined && { lineage }),
    problems: [
      ...reading.problems,
      ...(lines.left > 0 ? [`${lines.left} older ends of the conversation were left out.`] : []),
    ],
  };
}

function stopReasonOf(line: ClaudeLine): string | undefined {
  return line.findLast(({ kind }) => kind === 'assistant')?.stopReason;
}

/** Questions that nobody has answered. */
function questionsOf(entries: readonly TranscriptEntry[]): readonly NoticeEntry[] {
  return openCalls(entries)
    .filter(({ name }) => isQuestion(name))
    .map(({ id, time, summary }) => ({
      id: `${id}/question`,
      ...(time !== undefined && { time }),
      kind: 'notice',
      what: 'question',
      text: summary,
    }));
}

function goneOn(session: string | undefined, id: string): readonly NoticeEntry[] {
  if (session === undefined) return [];
  return [
    {
      id: `${id}/continued`,
      kind: 'notice',
      what: 'other',
      text: `It was gone on with in session ${session}.`,
    },
  ];
}

function branchesOf(
  lines: readonly ClaudeLine[],
  main: readonly TranscriptEntry[],
): readonly TranscriptBranch[] {
  const names = new Set(main.map(({ id }) => id));
  return lines.flatMap((line) => {
    const entries = entriesOfLine(line);
    const [end, last] = [line.at(-1), entries.at(-1)];
    return end === undefined || last === undefined || names.has(last.id) ? [] : [{ id: end.uuid, entries }];
  });
}

function lineageOf(
  { labels }: ClaudeReading,
  { id, parent }: SessionFile,
  { agent }: Surroundings,
): TranscriptLineage | undefined {
  // A subagent's lines bear the id of the session that it works for.
  const master = parent ?? (isOfSubagent(id) ? labels.sessionId : undefined);
  if (master === undefined) return labels.origin(id);
  const name = agent ?? labels.agent;
  return { how: 'subagent', from: master, ...(name !== undefined && { agent: name }) };
}
