import { failure, type Result, success } from '../../../base/result.ts';
import type { ArchivedRows } from '../catalogue/archived-rows.ts';
import type { FoundSessions, HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import type { Transcript } from '../transcript.ts';
import {
  type ArchiveListing,
  type ArchiveProblem,
  type ArchiveSurroundings,
  findKept,
  listKept,
} from './archive.ts';
import { archivedFiles, archivedOver } from './archived-files.ts';
import type { Manifest } from './manifest.ts';

type Around = Pick<ArchiveSurroundings, 'files' | 'directory'>;

const ALL_SESSIONS = 100_000;

/**
 * Every session that is kept, those of subagents among them, whether its tool still has it or not, newest first. Readers
 * see the archive as files at the paths where the tools had them, so one way of reading serves both.
 */
export function createArchivedSessions(
  around: Around,
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
): ArchivedRows {
  return new ArchiveReading(around, machine, readers);
}

class ArchiveReading implements ArchivedRows {
  readonly #around: Around;
  readonly #machine: MachinePlaces;
  readonly #readers: readonly HistoryReader[];
  /** As it was listed last: a session's parts in other manifests are looked for there. */
  #listing: Promise<ArchiveListing> | undefined;

  constructor(around: Around, machine: MachinePlaces, readers: readonly HistoryReader[]) {
    this.#around = around;
    this.#machine = machine;
    this.#readers = readers;
  }

  async find(): Promise<FoundSessions> {
    this.#listing = listKept(this.#around);
    const { sessions: kept, problems: unread } = await this.#listing;
    const sessions: SessionFile[] = [];
    const problems = [...unread];
    for (const reader of this.#readers) {
      const manifests = kept.flatMap(({ manifest }) => (manifest.tool === reader.tool ? [manifest] : []));
      if (manifests.length === 0) continue;
      const files = archivedFiles(this.#around, manifests);
      const found = await reader.find({ ...this.#machine, files }, ALL_SESSIONS);
      sessions.push(...found.sessions);
      problems.push(...found.problems);
    }
    sessions.sort((one, other) => other.modified - one.modified);
    return { sessions, problems };
  }

  async read(session: SessionFile): Promise<Result<Transcript, ArchiveProblem>> {
    const reader = this.#readers.find(({ tool }) => tool === session.tool);
    if (reader === undefined) return failure({ message: `There is no reader for ${session.tool}.` });
    const manifests = await this.#manifestsOf(session);
    if (!manifests.ok) return manifests;
    // What a tool says of all its sessions in one file (titles, folders) is part of none; it may still be there.
    const files = archivedOver(this.#around, manifests.value, this.#machine.files);
    return reader.read({ ...this.#machine, files }, session);
  }

  /** Its own, that of the session that it is a part of, and that of the one that asked for it. */
  async #manifestsOf(session: SessionFile): Promise<Result<readonly Manifest[], ArchiveProblem>> {
    const found = await findKept(this.#around, session);
    if (!found.ok) return found;
    const own = found.value?.manifest;
    if (own && session.parent === undefined) return success([own]);
    this.#listing ??= listKept(this.#around);
    const all = (await this.#listing).sessions.map(({ manifest }) => manifest);
    const ofTool = all.filter(({ tool }) => tool === session.tool);
    const holding = ofTool.find(({ versions }) =>
      versions[0].parts.some(({ path }) => path === session.path),
    );
    const parent = ofTool.find(({ id }) => id === session.parent);
    const standing = own ?? holding;
    if (standing === undefined) return failure({ message: `${session.id} is not in the archive.` });
    return success([...(parent ? [parent] : []), standing]);
  }
}
