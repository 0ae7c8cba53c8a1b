import { failure, type Result, success } from '../../../base/result.ts';
import type { ArchivedRows } from '../catalogue/archived-rows.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';

/** A session that a person means, and who reads it. */
export interface MeantSession {
  readonly reader: HistoryReader;
  readonly session: SessionFile;
  /** Its tool deleted it: only the archive has it. */
  readonly isArchived: boolean;
}

const ALL_SESSIONS = 100_000;
/** Fewer letters would mean too many. */
const LEAST_LETTERS = 4;
const NAMED = 5;

/**
 * The session that is meant by an id or the beginning of one, with or without its tool before it (`codex:0199…`), also
 * where only the archive has it. Those of subagents are meant by their whole id alone. Looks at names only.
 */
export async function findByWord(
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
  archive: ArchivedRows,
  word: string,
): Promise<Result<MeantSession, { readonly message: string }>> {
  const named = readers.find(({ tool }) => word.startsWith(`${tool}:`));
  const id = named === undefined ? word : word.slice(named.tool.length + 1);
  const all = await everySession(machine, named === undefined ? readers : [named], archive);
  const exact = all.filter(({ session }) => session.id === id);
  const begun = id.length < LEAST_LETTERS ? [] : all.filter((one) => isBegunWith(one, id));
  const found = exact.length > 0 ? exact : begun;
  const [first, second] = found;
  if (first === undefined) return failure({ message: `No session found with session ID: ${word}` });
  if (second === undefined) return success(first);
  const names = found.slice(0, NAMED).map(({ session }) => `\n  ${session.tool}:${session.id}`);
  return failure({
    message: `Several sessions begin with "${word}". Give more of the id, or the tool with it:${names.join('')}`,
  });
}

async function everySession(
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
  archive: ArchivedRows,
): Promise<readonly MeantSession[]> {
  const found = new Map<string, MeantSession>();
  const keyOf = ({ tool, id, path }: SessionFile) => `${tool}\n${id}\n${path}`;
  for (const reader of readers) {
    const { sessions } = await reader.find(machine, ALL_SESSIONS);
    for (const session of sessions) found.set(keyOf(session), { reader, session, isArchived: false });
  }
  for (const session of (await archive.find()).sessions) {
    const reader = readers.find(({ tool }) => tool === session.tool);
    if (reader && !found.has(keyOf(session)))
      found.set(keyOf(session), { reader, session, isArchived: true });
  }
  return [...found.values()];
}

function isBegunWith({ session }: MeantSession, word: string): boolean {
  return session.parent === undefined && session.id.startsWith(word);
}
