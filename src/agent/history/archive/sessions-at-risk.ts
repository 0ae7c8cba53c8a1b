import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import type { ArchiveSurroundings } from './archive.ts';
import { archiveStates } from './archive-state.ts';
import { daysLeft } from './retention-words.ts';
import { isInSharedDatabase } from './shared-database.ts';

export interface SessionsAtRisk {
  /** A tool's sessions, those of subagents not among them: they are parts of others. Newest first. */
  readonly sessions: readonly SessionFile[];
  /** How many are kept as they are now. */
  readonly kept: number;
  /** How many the tool deletes within these days that are not. */
  readonly atRisk: number;
}

const ALL_SESSIONS = 100_000;

/** By names, times and manifests alone. */
export async function sessionsAtRisk(
  around: Pick<ArchiveSurroundings, 'files' | 'directory' | 'clock'>,
  machine: MachinePlaces,
  reader: HistoryReader,
  days: number,
): Promise<SessionsAtRisk> {
  const found = await reader.find(machine, ALL_SESSIONS);
  const sessions = found.sessions.filter(
    (session) => session.parent === undefined && !isInSharedDatabase(session),
  );
  const retention = await reader.retention(machine);
  const states = await archiveStates(around, sessions);
  const isKept = (session: SessionFile) => {
    const state = states.get(session);
    return state !== undefined && 'isCurrent' in state && state.isCurrent;
  };
  const now = around.clock.now();
  const goesSoon = ({ modified }: SessionFile) =>
    (daysLeft(retention, modified, now) ?? Number.POSITIVE_INFINITY) <= days;
  return {
    sessions,
    kept: sessions.filter(isKept).length,
    atRisk: sessions.filter((session) => goesSoon(session) && !isKept(session)).length,
  };
}
