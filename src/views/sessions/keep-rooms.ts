import { allReaders } from '../../agent/history/all-readers.ts';
import { answerKeepQuestions } from '../../agent/history/archive/answer-question.ts';
import { archiveDirectory, findKept } from '../../agent/history/archive/archive.ts';
import { keepAll } from '../../agent/history/archive/keep-all.ts';
import { keepQuestions } from '../../agent/history/archive/keep-question.ts';
import { pinSession, unpinSession } from '../../agent/history/archive/pins.ts';
import { restoreSession } from '../../agent/history/archive/restore-session.ts';
import type { MachinePlaces } from '../../agent/history/history-reader.ts';
import { keepWhenDue } from '../../agent/housekeeping/keep-when-due.ts';
import type { Clock } from '../../base/clock.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, success } from '../../base/result.ts';
import { readSettings, type Settings, varveHome } from '../../memory/project/settings.ts';
import type { SessionKeeping } from './keep-commands.ts';
import type { SessionAddress } from './session-history.ts';

export interface KeepSurroundings {
  readonly machine: MachinePlaces;
  readonly clock: Clock;
}

const MEGABYTE = 1024 * 1024;

/** What keeping sessions needs of the rooms below. */
export function keepRooms({ machine, clock }: KeepSurroundings): SessionKeeping {
  const { files, environment, homeDirectory } = machine;
  const home = varveHome(environment, homeDirectory);
  const readers = async () => allReaders({ varveHome: home, owner: await currentOwner() });
  const around = async () => ({
    files,
    clock,
    owner: await currentOwner(),
    directory: archiveDirectory(home),
  });
  const fileOf = async ({ tool, id, path }: SessionAddress) => {
    const status = await files.status(path).catch(() => undefined);
    const reader = (await readers()).find((each) => each.tool === tool);
    return { reader, file: { tool, id, path, size: status?.size ?? 0, modified: status?.modified ?? 0 } };
  };
  const keep = async (settings: Settings, signal?: AbortSignal) => {
    const { tools, quotaMb, retentionDays } = settings.archive;
    return keepAll({
      around: await around(),
      machine,
      readers: (await readers()).filter(({ tool }) => tools[tool]?.keep === true),
      limits: { quotaBytes: quotaMb * MEGABYTE, retentionDays },
      ...(signal && { signal }),
    });
  };
  return {
    questions: async () => {
      const settings = await readSettings(files, home);
      const tools = settings.ok ? settings.value.settings.archive.tools : {};
      return keepQuestions(await around(), machine, await readers(), { tools });
    },
    answer: async (questions, yes) => {
      const surroundings = { files, clock, home, owner: await currentOwner() };
      for (const keep of [true, false]) {
        const answered = questions.filter(({ tool }) => yes.has(tool) === keep);
        const stored = await answerKeepQuestions(surroundings, answered, keep);
        if (!stored.ok) return stored;
      }
      return success(undefined);
    },
    keepAll: async (signal) => {
      const settings = await readSettings(files, home);
      if (settings.ok) return keep(settings.value.settings, signal);
      return { kept: 0, unchanged: 0, usedBytes: 0, problems: [settings.error.message] };
    },
    keepWhenDue: async () => {
      const settings = await readSettings(files, home);
      if (settings.ok)
        await keepWhenDue({
          around: await around(),
          machine,
          readers: await readers(),
          settings: settings.value.settings.archive,
        });
    },
    pin: async (session) => {
      const { reader, file } = await fileOf(session);
      if (!reader) return failure({ message: `There is no reader for ${session.tool}.` });
      const pinned = await pinSession(await around(), machine, reader, file);
      return pinned.ok ? success(undefined) : pinned;
    },
    unpin: async (session) => {
      const unpinned = await unpinSession(await around(), session);
      return unpinned.ok ? success(undefined) : unpinned;
    },
    restore: async (session, to) => {
      const kept = await findKept(await around(), session);
      if (!kept.ok) return kept;
      if (!kept.value)
        return failure({ message: 'Varve keeps no copy of this session. Pin it first, while it is there.' });
      const places = await Promise.all((await readers()).map((reader) => reader.places(machine)));
      const forbidden = [...places.flat(), home];
      const restored = await restoreSession(await around(), kept.value.manifest, { to, forbidden });
      return restored.ok ? success(restored.value.path) : restored;
    },
  };
}
