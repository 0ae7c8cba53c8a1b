import { basename, dirname, join } from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import type { Files } from '../../../base/files.ts';
import { errorCode, ioProblem } from '../../../base/io-problem.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import {
  type ArchiveProblem,
  type ArchiveSurroundings,
  findKept,
  underArchiveLock,
  writeManifest,
} from './archive.ts';
import { keepSession } from './keep-session.ts';

type Pinned = Result<{ readonly how: 'pinned' | 'unchanged' }, ArchiveProblem>;
type Changed = Result<'changed' | 'unchanged' | 'not-kept', ArchiveProblem>;
type Unpinned = Result<{ readonly how: 'unpinned' | 'unchanged' }, ArchiveProblem>;

const SUFFIX = '.pin';

/**
 * Makes a session stay whatever limits say: one of another tool is kept in the archive at once, one of ours stays
 * where it is, with a `<id>.pin` beside its journal.
 */
export async function pinSession(
  around: ArchiveSurroundings,
  machine: MachinePlaces,
  reader: HistoryReader,
  session: SessionFile,
): Promise<Pinned> {
  if (session.tool === 'varve') return pinOwn(around.files, around.clock, session);
  const before = await findKept(around, session);
  const kept = await keepSession(around, machine, reader, session, { pin: true });
  if (kept.ok) {
    const wasPinned = before.ok && before.value?.manifest.pinned !== undefined;
    return success({ how: wasPinned ? 'unchanged' : 'pinned' });
  }
  // Its tool may have deleted it, or it is held back: what was kept of it stays then.
  const pinned = await changePin(around, session, isoNow(around.clock));
  if (!pinned.ok) return pinned;
  return pinned.value === 'not-kept'
    ? kept
    : success({ how: pinned.value === 'changed' ? 'pinned' : 'unchanged' });
}

/** What is kept of it stays until the limits say otherwise. */
export async function unpinSession(
  around: ArchiveSurroundings,
  session: Pick<SessionFile, 'tool' | 'id' | 'path'>,
): Promise<Unpinned> {
  if (session.tool === 'varve') return unpinOwn(around.files, session);
  const done = await changePin(around, session, undefined);
  return done.ok ? success({ how: done.value === 'changed' ? 'unpinned' : 'unchanged' }) : done;
}

/** Of what is kept already. */
function changePin(
  around: ArchiveSurroundings,
  session: Pick<SessionFile, 'tool' | 'id' | 'path'>,
  pinned: string | undefined,
): Promise<Changed> {
  return underArchiveLock(around, `write what is kept of ${session.id}`, async (): Promise<Changed> => {
    const found = await findKept(around, session);
    if (!found.ok) return found;
    if (found.value === undefined) return success('not-kept');
    const { pinned: before, ...manifest } = found.value.manifest;
    if ((before === undefined) === (pinned === undefined)) return success('unchanged');
    const next = { ...manifest, ...(pinned !== undefined && { pinned }) };
    const written = await writeManifest(around, next, found.value);
    return written.ok ? success('changed') : written;
  });
}

function isoNow(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}

/** Whether a file of a project's sessions says that one of them is pinned, and which. */
export function pinnedIdOf(name: string): string | undefined {
  return name.endsWith(SUFFIX) ? basename(name, SUFFIX) : undefined;
}

/** Our own pinned sessions in one `sessions/` directory. */
export async function pinnedIds(files: Files, directory: string): Promise<ReadonlySet<string>> {
  const entries = await files.readDirectory(directory).catch(() => []);
  return new Set(entries.flatMap(({ name }) => pinnedIdOf(name) ?? []));
}

/** Where the pin of one of our sessions stands: beside its journal. */
export function pinPath(directory: string, id: string): string {
  return join(directory, id + SUFFIX);
}

async function pinOwn(files: Files, clock: Clock, session: SessionFile): Promise<Pinned> {
  const path = pinPath(dirname(session.path), session.id);
  const pinned = isoNow(clock);
  try {
    if ((await files.status(session.path)) === undefined)
      return failure({ message: `${session.path} is not there any more.` });
    // That it is there says it all: half of it, after a crash, is a pin as well.
    await files.writeNew(path, Buffer.from(`${JSON.stringify({ version: 1, pinned })}\n`), 0o600);
    await files.syncDirectory(dirname(path));
    return success({ how: 'pinned' });
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return success({ how: 'unchanged' });
    return failure(ioProblem(error, `write ${path}`));
  }
}

async function unpinOwn(files: Files, session: Pick<SessionFile, 'path' | 'id'>): Promise<Unpinned> {
  const path = pinPath(dirname(session.path), session.id);
  try {
    await files.removeFile(path);
    return success({ how: 'unpinned' });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return success({ how: 'unchanged' });
    return failure(ioProblem(error, `remove ${path}`));
  }
}
