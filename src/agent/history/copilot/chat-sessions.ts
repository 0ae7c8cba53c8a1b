import { basename, dirname, extname, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { EntryBudget } from '../entry-budget.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { CUT_OFF, readJsonElements } from '../json-elements.ts';
import { readJsonFile } from '../json-file.ts';
import {
  fieldOf,
  type LooseObject,
  looseObject,
  objectsField,
  parseLoose,
  textField,
  timeOf,
} from '../loose-json.ts';
import { readSessionLines } from '../session-lines.ts';
import { directoriesIn, entriesOf, withStatus } from '../tool-directory.ts';
import type { Transcript, TranscriptEntry } from '../transcript.ts';
import { pathOfUri } from './chat-call.ts';
import { ChatLog } from './chat-log.ts';
import { type ChatRequest, chatRequest } from './chat-request.ts';
import { emptyWindowPlaces, workspaceStorages } from './copilot-places.ts';

/** Chats have the same kind of id as sessions of the command line, and are opened in another way. */
const CHAT = 'vscode-';

/** `workspaceStorage/HASH/chatSessions/ID.json`, `.jsonl` since 1.109, and those of windows without a folder. */
export async function findChats(machine: MachinePlaces, problems: string[]): Promise<readonly SessionFile[]> {
  const { files } = machine;
  const directories = [...emptyWindowPlaces(machine)];
  for (const storage of workspaceStorages(machine))
    for (const workspace of await directoriesIn(files, storage, problems)) {
      const directory = join(workspace, 'chatSessions');
      const status = await files.linkStatus(directory).catch(() => undefined);
      if (status?.kind === 'directory') directories.push(directory);
    }
  const found = new Map<string, { tool: 'copilot'; id: string; path: string }>();
  for (const directory of directories)
    for (const { name, kind } of await entriesOf(files, directory, problems)) {
      const type = extname(name);
      if (kind !== 'file' || (type !== '.json' && type !== '.jsonl')) continue;
      const stem = join(directory, basename(name, type));
      // A document that was taken over into a log stays where it was for a while.
      if (type === '.json' && found.has(stem)) continue;
      found.set(stem, { tool: 'copilot', id: `${CHAT}${basename(stem)}`, path: join(directory, name) });
    }
  return withStatus(files, [...found.values()]);
}

export function isChat({ id }: SessionFile): boolean {
  return id.startsWith(CHAT);
}

export async function partsOfChat(
  { files }: MachinePlaces,
  { path }: SessionFile,
): Promise<readonly string[]> {
  const workspace = workspaceFile(path);
  const status = workspace && (await files.linkStatus(workspace).catch(() => undefined));
  return workspace !== undefined && status && status.kind === 'file' ? [path, workspace] : [path];
}

/** What says which folder a workspace storage is of; a window without a folder has none. */
function workspaceFile(path: string): string | undefined {
  const directory = dirname(path);
  return basename(directory) === 'chatSessions' ? join(dirname(directory), 'workspace.json') : undefined;
}

export async function readChat(
  { files, homeDirectory: home }: MachinePlaces,
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const cwd = await folderOf(files, session.path);
  const read = session.path.endsWith('.jsonl') ? readLog : readDocument;
  const chat = await read(files, session.path).catch(() => undefined);
  if (chat === undefined)
    return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
  if (chat.requests.length === 0 && Object.keys(chat.head).length === 0)
    return failure({ message: `${session.path} holds nothing of a chat.` });
  const budget = new EntryBudget();
  const requests = chat.requests.map((request, index) => {
    const made = chatRequest(request, index + 1, { cwd, home });
    return { ...made, entries: budget.hold(made.entries) };
  });
  const { problem } = budget;
  const problems = [...chat.problems, ...(problem === undefined ? [] : [problem])];
  return success(transcriptOf(session, cwd, chat.head, requests, problems));
}

interface ReadChat {
  readonly head: LooseObject;
  readonly requests: readonly LooseObject[];
  readonly problems: readonly string[];
}

async function readDocument(files: Files, path: string): Promise<ReadChat> {
  const log = new ChatLog();
  const head: Record<string, unknown> = Object.create(null);
  const requests: LooseObject[] = [];
  const problems: string[] = [];
  let unreadable = 0;
  for await (const { key, text, isItem } of readJsonElements(files, path, () => problems.push(CUT_OFF))) {
    if (key === 'requests' && isItem) {
      const request = looseObject(log.kept(parseLoose(text)));
      if (request) requests.push(request);
      else unreadable += 1;
    } else if (key !== undefined && !isItem && text.length < 10_000) head[key] = log.kept(parseValue(text));
  }
  if (unreadable > 0) problems.unshift(`${unreadable} of its requests could not be read.`);
  return { head, requests, problems };
}

async function readLog(files: Files, path: string): Promise<ReadChat> {
  const log = new ChatLog();
  const problems: string[] = [];
  let unreadable = 0;
  for await (const { text, whole } of readSessionLines(files, path)) {
    const entry = parseLoose(text);
    if (entry) log.apply(entry);
    else if (whole) unreadable += 1;
    else problems.push('The last line is not whole: it is being written, or writing it was cut off.');
  }
  if (unreadable > 0) problems.unshift(`${unreadable} of its lines are no JSON and could not be read.`);
  if (log.skipped > 0)
    problems.push(`${log.skipped} of its changes are of something that is not there and were left out.`);
  const state = looseObject(log.state) ?? {};
  const { requests: _, ...head } = state;
  return { head, requests: objectsField(state, 'requests'), problems };
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function folderOf(files: Files, path: string): Promise<string> {
  const name = workspaceFile(path);
  const workspace = name === undefined ? undefined : await readJsonFile(files, name);
  const file = pathOfUri(fieldOf(workspace, 'workspace') ?? fieldOf(workspace, 'configuration'));
  return pathOfUri(fieldOf(workspace, 'folder')) ?? (file === undefined ? '' : dirname(file));
}

function transcriptOf(
  { id, modified }: SessionFile,
  cwd: string,
  head: LooseObject,
  requests: readonly (ChatRequest & { readonly entries: readonly TranscriptEntry[] })[],
  problems: readonly string[],
): Transcript {
  const cut = requests.findIndex(({ isUndone }) => isUndone);
  const line = cut === -1 ? requests : requests.slice(0, cut);
  const whole = requests.flatMap(({ entries }) => entries);
  const entries = line.flatMap((request) => request.entries);
  const branch = requests[cut];
  const model = line.findLast((request) => request.model !== undefined)?.model;
  const last = timeOf(fieldOf(head, 'lastMessageDate')) ?? requests.at(-1)?.time;
  const created = timeOf(fieldOf(head, 'creationDate')) ?? requests[0]?.time ?? modified;
  const usage = requests.flatMap((request) => request.usage ?? []);
  return {
    tool: 'copilot',
    id,
    title: textField(head, 'customTitle') ?? '',
    cwd,
    ...(model !== undefined && { model }),
    created,
    modified: Math.max(created, Math.min(last ?? modified, modified)),
    state: line.at(-1)?.state ?? 'done',
    entries: unique(entries),
    branches: branch && whole.length > entries.length ? [{ id: branch.id, entries: unique(whole) }] : [],
    turns: requests.filter(({ isAnswered }) => isAnswered).length,
    ...(usage.length > 0 && {
      usage: {
        inputTokens: usage.reduce((sum, { input }) => sum + input, 0),
        outputTokens: usage.reduce((sum, { output }) => sum + output, 0),
      },
    }),
    // Copilot counts requests of its own.
    costUsd: null,
    problems,
  };
}

/** Requests may have one id; their entries may not. */
function unique(entries: readonly TranscriptEntry[]): readonly TranscriptEntry[] {
  const names = new Set<string>();
  return entries.map((entry) => {
    let id = entry.id;
    for (let more = 2; names.has(id); more += 1) id = `${entry.id}~${more}`;
    names.add(id);
    return id === entry.id ? entry : { ...entry, id };
  });
}
