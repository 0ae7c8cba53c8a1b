import type { Reopening } from '../history/history-reader.ts';

/** The command line for a terminal, or the link, by which the tool itself goes on with a session. */
export function reopenLine(reopening: Reopening): string {
  if (reopening.kind === 'link') return reopening.uri;
  const { command, args, cwd } = reopening;
  const words = [command, ...args].map(shellWord).join(' ');
  return cwd === '' ? words : `cd ${shellWord(cwd)} && ${words}`;
}

/** A word for a POSIX shell, also where a tool's own file named it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
