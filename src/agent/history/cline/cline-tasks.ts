import { basename, dirname, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { CUT_OFF, readJsonElements } from '../json-elements.ts';
import { readJsonFile } from '../json-file.ts';
import { type LooseObject, numberField, objectsField, parseLoose, textField } from '../loose-json.ts';
import { directoriesIn, entriesOf, withStatus } from '../tool-directory.ts';
import type { Transcript } from '../transcript.ts';
import { taskDirectories } from './cline-places.ts';
import { TaskReading } from './task-reading.ts';

const MESSAGES = 'ui_messages.json';

/** `tasks/ID/ui_messages.json`, as the extension keeps them. */
export async function findTasks(machine: MachinePlaces, problems: string[]): Promise<readonly SessionFile[]> {
  const { files } = machine;
  const candidates: { tool: 'cline'; id: string; path: string }[] = [];
  for (const place of taskDirectories(machine))
    for (const directory of await directoriesIn(files, place, problems))
      candidates.push({ tool: 'cline', id: basename(directory), path: join(directory, MESSAGES) });
  return withStatus(files, candidates);
}

/** All files of a task: what the model was sent, what the extension showed, what it noted of files. */
export async function partsOfTask(
  { files }: MachinePlaces,
  { path }: SessionFile,
): Promise<readonly string[]> {
  const directory = dirname(path);
  const others = (await entriesOf(files, directory, []))
    .filter(({ name, kind }) => kind === 'file' && name !== MESSAGES)
    .map(({ name }) => join(directory, name));
  return [path, ...others];
}

export async function readTask(
  machine: MachinePlaces,
  session: SessionFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  const { files, homeDirectory: home } = machine;
  const directory = dirname(session.path);
  const item = await historyItem(files, join(directory, '../../state/taskHistory.json'), session.id);
  const cwd =
    textField(item, 'cwdOnTaskInitialization') ??
    textField(item, 'shadowGitConfigWorkTree') ??
    (await saidDirectory(files, join(directory, 'api_conversation_history.json'))) ??
    '';
  const reading = new TaskReading({ cwd, home });
  let [unreadable, isCut] = [0, false];
  try {
    for await (const { text } of readJsonElements(files, session.path, () => {
      isCut = true;
    })) {
      const message = parseLoose(text);
      if (message) reading.add(message);
      else unreadable += 1;
    }
  } catch {
    return failure({ message: `${session.path} could not be read. Check whose it is, then try again.` });
  }
  const metadata = await readJsonFile(files, join(directory, 'task_metadata.json'));
  const problems = [
    ...(unreadable > 0 ? [`${unreadable} of its messages could not be read.`] : []),
    ...(isCut ? [CUT_OFF] : []),
  ];
  return success(transcriptOf(session, cwd, item, metadata, reading, problems));
}

/** What the list of all tasks says of this one. */
async function historyItem(files: Files, path: string, id: string): Promise<LooseObject | undefined> {
  try {
    if ((await files.linkStatus(path))?.kind !== 'file') return undefined;
    for await (const { text } of readJsonElements(files, path)) {
      const item = text.includes(id) ? parseLoose(text) : undefined;
      if (textField(item, 'id') === id) return item;
    }
  } catch {
    // It says nothing that the task cannot be read without.
  }
  return undefined;
}

/** The directory that the model was told it works in; older lists of tasks do not name it. */
async function saidDirectory(files: Files, path: string): Promise<string | undefined> {
  try {
    if ((await files.linkStatus(path))?.kind !== 'file') return undefined;
    let left = 3;
    for await (const { text } of readJsonElements(files, path)) {
      for (const block of objectsField(parseLoose(text), 'content')) {
        const said = textField(block, 'text') ?? '';
        const found = /^# Current Working Directory \((.+)\) Files$/m.exec(said)?.[1];
        if (found !== undefined) return found;
      }
      left -= 1;
      if (left === 0) break;
    }
  } catch {
    // Then it is not known.
  }
  return undefined;
}

function transcriptOf(
  { id, modified }: SessionFile,
  cwd: string,
  item: LooseObject | undefined,
  metadata: LooseObject | undefined,
  reading: TaskReading,
  problems: readonly string[],
): Transcript {
  const version = textField(objectsField(metadata, 'environment_history').at(-1), 'cline_version');
  const used = textField(objectsField(metadata, 'model_usage').at(-1), 'model_id');
  const model = reading.model ?? used;
  const { counted, problem, turns } = reading;
  // Tasks are named for the time at which they began.
  const began = /^\d{13}$/.test(id) ? Number(id) : undefined;
  const created = began ?? reading.firstTime ?? modified;
  return {
    tool: 'cline',
    id,
    ...(version !== undefined && { toolVersion: version }),
    // What the list of tasks calls a task is its prompt.
    title: '',
    cwd,
    ...(model !== undefined && { model }),
    created,
    modified: Math.max(created, Math.min(reading.lastTime ?? modified, modified)),
    state: reading.state,
    entries: reading.entries,
    branches: [],
    turns,
    ...(turns > 0 && { usage: { inputTokens: counted.input, outputTokens: counted.output } }),
    costUsd: turns > 0 ? counted.cost : (numberField(item, 'totalCost') ?? null),
    problems: [...problems, ...(problem === undefined ? [] : [problem])],
  };
}
