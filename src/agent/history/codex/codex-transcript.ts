import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { fieldOf, type LooseObject, objectField, textField, timeOf } from '../loose-json.ts';
import type {
  Transcript,
  TranscriptBranch,
  TranscriptEntry,
  TranscriptLineage,
  TranscriptState,
} from '../transcript.ts';
import type { RolloutNode } from './rollout-calls.ts';
import { plainPath } from './rollout-effect.ts';
import type { RolloutFile, RolloutPlaces } from './rollout-files.ts';
import { RolloutLines } from './rollout-lines.ts';
import type { RolloutReading } from './rollout-reading.ts';

/** Ends of a thread besides the one it goes on from that are read, the newest ones. */
const MOST_ENDS = 20;

/** `thread`: its files, the one it goes on in first. */
export async function readThread(
  machine: MachinePlaces,
  places: RolloutPlaces,
  thread: readonly [RolloutFile, ...RolloutFile[]],
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const [head, ...others] = thread;
  const lines = new RolloutLines(machine, places, thread);
  const nodes = await lines.lineTo(head);
  const reading = await lines.reading(head);
  const line = [...entriesOf(nodes), ...questionOf(reading)];
  if (reading.meta === undefined && line.length === 0)
    return failure({ message: `${session.path} holds nothing of a session of Codex, or could not be read.` });
  const branches = await branchesOf(lines, head, others.slice(0, MOST_ENDS), line);
  const readings = await lines.readings();
  const metas = readings.flatMap(({ meta }) => (meta && isOf(meta, head.thread) ? [meta] : []));
  const { modified } = session;
  const created = Math.min(
    ...metas.flatMap((meta) => timeOf(fieldOf(meta, 'timestamp')) ?? []),
    reading.lastTime ?? modified,
  );
  const { usage } = reading.usage ? reading : (readings.findLast((one) => one.usage) ?? {});
  const model = reading.model ?? readings.findLast((one) => one.model !== undefined)?.model;
  const { budgetProblem, problems } = lines;
  return success({
    tool: 'codex',
    id: head.thread,
    title: '',
    cwd: plainPath(reading.place.cwd),
    ...optional('toolVersion', textField(reading.meta, 'cli_version')),
    ...optional('branch', textField(objectField(reading.meta, 'git'), 'branch')),
    ...optional('model', model),
    created,
    modified: Math.max(created, Math.min(reading.lastTime ?? modified, modified)),
    state: stateOf(reading, line),
    entries: line,
    branches,
    turns: readings.reduce((sum, { turns }) => sum + turns, 0),
    ...optional('usage', usage),
    costUsd: null,
    ...optional('lineage', lineageOf(metas, head.thread)),
    problems: [
      ...problems,
      ...(others.length > MOST_ENDS
        ? [`It was taken back very often: only the last ${MOST_ENDS} ends were read.`]
        : []),
      ...(budgetProblem === undefined ? [] : [budgetProblem]),
    ],
  });
}

function optional<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}

/** The file of a subagent may go on with a copy of the first line of the session that made it. */
function isOf(meta: LooseObject, thread: string): boolean {
  return textField(meta, 'id') === thread;
}

async function branchesOf(
  lines: RolloutLines,
  head: RolloutFile,
  others: readonly RolloutFile[],
  line: readonly TranscriptEntry[],
): Promise<readonly TranscriptBranch[]> {
  const seen = new Set(line.map(({ id }) => id));
  const branches: TranscriptBranch[] = [];
  const add = (nodes: readonly RolloutNode[]): void => {
    const entries = entriesOf(nodes);
    const id = entries.at(-1)?.id;
    if (id === undefined || seen.has(id)) return;
    for (const entry of entries) seen.add(entry.id);
    branches.push({ id, entries });
  };
  for (const file of [head, ...others]) {
    if (file !== head) add(await lines.lineTo(file));
    const reading = await lines.reading(file);
    for (const nodes of reading.takenBack) add([...(await lines.before(reading)), ...nodes]);
  }
  return branches;
}

function entriesOf(nodes: readonly RolloutNode[]): readonly TranscriptEntry[] {
  return nodes.flatMap(({ held }) => held);
}

/** What a person was asked and has not answered. */
function questionOf({ end, question }: RolloutReading): readonly TranscriptEntry[] {
  if (end !== 'open' || !question) return [];
  const { id, time, summary } = question;
  return [{ id: `${id}?`, ...optional('time', time), kind: 'notice', what: 'question', text: summary }];
}

function stateOf(reading: RolloutReading, line: readonly TranscriptEntry[]): TranscriptState {
  switch (reading.end) {
    case 'done':
    case 'stopped':
    case 'failed':
      return reading.end;
    case 'open':
      return reading.question ? 'waiting' : 'interrupted';
    default: {
      // Nothing was asked since it was taken back or forked; the first versions noted no turns.
      const isGoingOn = objectField(reading.meta, 'history_base') !== undefined;
      return isGoingOn || line.at(-1)?.kind === 'answer' ? 'done' : 'interrupted';
    }
  }
}

function lineageOf(metas: readonly LooseObject[], thread: string): TranscriptLineage | undefined {
  for (const meta of metas) {
    const spawned = objectField(objectField(objectField(meta, 'source'), 'subagent'), 'thread_spawn');
    const parent = textField(meta, 'parent_thread_id') ?? textField(spawned, 'parent_thread_id');
    if (parent !== undefined && parent !== thread) {
      const agent = ['agent_role', 'agent_path', 'agent_nickname'].flatMap(
        (name) => textField(meta, name) ?? [],
      )[0];
      return { how: 'subagent', from: parent, ...optional('agent', agent) };
    }
    const forked = textField(meta, 'forked_from_id');
    if (forked !== undefined && forked !== thread) return { how: 'fork', from: forked };
  }
  return undefined;
}
