import { dirname } from 'node:path';
import type { SessionFile } from '../history-reader.ts';
import { type ArchiveSurroundings, listKept } from './archive.ts';
import { sizesOf } from './keep-session.ts';
import { type Manifest, manifestName } from './manifest.ts';
import { pinnedIds } from './pins.ts';

/** Whether a session would survive its tool. */
export type ArchiveState =
  | { readonly kind: 'not-kept' }
  /** Ours, and no limit takes it away. */
  | { readonly kind: 'pinned-in-place' }
  | {
      readonly kind: 'kept' | 'pinned';
      /** When it was kept last; ISO 8601. */
      readonly at: string;
      /** The session has not changed since. */
      readonly isCurrent: boolean;
      /** Bytes that it takes. */
      readonly stored: number;
    };

const NOT_KEPT: ArchiveState = { kind: 'not-kept' };

/** What becomes of each of these sessions. Of the archive nothing else is read; what cannot be counts as not kept. */
export async function archiveStates(
  around: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  sessions: readonly SessionFile[],
): Promise<ReadonlyMap<SessionFile, ArchiveState>> {
  const names = sessions.filter(({ tool }) => tool !== 'varve').map(manifestName);
  const kept = await listKept(around, new Set(names));
  const byName = new Map(kept.sessions.map(({ name, manifest }) => [name, manifest]));
  const own = new Map<string, ReadonlySet<string>>();
  const states = new Map<SessionFile, ArchiveState>();
  for (const session of sessions) {
    if (session.tool !== 'varve') {
      states.set(session, stateOf(session, byName.get(manifestName(session))));
      continue;
    }
    const directory = dirname(session.path);
    const pinned = own.get(directory) ?? (await pinnedIds(around.files, directory));
    own.set(directory, pinned);
    states.set(session, pinned.has(session.id) ? { kind: 'pinned-in-place' } : NOT_KEPT);
  }
  return states;
}

function stateOf({ modified }: SessionFile, manifest: Manifest | undefined): ArchiveState {
  if (manifest === undefined) return NOT_KEPT;
  return {
    kind: manifest.pinned === undefined ? 'kept' : 'pinned',
    at: manifest.versions[0].at,
    isCurrent: modified <= manifest.modified,
    stored: sizesOf(manifest).stored,
  };
}
