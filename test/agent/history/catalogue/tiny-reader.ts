import { basename, join } from 'node:path';
import type {
  FoundSessions,
  HistoryReader,
  MachinePlaces,
  SessionFile,
} from '../../../../src/agent/history/history-reader.ts';
import {
  entryText,
  fieldOf,
  listField,
  looseObject,
  objectField,
  parseLoose,
  summaryText,
  textField,
  timeOf,
} from '../../../../src/agent/history/loose-json.ts';
import { readSessionLines } from '../../../../src/agent/history/session-lines.ts';
import type { CallEntry, Transcript, TranscriptEntry } from '../../../../src/agent/history/transcript.ts';
import { success } from '../../../../src/base/result.ts';

/** Reads JSONL of the shape that Claude Code writes, in one line of conversation: enough to fill a catalogue with. */
export function createTinyReader(directory: string): HistoryReader {
  return {
    tool: 'claude-code',
    name: 'Tiny',
    places: async () => [directory],
    find: (machine, limit) => find(machine, directory, limit),
    read: async (machine, session) => success(await read(machine, session)),
    parts: async (_, { path }) => [path],
    reopenings: () => [],
    retention: async () => undefined,
  };
}

async function find({ files }: MachinePlaces, directory: string, limit: number): Promise<FoundSessions> {
  const sessions: SessionFile[] = [];
  const problems: string[] = [];
  const projects = await files.readDirectory(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') problems.push(`${directory} cannot be read.`);
    return [];
  });
  for (const { name, kind } of projects) {
    if (kind !== 'directory') continue;
    for (const entry of await files.readDirectory(join(directory, name))) {
      const path = join(directory, name, entry.name);
      const status = entry.name.endsWith('.jsonl') ? await files.status(path) : undefined;
      if (status === undefined) continue;
      const { size, modified } = status;
      sessions.push({ tool: 'claude-code', id: basename(path, '.jsonl'), path, size, modified });
    }
  }
  sessions.sort((one, other) => other.modified - one.modified);
  return { sessions: sessions.slice(0, limit), problems };
}

async function read({ files }: MachinePlaces, file: SessionFile): Promise<Transcript> {
  const entries: TranscriptEntry[] = [];
  const facts = { title: '', cwd: '', branch: '', model: '', state: 'done' as Transcript['state'] };
  let turns = 0;
  const problems: string[] = [];
  for await (const { text } of readSessionLines(files, file.path)) {
    const line = parseLoose(text);
    if (line === undefined) {
      problems.push('A line cannot be read.');
      continue;
    }
    facts.cwd = textField(line, 'cwd') ?? facts.cwd;
    facts.branch = textField(line, 'gitBranch') ?? facts.branch;
    facts.title = textField(line, 'summary') ?? facts.title;
    if (textField(line, 'state') === 'interrupted') facts.state = 'interrupted';
    const message = objectField(line, 'message');
    const said = {
      id: textField(line, 'uuid') ?? `#${entries.length}`,
      time: timeOf(fieldOf(line, 'timestamp')) ?? 0,
    };
    const content = fieldOf(message, 'content');
    if (typeof content === 'string') entries.push({ ...said, kind: 'prompt', text: entryText(content) });
    if (textField(line, 'type') === 'assistant') turns += 1;
    for (const block of listField(message, 'content').map(looseObject)) {
      const type = textField(block, 'type');
      const words = textField(block, 'text') ?? '';
      if (type === 'text') entries.push({ ...said, kind: 'answer', text: entryText(words) });
      if (type === 'tool_use')
        entries.push(
          callOf(
            said.time,
            textField(block, 'id') ?? '',
            textField(block, 'name') ?? '',
            objectField(block, 'input'),
          ),
        );
    }
  }
  const { branch, ...known } = facts;
  return {
    tool: 'claude-code',
    id: file.id,
    ...known,
    ...(branch !== '' && { branch }),
    created: entries[0]?.time ?? file.modified,
    modified: file.modified,
    entries,
    branches: [],
    turns,
    costUsd: null,
    problems,
  };
}

function callOf(time: number, id: string, name: string, input: ReturnType<typeof looseObject>): CallEntry {
  const path = textField(input, 'file_path');
  const command = textField(input, 'command');
  const writes = name === 'Edit' || name === 'Write';
  return {
    kind: 'call',
    id,
    time,
    name,
    act: command !== undefined ? 'execute' : writes ? 'write' : 'read',
    summary: summaryText(command ?? path ?? name),
    ...(command !== undefined && { command: entryText(command) }),
    reads: path !== undefined && !writes ? [path] : [],
    writes: path !== undefined && writes ? [path] : [],
    result: { ok: true, text: '' },
  };
}
