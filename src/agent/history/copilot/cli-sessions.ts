import { basename, dirname, join } from 'node:path';
import { isAlive } from '../../../base/process-identity.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { parseLoose, summaryText } from '../loose-json.ts';
import { readSessionLines } from '../session-lines.ts';
import { entriesOf, withStatus } from '../tool-directory.ts';
import type { Transcript, TranscriptState } from '../transcript.ts';
import { CliReading } from './cli-reading.ts';
import { commandLinePlace } from './copilot-places.ts';

const EVENTS = 'events.jsonl';

/** `session-state/ID/events.jsonl`; versions before 0.0.400 kept `session-state/ID.jsonl`. */
export async function findCliSessions(
  machine: MachinePlaces,
  problems: string[],
): Promise<readonly SessionFile[]> {
  const place = commandLinePlace(machine);
  const candidates: { tool: 'copilot'; id: string; path: string }[] = [];
  for (const { name, kind } of await entriesOf(machine.files, place, problems)) {
    if (kind === 'directory') candidates.push({ tool: 'copilot', id: name, path: join(place, name, EVENTS) });
    else if (kind === 'file' && name.endsWith('.jsonl'))
      candidates.push({ tool: 'copilot', id: basename(name, '.jsonl'), path: join(place, name) });
  }
  return withStatus(machine.files, candidates);
}

/** Events, what is noted beside them, the plan and its checkpoints; copies of changed files are not of the conversation. */
export async function partsOfCliSession(
  { files }: MachinePlaces,
  { path }: SessionFile,
): Promise<readonly string[]> {
  if (basename(path) !== EVENTS) return [path];
  const directory = dirname(path);
  const parts = [path];
  for (const place of [directory, join(directory, 'checkpoints')]) {
    const status = await files.linkStatus(place).catch(() => undefined);
    if (status?.kind !== 'directory') continue;
    for (const { name, kind } of await entriesOf(files, place, []))
      if (kind === 'file' && /\.(?:yaml|md|json)$/.test(name)) parts.push(join(place, name));
  }
  return parts;
}

export async function readCliSession(
  { files, homeDirectory }: MachinePlaces,
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const reading = new CliReading(homeDirectory);
  const problems: string[] = [];
  let unreadable = 0;
  try {
    for await (const { text, whole } of readSessionLines(files, session.path)) {
      const event = parseLoose(text);
      if (event) reading.add(event);
      else if (whole) unreadable += 1;
      else problems.push('The last line is not whole: it is being written, or writing it was cut off.');
    }
  } catch {
    if (reading.isEmpty)
      return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
    problems.push('The rest of the file could not be read. Check the disk, then read it again.');
  }
  if (reading.isEmpty) return failure({ message: `${session.path} holds nothing of a session of Copilot.` });
  if (unreadable > 0) problems.unshift(`${unreadable} of its lines are no JSON and could not be read.`);
  const noted =
    basename(session.path) === EVENTS ? await notedTitle(files, dirname(session.path), reading.entries) : '';
  const state = await stateOf(files, session.path, reading.state);
  return success(transcriptOf(session, noted, state, reading, problems));
}

/** The name that a person gave or that Copilot made; a name that is the first prompt again is none. */
async function notedTitle(
  files: MachinePlaces['files'],
  directory: string,
  entries: Transcript['entries'],
): Promise<string> {
  const path = join(directory, 'workspace.yaml');
  const status = await files.linkStatus(path).catch(() => undefined);
  if (status?.kind !== 'file') return '';
  const bytes = await files.readPart(path, 0, 64 * 1024).catch(() => new Uint8Array());
  const text = Buffer.from(bytes).toString('utf8');
  const title = lineOf(text, 'name') ?? lineOf(text, 'summary') ?? '';
  const first = entries.find(({ kind }) => kind === 'prompt');
  const isPrompt =
    first?.kind === 'prompt' && summaryText(first.text).startsWith(title.replace(/(?:…|\.\.\.)$/, ''));
  return lineOf(text, 'user_named') !== 'true' && isPrompt ? '' : title;
}

function lineOf(yaml: string, key: string): string | undefined {
  const value = new RegExp(`^${key}: (.*)$`, 'm').exec(yaml)?.[1]?.trim();
  if (value === undefined || value === '' || /^[|>]/.test(value)) return undefined;
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return quoted?.[1] === "'"
    ? quoted[2]?.replaceAll("''", "'")
    : (quoted?.[2]?.replaceAll('\\"', '"') ?? value);
}

/** A program that has a session open says so by a file with its number. */
async function stateOf(
  files: MachinePlaces['files'],
  path: string,
  state: TranscriptState,
): Promise<TranscriptState> {
  for (const { name } of await entriesOf(files, dirname(path), [])) {
    const pid = Number(/^inuse\.(\d{1,10})\.lock$/.exec(name)?.[1] ?? 0);
    if (pid > 0 && (await isAlive(pid))) return state === 'waiting' ? 'waiting' : 'running';
  }
  return state;
}

function transcriptOf(
  { id, modified }: SessionFile,
  title: string,
  state: TranscriptState,
  reading: CliReading,
  problems: readonly string[],
): Transcript {
  const { cwd, branch, model, version, firstTime, lastTime, turns, usage, problem } = reading;
  const created = firstTime ?? modified;
  return {
    tool: 'copilot',
    id,
    ...(version !== undefined && { toolVersion: version }),
    title: title || reading.title,
    cwd,
    ...(branch !== undefined && { branch }),
    ...(model !== undefined && { model }),
    created,
    modified: Math.max(created, Math.min(lastTime ?? modified, modified)),
    state,
    entries: reading.entries,
    branches: [],
    turns,
    ...(usage && { usage: { inputTokens: usage.input, outputTokens: usage.output } }),
    // Copilot counts requests and credits of its own.
    costUsd: null,
    problems: [...problems, ...(problem === undefined ? [] : [problem])],
  };
}
