import { join } from 'node:path';
import type { ArchiveSettings } from '../../memory/project/archive-settings.ts';
import type { ArchiveSurroundings } from '../history/archive/archive.ts';
import { type ArchiveLimits, keepAll } from '../history/archive/keep-all.ts';
import type { HistoryReader, MachinePlaces } from '../history/history-reader.ts';
import { DAY_MS } from './sweep.ts';
import { sweepArchive } from './sweep-archive.ts';
import { megabytes } from './sweep-when-due.ts';

export interface KeepWhenDueRequest {
  readonly around: ArchiveSurroundings;
  readonly machine: MachinePlaces;
  /** Of all tools: the settings say which of them count. */
  readonly readers: readonly HistoryReader[];
  readonly settings: ArchiveSettings;
  readonly signal?: AbortSignal;
}

export function archiveLimits({ quotaMb, retentionDays }: ArchiveSettings): ArchiveLimits {
  return { quotaBytes: quotaMb * 1024 * 1024, retentionDays };
}

/**
 * Once a day: keeps the sessions of the tools that a person said yes to, and takes away what is past its time in the
 * archive. A sentence where not all could be kept or something went; never rejects. `kept` in the archive says by its
 * time when that was last; what a signal stopped is gone on with at the next call.
 */
export async function keepWhenDue(request: KeepWhenDueRequest): Promise<string | undefined> {
  const { around, machine, settings, signal } = request;
  const readers = request.readers.filter(({ tool }) => settings.tools[tool]?.keep === true);
  const mark = join(around.directory, 'kept');
  try {
    if (readers.length === 0 && (await around.files.status(around.directory)) === undefined) return undefined;
    const last = await around.files.status(mark);
    if (last !== undefined && Math.abs(around.clock.now() - last.modified) < DAY_MS) return undefined;
    const limits = archiveLimits(settings);
    const done = await keepAll({ around, machine, readers, limits, ...(signal && { signal }) });
    if (signal?.aborted) return undefined;
    await noteTime(around, mark);
    const swept = await sweepArchive(around, limits);
    const went = swept.ok ? swept.value.sessions.length : 0;
    const said = [
      ...(done.stopped === undefined ? [] : [done.stopped]),
      ...(went === 0
        ? []
        : [
            `${went} kept ${went === 1 ? 'session is' : 'sessions are'} past archive.retentionDays and went (${megabytes(swept.ok ? swept.value.bytes : 0)}).`,
          ]),
    ];
    return said.length === 0 ? undefined : said.join(' ');
  } catch {
    // Somebody else keeps, or the disk is read-only: there is another day.
    return undefined;
  }
}

async function noteTime({ files, clock, directory }: ArchiveSurroundings, mark: string): Promise<void> {
  await files.makeDirectory(directory, 0o700);
  if ((await files.status(mark)) !== undefined) await files.removeFile(mark);
  await files.writeNew(mark, Buffer.from(`${new Date(clock.now()).toISOString()}\n`), 0o600);
}
