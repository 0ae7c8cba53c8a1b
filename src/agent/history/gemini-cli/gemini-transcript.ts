import { basename } from 'node:path';
import { absolutePath } from '../call-shape.ts';
import type { SessionFile } from '../history-reader.ts';
import { timeOf } from '../loose-json.ts';
import type { Transcript, TranscriptEntry, TranscriptState } from '../transcript.ts';
import { isCheckpoint } from './gemini-files.ts';
import { hashedProject } from './gemini-project.ts';
import type { GeminiMessage } from './gemini-reading.ts';
import type { ReadSession } from './gemini-session.ts';

/** Pure. `project`: where Gemini CLI says that the session was. */
export function transcriptOf(
  { reading, problems }: ReadSession,
  session: SessionFile,
  project: string | undefined,
): Transcript {
  const { facts, line, summed } = reading;
  reading.nameApart();
  const messages = [...reading.messages];
  const entries = entriesOf([...summed, ...line]);
  const answers = messages.filter(({ type }) => type === 'gemini');
  const times = messages.flatMap(({ time }) => time ?? []);
  const created = Math.min(timeOf(facts.get('startTime')) ?? Number.POSITIVE_INFINITY, ...times.slice(0, 1));
  const begun = Number.isFinite(created) ? created : session.modified;
  const last = times.reduce((one, other) => Math.max(one, other), timeOf(facts.get('lastUpdated')) ?? 0);
  const model = answers.findLast((message) => message.model !== undefined)?.model;
  const isSubagent = session.parent !== undefined;
  const checkpoint = isCheckpoint(basename(session.path));
  const directory = facts.get('directory');
  const own = directory === undefined ? undefined : absolutePath(directory, { cwd: '', home: '' });
  return {
    tool: 'gemini-cli',
    id: facts.get('sessionId') ?? session.id,
    // What a subagent came to is kept in the same place.
    title: checkpoint ? savedAs(session.path) : isSubagent ? '' : (facts.get('summary') ?? ''),
    cwd: project ?? hashedProject(facts.get('projectHash'), entries) ?? own ?? '',
    ...(model !== undefined && { model }),
    created: begun,
    modified: Math.max(begun, Math.min(last || session.modified, session.modified)),
    state: checkpoint ? 'done' : stateOf(messages, isSubagent && facts.has('summary')),
    entries,
    branches: reading.branches.flatMap((branch) => {
      const said = entriesOf(branch);
      const id = said.at(-1)?.id;
      return id === undefined ? [] : [{ id, entries: said }];
    }),
    turns: answers.length,
    ...(answers.some(({ hasTokens }) => hasTokens) && {
      usage: {
        inputTokens: answers.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
        outputTokens: answers.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
      },
    }),
    costUsd: null,
    ...(session.parent !== undefined && { lineage: { how: 'subagent', from: session.parent } }),
    problems: [...problems, ...(reading.problem === undefined ? [] : [reading.problem])],
  };
}

/** The tag of a saved conversation. */
function savedAs(path: string): string {
  const tag = basename(path, '.json').slice('checkpoint-'.length);
  try {
    return decodeURIComponent(tag);
  } catch {
    return tag;
  }
}

function entriesOf(messages: readonly GeminiMessage[]): readonly TranscriptEntry[] {
  return messages.flatMap(({ held }) => held.flat());
}

/** Nothing notes that a turn has ended: what was said last tells, also where it was taken back since. */
function stateOf(messages: readonly GeminiMessage[], isReported: boolean): TranscriptState {
  const last = messages.findLast(({ type, held }) => type === 'gemini' || held.length > 0);
  const entry = last?.held.at(-1)?.[0];
  if (isReported) return 'done';
  switch (entry?.kind) {
    case 'notice':
      return entry.what === 'error' ? 'failed' : 'stopped';
    case 'answer':
    case 'compaction':
      return 'done';
    default:
      return 'interrupted';
  }
}
