import { basename, dirname, join } from 'node:path';
import { isAlive } from '../../../base/process-identity.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { CUT_OFF, readJsonElements } from '../json-elements.ts';
import { readJsonFile } from '../json-file.ts';
import {
  fieldOf,
  type LooseObject,
  looseObject,
  numberField,
  objectField,
  parseLoose,
  textField,
  timeOf,
} from '../loose-json.ts';
import { directoriesIn, entriesOf, withStatus } from '../tool-directory.ts';
import type { Transcript, TranscriptState } from '../transcript.ts';
import { sessionDirectories } from './cline-places.ts';
import { SessionReading } from './session-reading.ts';

const MESSAGES = '.messages.json';

/** `ID/ID.messages.json`, and beside it those of subagents. */
export async function findSessions(
  machine: MachinePlaces,
  problems: string[],
): Promise<readonly SessionFile[]> {
  const { files } = machine;
  const candidates: { tool: 'cline'; id: string; path: string; parent?: string }[] = [];
  for (const place of sessionDirectories(machine))
    for (const directory of await directoriesIn(files, place, problems))
      for (const { name, kind } of await entriesOf(files, directory, problems)) {
        if (kind !== 'file' || !name.endsWith(MESSAGES)) continue;
        const parent = basename(directory);
        const own = name.slice(0, -MESSAGES.length);
        const id = own.startsWith(parent) ? own : `${parent}__${own}`;
        candidates.push({ tool: 'cline', id, path: join(directory, name), ...(id !== parent && { parent }) });
      }
  return withStatus(files, candidates);
}

export function isSessionPath(path: string): boolean {
  return path.endsWith(MESSAGES);
}

/** The session's own files; a subagent's is another session's. */
export async function partsOfSession(
  { files }: MachinePlaces,
  { path }: SessionFile,
): Promise<readonly string[]> {
  const stem = path.slice(0, -MESSAGES.length);
  const parts = [path];
  for (const name of [`${stem}.json`, `${stem}.compaction.json`])
    if ((await files.linkStatus(name).catch(() => undefined))?.kind === 'file') parts.push(name);
  return parts;
}

export async function readSession(
  machine: MachinePlaces,
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const { files, homeDirectory: home } = machine;
  const stem = session.path.slice(0, -MESSAGES.length);
  const directory = dirname(session.path);
  // A subagent has no such file of its own: where it worked, its session says.
  const manifest =
    (await readJsonFile(files, `${stem}.json`)) ??
    (await readJsonFile(files, join(directory, `${basename(directory)}.json`)));
  const isOwn = textField(manifest, 'session_id') === session.id;
  const reading = new SessionReading({ cwd: textField(manifest, 'cwd') ?? '', home });
  const head = await readMessages(machine, session.path, reading);
  if (head === undefined)
    return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
  if (isOwn) await readSummary(machine, `${stem}.compaction.json`, reading);
  return success(await transcriptOf(session, manifest, isOwn, head, reading));
}

/** What stands beside the messages, and problems; undefined where the file cannot be read. */
async function readMessages(
  { files }: MachinePlaces,
  path: string,
  reading: SessionReading,
): Promise<
  { readonly head: ReadonlyMap<string, unknown>; readonly problems: readonly string[] } | undefined
> {
  const head = new Map<string, unknown>();
  let [unreadable, isCut] = [0, false];
  try {
    for await (const { key, text, isItem } of readJsonElements(files, path, () => {
      isCut = true;
    })) {
      const value = parseLoose(text);
      if (key === 'messages' && isItem) {
        if (value) reading.add(value);
        else unreadable += 1;
      } else if (key !== undefined && !isItem && key !== 'system_prompt')
        head.set(key, value ?? scalar(text));
    }
  } catch {
    if (head.size === 0) return undefined;
    isCut = true;
  }
  const lost = unreadable > 0 ? [`${unreadable} of its messages could not be read.`] : [];
  return { head, problems: [...lost, ...(isCut ? [CUT_OFF] : [])] };
}

function scalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readSummary({ files }: MachinePlaces, path: string, reading: SessionReading): Promise<void> {
  const state = await readJsonFile(files, path);
  const messages = fieldOf(state, 'messages');
  if (!Array.isArray(messages)) return;
  for (const message of messages) {
    const metadata = objectField(looseObject(message), 'metadata');
    if (textField(metadata, 'kind') !== 'compaction_summary') continue;
    const behind = textField(state, 'source_last_message_key')?.replace(/^id:/, '');
    const time = timeOf(fieldOf(metadata, 'generatedAt')) ?? timeOf(fieldOf(state, 'updated_at'));
    reading.addSummary(textField(metadata, 'summary') ?? '', time, behind);
  }
}

async function transcriptOf(
  { id, modified, parent }: SessionFile,
  manifest: LooseObject | undefined,
  isOwn: boolean,
  { head, problems }: { readonly head: ReadonlyMap<string, unknown>; readonly problems: readonly string[] },
  reading: SessionReading,
): Promise<Transcript> {
  const origin = looseObject(head.get('origin'));
  const version = textField(origin, 'version');
  const agent = textField(origin, 'subagent');
  const model = reading.model ?? textField(manifest, 'model');
  const own = isOwn ? manifest : undefined;
  const created = timeOf(fieldOf(own, 'started_at')) ?? reading.firstTime ?? modified;
  const { problem } = reading;
  return {
    tool: 'cline',
    id,
    ...(version !== undefined && { toolVersion: version }),
    title: titleOf(own),
    cwd: textField(manifest, 'cwd') ?? '',
    ...(model !== undefined && { model }),
    created,
    modified: Math.max(created, Math.min(reading.lastTime ?? modified, modified)),
    state: await stateOf(own, reading),
    entries: reading.entries,
    branches: [],
    turns: reading.turns,
    ...usageOf(own, reading),
    ...(parent !== undefined && {
      lineage: { how: 'subagent', from: parent, ...(agent !== undefined && { agent }) },
    }),
    problems: [...problems, ...(problem === undefined ? [] : [problem])],
  };
}

/** Cline's own first title is the prompt. */
function titleOf(manifest: LooseObject | undefined): string {
  const title = textField(objectField(manifest, 'metadata'), 'title')?.trim() ?? '';
  const prompt = textField(manifest, 'prompt')?.trim() ?? '';
  return prompt.startsWith(title.replace(/(?:…|\.{3})$/, '')) ? '' : title;
}

async function stateOf(manifest: LooseObject | undefined, reading: SessionReading): Promise<TranscriptState> {
  switch (textField(manifest, 'status')) {
    case 'completed':
    case 'idle':
      return 'done';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'stopped';
    case 'running':
    case 'pending': {
      const pid = numberField(manifest, 'pid') ?? 0;
      return Number.isInteger(pid) && pid > 0 && (await isAlive(pid)) ? 'running' : 'interrupted';
    }
    default: {
      const last = reading.entries.at(-1);
      return last?.kind === 'answer' || last === undefined ? 'done' : 'interrupted';
    }
  }
}

/** The session counts summaries too, its messages do not. */
function usageOf(
  manifest: LooseObject | undefined,
  { counted, turns }: SessionReading,
): Pick<Transcript, 'usage' | 'costUsd'> {
  const usage = objectField(objectField(manifest, 'metadata'), 'usage');
  const input = numberField(usage, 'inputTokens') ?? counted.input;
  const output = numberField(usage, 'outputTokens') ?? counted.output;
  const cost = numberField(usage, 'totalCost') ?? (turns > 0 ? counted.cost : undefined);
  return {
    ...((usage !== undefined || turns > 0) && { usage: { inputTokens: input, outputTokens: output } }),
    costUsd: cost ?? null,
  };
}
