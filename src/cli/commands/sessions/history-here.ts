import { allReaders } from '../../../agent/history/all-readers.ts';
import { type ArchiveSurroundings, archiveDirectory } from '../../../agent/history/archive/archive.ts';
import { createArchivedSessions } from '../../../agent/history/archive/archived-sessions.ts';
import { findByWord } from '../../../agent/history/catalogue/find-by-word.ts';
import type { FoundSession, Sources } from '../../../agent/history/catalogue/find-sessions.ts';
import type { HistoryReader } from '../../../agent/history/history-reader.ts';
import { isSessionTool, sessionTools } from '../../../agent/history/transcript.ts';
import { currentOwner } from '../../../base/process-identity.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { varveHome } from '../../../memory/project/settings.ts';
import { type ParsedArguments, texts } from '../../command.ts';
import { nearest } from '../../nearest.ts';
import type { CliSurroundings } from '../../surroundings.ts';

/** Sessions of all tools on this machine, and the archive that keeps them. */
export interface HistoryHere extends Required<Sources> {
  readonly varveHome: string;
  readonly around: ArchiveSurroundings;
  /** The one that is meant by an id, the beginning of one, or `tool:id`. */
  find(word: string): Promise<Result<FoundSession, { readonly message: string }>>;
}

export async function historyHere(cli: CliSurroundings): Promise<HistoryHere> {
  const { files, homeDirectory, environment, platform, clock } = cli;
  const home = varveHome(environment, homeDirectory);
  const owner = await currentOwner();
  const machine = { files, homeDirectory, environment, platform };
  const readers = allReaders({ varveHome: home, owner });
  const around = { files, clock, owner, directory: archiveDirectory(home) };
  const sources = { machine, readers, archive: createArchivedSessions(around, machine, readers) };
  return { ...sources, varveHome: home, around, find: (word) => findByWord(sources, word) };
}

/** The readers that `--tool` names, all of them where it names none. */
export function readersAsked(
  { readers }: HistoryHere,
  args: ParsedArguments,
): Result<readonly HistoryReader[], { readonly message: string }> {
  const tools = texts(args, 'tool');
  const unknown = tools.find((tool) => !isSessionTool(tool));
  if (unknown !== undefined) {
    const meant = nearest(unknown, sessionTools);
    const hint = meant === undefined ? `Choose from ${sessionTools.join(', ')}.` : `Did you mean ${meant}?`;
    return failure({ message: `There is no tool "${unknown}". ${hint}` });
  }
  return success(tools.length === 0 ? readers : readers.filter(({ tool }) => tools.includes(tool)));
}
