import type { ListedSession } from '../history/catalogue/catalogue.ts';
import type { HistoryReader, MachinePlaces } from '../history/history-reader.ts';
import type { Transcript } from '../history/transcript.ts';

export interface ReadListed {
  readonly machine: MachinePlaces;
  readonly readers: readonly HistoryReader[];
}

/**
 * The sessions of a list, read one after the other so that one alone is in memory. `onProblem` hears a sentence about
 * each that cannot be read; what only the archive has is passed over.
 */
export async function* readListed(
  { machine, readers }: ReadListed,
  sessions: readonly ListedSession[],
  onProblem: (sentence: string) => void,
): AsyncGenerator<{ readonly session: ListedSession; readonly transcript: Transcript }> {
  for (const session of sessions) {
    const reader = readers.find(({ tool }) => tool === session.tool);
    if (reader === undefined || session.archived === true) continue;
    const { tool, id, path, size, modified, lineage } = session;
    const parent = lineage?.how === 'subagent' ? { parent: lineage.from } : {};
    const read = await reader.read(machine, { tool, id, path, size, modified, ...parent });
    if (read.ok) yield { session, transcript: read.value };
    else onProblem(`${reader.name} session ${id} could not be read: ${read.error.message}`);
  }
}
