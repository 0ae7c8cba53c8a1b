import type { SessionFile } from '../history-reader.ts';

/** A session that is rows of a database of its whole tool: copying that would copy the tool's credentials with it. */
export function isInSharedDatabase({ isShared, path }: Pick<SessionFile, 'isShared' | 'path'>): boolean {
  // Where a session is named by its path alone, its name has to tell.
  return isShared === true || /\.(?:db|sqlite3?)$/i.test(path);
}
