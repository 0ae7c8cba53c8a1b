import { failure, type Result } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import type { SessionTool, Transcript } from '../transcript.ts';
import type { ArchivedRows } from './archived-rows.ts';
import { sessionKey } from './session-key.ts';

/** A session by where it is read from. */
export interface FoundFile {
  readonly file: SessionFile;
  /** Only the archive has it: its tool deleted it. */
  readonly isArchived: boolean;
}

/** A session that is there, who reads it, and how. */
export interface FoundSession extends FoundFile {
  readonly reader: HistoryReader;
  /** Never rejects. */
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
export async function findSessions(sources: Sources): Promise<Finding> {
  const { machine, readers, archive } = sources;
  const sessions = new Map<string, FoundSession>();
  const unsure = new Set<SessionTool>();
  const problems: string[] = [];
  const add = (reader: HistoryReader, file: SessionFile, isArchived: boolean): void => {
    const read = () => readSession(sources, { file, isArchived });
    sessions.set(sessionKey(file), { reader, file, isArchived, read });
  };
  for (const reader of readers) {
    const found = await reader.find(machine, MOST_SESSIONS).catch((error: unknown) => ({
      sessions: [],
      problems: [`Sessions of ${reader.name} cannot be listed: ${messageOf(error)}`],
    }));
    if (found.problems.length > 0) unsure.add(reader.tool);
    problems.push(...found.problems);
    for (const file of found.sessions) add(reader, file, false);
  }
  const kept = await archive?.find().catch((error: unknown) => ({
    sessions: [],
    problems: [`The archive of sessions cannot be read: ${messageOf(error)}`],
  }));
  problems.push(...(kept?.problems ?? []));
  for (const file of kept?.sessions ?? []) {
    const reader = readers.find(({ tool }) => tool === file.tool);
    if (reader && !sessions.has(sessionKey(file))) add(reader, file, true);
  }
  if (kept && kept.problems.length > 0) for (const { tool } of readers) unsure.add(tool);
  return { sessions, unsure, problems };
}

/** The whole of a session, from its tool's file or from what Varve keeps of it. Never rejects. */
export async function readSession(
  { machine, readers, archive }: Sources,
  { file, isArchived }: FoundFile,
): Promise<Result<Transcript, { readonly message: string }>> {
  try {
    if (isArchived && archive) return await archive.read(file);
    const reader = readers.find(({ tool }) => tool === file.tool);
    return reader ? await reader.read(machine, file) : failure({ message: 'No reader for its tool.' });
  } catch (error) {
    return failure({ message: messageOf(error) });
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
