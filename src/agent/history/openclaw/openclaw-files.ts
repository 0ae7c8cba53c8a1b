import { basename, join } from 'node:path';
import { failure, type Result, success } from '../../../base/result.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { readJsonFile } from '../json-file.ts';
import { fieldOf, type LooseObject, looseObject, parseLoose, textField, timeOf } from '../loose-json.ts';
import { PiReading } from '../pi/pi-reading.ts';
import { readSessionLines } from '../session-lines.ts';
import { entriesOf, withStatus } from '../tool-directory.ts';
import type { ReadSession, SessionNote } from './openclaw-database.ts';
import { asLineOfPi, openclawShapes } from './openclaw-event.ts';
import { agentOf, agents, sessionFilesOf } from './openclaw-places.ts';

/** Sessions as versions before the database kept them: `sessions/ID.jsonl`, lines of pi. */
export async function sessionFiles(
  machine: MachinePlaces,
  problems: string[],
): Promise<readonly SessionFile[]> {
  const candidates: { tool: 'openclaw'; id: string; path: string }[] = [];
  for (const agent of await agents(machine, problems)) {
    const directory = sessionFilesOf(agent);
    for (const { name, kind } of await entriesOf(machine.files, directory, problems))
      if (kind === 'file' && /^[\w-][\w.-]*\.jsonl$/.test(name))
        candidates.push({ tool: 'openclaw', id: basename(name, '.jsonl'), path: join(directory, name) });
  }
  return withStatus(machine.files, candidates);
}

export async function readFromFile(
  { files, homeDirectory }: MachinePlaces,
  { path, id }: SessionFile,
): Promise<Result<ReadSession, { readonly message: string }>> {
  const reading = new PiReading(homeDirectory, openclawShapes);
  try {
    for await (const line of readSessionLines(files, path)) {
      const event = parseLoose(line.text);
      if (event) reading.add(asLineOfPi(event));
      else reading.addLine(line);
    }
  } catch {
    if (reading.header === undefined)
      return failure({ message: `${path} could not be read. Check whose it is, then try again.` });
    reading.breakOff();
  }
  if (reading.header === undefined && reading.lastTime === undefined)
    return failure({ message: `${path} holds nothing of a session of OpenClaw.` });
  const list = await readJsonFile(files, join(sessionFilesOf(agentOf(path)), 'sessions.json'));
  return success({ note: noteOf(list, id, reading), reading, problems: [] });
}

/** `sessions.json` has an entry for each key; one of them is of this session. */
function noteOf(list: LooseObject | undefined, id: string, reading: PiReading): SessionNote {
  const found = Object.values(list ?? {}).find((entry) => textField(looseObject(entry), 'sessionId') === id);
  const entry = looseObject(found);
  const spawner = textField(entry, 'spawnedBy');
  const parent =
    spawner === undefined ? undefined : textField(looseObject(fieldOf(list, spawner)), 'sessionId');
  return {
    title: textField(entry, 'label') ?? textField(entry, 'displayName') ?? '',
    status: undefined,
    parent,
    agent: parent === undefined ? undefined : textField(entry, 'label'),
    forkOf: undefined,
    created: timeOf(fieldOf(reading.header, 'timestamp')),
    version: undefined,
  };
}
