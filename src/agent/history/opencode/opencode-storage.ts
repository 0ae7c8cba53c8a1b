import { basename, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { readJsonFile } from '../json-file.ts';
import { fieldOf, type LooseObject, objectField, textField, timeOf } from '../loose-json.ts';
import { directoriesIn, entriesOf, withStatus } from '../tool-directory.ts';
import type { StoredSession } from './opencode-database.ts';
import { storageDirectory } from './opencode-places.ts';
import { OpencodeReading } from './opencode-reading.ts';

/** Sessions that versions before the database kept as files: `session/PROJECT/ID.json`. */
export async function storedSessions(
  machine: MachinePlaces,
  problems: string[],
): Promise<readonly SessionFile[]> {
  const { files } = machine;
  const root = join(storageDirectory(machine), 'session');
  const paths: string[] = [];
  for (const project of await directoriesIn(files, root, problems))
    for (const path of await jsonFilesIn(files, project, problems)) paths.push(path);
  return withStatus(
    files,
    paths.map((path) => ({ tool: 'opencode' as const, id: basename(path, '.json'), path })),
  );
}

/** All files of one session: its own, `message/SESSION/*.json` and `part/MESSAGE/*.json`. */
export async function filesOfSession(
  machine: MachinePlaces,
  { id, path }: SessionFile,
): Promise<readonly string[]> {
  const { messages, parts } = await saidIn(machine, id, []);
  return [path, ...messages, ...parts.map(({ path: part }) => part)];
}

export async function readFromStorage(
  machine: MachinePlaces,
  file: SessionFile,
): Promise<
  Result<{ readonly session: StoredSession; readonly reading: OpencodeReading }, { readonly message: string }>
> {
  const { files, homeDirectory: home } = machine;
  const info = await readJsonFile(files, file.path);
  if (info === undefined)
    return failure({ message: `${file.path} could not be read as a session of OpenCode.` });
  const session = sessionOf(info);
  const reading = new OpencodeReading({ cwd: session.directory, home });
  const { messages, parts } = await saidIn(machine, file.id, []);
  for (const path of messages) reading.addMessage(basename(path, '.json'), await readJsonFile(files, path));
  for (const { message, path } of parts)
    reading.addPart(message, basename(path, '.json'), await readJsonFile(files, path));
  return success({ session, reading });
}

interface StoredPart {
  readonly message: string;
  readonly path: string;
}

async function saidIn(
  machine: MachinePlaces,
  id: string,
  problems: string[],
): Promise<{ readonly messages: readonly string[]; readonly parts: readonly StoredPart[] }> {
  const { files } = machine;
  const storage = storageDirectory(machine);
  const parts: StoredPart[] = [];
  const messages = await filesIn(files, storage, 'message', id, problems);
  for (const path of messages) {
    const message = basename(path, '.json');
    for (const part of await filesIn(files, storage, 'part', message, problems))
      parts.push({ message, path: part });
  }
  return { messages, parts };
}

/** Of `KIND/NAME/`, no link on the way there. */
async function filesIn(
  files: Files,
  storage: string,
  kind: string,
  name: string,
  problems: string[],
): Promise<readonly string[]> {
  const parent = join(storage, kind);
  const directory = join(parent, name);
  for (const way of [parent, directory]) {
    const status = await files.linkStatus(way).catch(() => undefined);
    if (status?.kind !== 'directory' || basename(directory) !== name) return [];
  }
  return jsonFilesIn(files, directory, problems);
}

async function jsonFilesIn(files: Files, directory: string, problems: string[]): Promise<readonly string[]> {
  return (await entriesOf(files, directory, problems))
    .filter(({ name, kind }) => kind === 'file' && /^\w[\w-]*\.json$/.test(name))
    .map(({ name }) => join(directory, name));
}

function sessionOf(info: LooseObject): StoredSession {
  return {
    title: textField(info, 'title') ?? '',
    directory: textField(info, 'directory') ?? '',
    version: textField(info, 'version'),
    parent: textField(info, 'parentID'),
    agent: undefined,
    created: timeOf(fieldOf(objectField(info, 'time'), 'created')),
    revertedTo: textField(objectField(info, 'revert'), 'messageID'),
  };
}
