import { failure, type Result, success } from '../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history/history-reader.ts';
import type { SessionProblem } from '../session/session-problem.ts';

/** A session of any tool, by name alone, and who reads it. */
export interface FoundSession {
  readonly reader: HistoryReader;
  readonly file: SessionFile;
}

/** Sessions looked through for each tool, the newest. */
const LOOKED_THROUGH = 100_000;
/** Fewer letters would mean too many. */
const LEAST_LETTERS = 4;

/**
 * The session that is meant by an id or the beginning of one, with or without its tool before it (`codex:0199…`).
 * Looks at names only. Subagents' sessions are meant by their whole id alone.
 */
export async function findForeign(
  machine: MachinePlaces,
  readers: readonly HistoryReader[],
  word: string,
): Promise<Result<FoundSession, SessionProblem>> {
  const named = readers.find(({ tool }) => word.startsWith(`${tool}:`));
  const id = named === undefined ? word : word.slice(named.tool.length + 1);
  const asked = named === undefined ? readers : [named];
  const all = await Promise.all(
    asked.map(async (reader) => {
      const { sessions } = await reader.find(machine, LOOKED_THROUGH);
      return sessions.map((file): FoundSession => ({ reader, file }));
    }),
  );
  const exact = all.flat().filter(({ file }) => file.id === id);
  const begun = id.length < LEAST_LETTERS ? [] : all.flat().filter((one) => isBegunWith(one, id));
  const found = exact.length > 0 ? exact : begun;
  const [first, second] = found;
  if (first === undefined)
    return failure({ kind: 'not-found', message: `No session found with session ID: ${word}` });
  if (second === undefined) return success(first);
  const names = found.slice(0, 5).map(({ file }) => `\n  ${file.tool}:${file.id}`);
  const message = `Several sessions begin with "${word}". Give more of the id, or the tool with it:${names.join('')}`;
  return failure({ kind: 'ambiguous', message });
}

function isBegunWith({ file }: FoundSession, word: string): boolean {
  return file.parent === undefined && file.id.startsWith(word);
}
