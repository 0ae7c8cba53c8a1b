import { failure, type Result, success } from '../../../base/result.ts';
import { type FoundSession, findSessions, type Sources } from './find-sessions.ts';

/** Fewer letters would mean too many. */
const LEAST_LETTERS = 4;
const NAMED = 5;

/**
 * The session that is meant by an id or the beginning of one, with or without its tool before it (`codex:0199…`), also
 * where only the archive has it. Those of subagents are meant by their whole id alone. Looks at names only.
 */
export async function findByWord(
  sources: Sources,
  word: string,
): Promise<Result<FoundSession, { readonly message: string }>> {
  const named = sources.readers.find(({ tool }) => word.startsWith(`${tool}:`));
  const id = named === undefined ? word : word.slice(named.tool.length + 1);
  const readers = named === undefined ? sources.readers : [named];
  const all = [...(await findSessions({ ...sources, readers })).sessions.values()];
  const exact = all.filter(({ file }) => file.id === id);
  const begun = id.length < LEAST_LETTERS ? [] : all.filter((one) => isBegunWith(one, id));
  const found = exact.length > 0 ? exact : begun;
  const [first, second] = found;
  if (first === undefined) return failure({ message: `No session found with session ID: ${word}` });
  if (second === undefined) return success(first);
  const names = found.slice(0, NAMED).map(({ file }) => `\n  ${file.tool}:${file.id}`);
  return failure({
    message: `Several sessions begin with "${word}". Give more of the id, or the tool with it:${names.join('')}`,
  });
}

function isBegunWith({ file }: FoundSession, word: string): boolean {
  return file.parent === undefined && file.id.startsWith(word);
}
