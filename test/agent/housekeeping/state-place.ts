import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StateSurroundings } from '../../../src/agent/housekeeping/state-references.ts';
import type { JournalEventBody } from '../../../src/agent/session/journal-event.ts';
import { storeObject } from '../../../src/agent/session/object-store.ts';
import { createSession } from '../../../src/agent/session/session.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import { mask, place, prompt, runStart, temporaryDirectory } from '../session/fixtures.ts';

export const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;

/** One project's local state in a directory of its own, whose files are as old as a test says. */
export interface StatePlace {
  readonly around: StateSurroundings;
  readonly directory: string;
  object(text: string, days?: number): Promise<string>;
  session(days: number, ...events: readonly JournalEventBody[]): Promise<string>;
  write(path: string, text: string, days?: number): Promise<void>;
  age(path: string, days: number): Promise<void>;
  /** Names below a directory of the state, sorted. */
  names(path: string): Promise<readonly string[]>;
}

export async function makeStatePlace(): Promise<StatePlace> {
  const directory = await temporaryDirectory();
  const around: StateSurroundings = {
    files: nodeFiles,
    clock: { now: () => NOW },
    owner: await currentOwner(),
    stateDirectory: directory,
  };
  const age = async (path: string, days: number) => {
    const at = new Date(NOW - days * DAY_MS);
    await utimes(join(directory, path), at, at);
  };
  const made: StatePlace = {
    around,
    directory,
    age,
    object: async (text, days = 10) => {
      const path = await storeObject(nodeFiles, join(directory, 'objects'), Buffer.from(text));
      const name = path.split('/').at(-1) ?? '';
      await age(`objects/${name}`, days);
      return name;
    },
    session: async (days, ...events) => {
      const sessions = join(directory, 'sessions');
      const session = await createSession({ ...around, directory: sessions, mask }, place);
      if (!session.ok) throw new Error(session.error.message);
      for (const event of [runStart, prompt('Task'), ...events]) await session.value.append(event);
      await session.value.close();
      await age(`sessions/${session.value.id}.jsonl`, days);
      return session.value.id;
    },
    write: async (path, text, days = 10) => {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
      await age(path, days);
    },
    names: async (path) => (await readdir(join(directory, path)).catch(() => [])).toSorted(),
  };
  return made;
}
