import type { ListedSession } from '../history/catalogue/catalogue.ts';
import { readSession, type Sources } from '../history/catalogue/find-sessions.ts';
import type { Transcript } from '../history/transcript.ts';

/**
 * The sessions of a list, read one after the other so that one alone is in memory. `onProblem` hears a sentence about
 * each that cannot be read.
 */
export async function* readListed(
  sources: Sources,
  sessions: readonly ListedSession[],
  onProblem: (sentence: string) => void,
): AsyncGenerator<{ readonly session: ListedSession; readonly transcript: Transcript }> {
  for (const session of sessions) {
    const { tool, id, path, size, modified, lineage, archived } = session;
    const parent = lineage?.how === 'subagent' ? { parent: lineage.from } : {};
    const file = { tool, id, path, size, modified, ...parent };
    const read = await readSession(sources, { file, isArchived: archived === true });
    if (read.ok) yield { session, transcript: read.value };
    else onProblem(`${nameOf(sources, session)} session ${id} could not be read: ${read.error.message}`);
  }
}

function nameOf({ readers }: Sources, { tool }: ListedSession): string {
  return readers.find((reader) => reader.tool === tool)?.name ?? tool;
}
