import { type KeptSession, listKept } from '../../../agent/history/archive/archive.ts';
import { removeKept } from '../../../agent/housekeeping/sweep-archive.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { count } from '../../count.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { historyHere } from '../sessions/history-here.ts';
import { sayPurged } from './say-purged.ts';

/** Kept sessions of other programs, pinned ones too: who says what goes has looked at it. */
export async function purgeKept(
  cli: CliSurroundings,
  args: ParsedArguments,
  isMeant: (session: KeptSession) => boolean,
): Promise<ExitCode> {
  const { around } = await historyHere(cli);
  const { sessions, problems } = await listKept(around);
  for (const message of problems) sayProblem(cli, { message });
  const going = sessions.filter(isMeant);
  const isDone = flag(args, 'yes') && going.length > 0;
  if (isDone) {
    const done = await removeKept(around, isMeant);
    if (!done.ok) return sayProblem(cli, done.error);
  }
  const named = going.map(({ manifest: { tool, id } }) => ({ tool, id }));
  if (flag(args, 'json')) return outJson(cli, { version: 1, done: isDone, kept: named });
  for (const { tool, id } of named) await cli.terminal.out(`${tool}:${id}\n`);
  return sayPurged(cli, isDone, count(going.length, 'kept session'), going.length === 0);
}

/** Whether a word means a kept session: its id or the beginning of it, with or without its tool. */
export function isKeptAs(word: string): (session: KeptSession) => boolean {
  return ({ manifest: { tool, id } }) => {
    const rest = word.startsWith(`${tool}:`) ? word.slice(tool.length + 1) : word;
    return id === rest || (rest.length >= LEAST_LETTERS && id.startsWith(rest));
  };
}

const LEAST_LETTERS = 4;
