import type { Result } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import type { SessionTool, Transcript } from '../transcript.ts';
import type { ArchivedRows } from './archived-rows.ts';
import { sessionKey } from './session-key.ts';

/** A session that is there, and how it is read. */
export interface FoundSession {
  readonly file: SessionFile;
  /** Only the archive has it: its tool deleted it. */
  readonly isArchived: boolean;
  read(): Promise<Result<Transcript, { readonly message: string }>>;
}

export interface Finding {
  /** By {@link sessionKey}. */
  readonly sessions: ReadonlyMap<string, FoundSession>;
  /** Tools of which not everything could be looked at: what is missing of theirs may still be there. */
  readonly unsure: ReadonlySet<string>;
  readonly problems: readonly string[];
}

export interface Sources {
  readonly machine: MachinePlaces;
  readonly readers: readonly HistoryReader[];
  readonly archive?: ArchivedRows;
}

/** Of one tool at most, newest first; a machine with more has them outside of every list. */
const MOST_SESSIONS = 100_000;

/** Every session of every tool by name and status. One tool after the other; never rejects. */
export async function findSessions({ machine, readers, archive }: Sources): Promise<Finding> {
  const sessions = new Map<string, FoundSession>();
  const unsure = new Set<SessionTool>();
  const problems: string[] = [];
  for (const reader of readers) {
    const found = await reader.find(machine, MOST_SESSIONS).catch((error: unknown) => ({
      sessions: [],
      problems: [`Sessions of ${reader.name} cannot be listed: ${messageOf(error)}`],
    }));
    if (found.problems.length > 0) unsure.add(reader.tool);
    problems.push(...found.problems);
    for (const file of found.sessions)
      sessions.set(sessionKey(file), { file, isArchived: false, read: () => reader.read(machine, file) });
  }
  const kept = await archive?.find().catch((error: unknown) => ({
    sessions: [],
    problems: [`The archive of sessions cannot be read: ${messageOf(error)}`],
  }));
  problems.push(...(kept?.problems ?? []));
  for (const file of kept?.sessions ?? []) {
    const key = sessionKey(file);
    if (archive && !sessions.has(key))
      sessions.set(key, { file, isArchived: true, read: () => archive.read(file) });
  }
  if (kept && kept.problems.length > 0) for (const { tool } of readers) unsure.add(tool);
  return { sessions, unsure, problems };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
