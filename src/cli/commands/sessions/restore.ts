import { resolve } from 'node:path';
import { findKept } from '../../../agent/history/archive/archive.ts';
import { restoreSession } from '../../../agent/history/archive/restore-session.ts';
import { toolDirectories } from '../../../agent/history/archive/session-parts.ts';
import { flag, text } from '../../command.ts';
import { count } from '../../count.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { historyHere } from './history-here.ts';
import type { SessionsAction } from './sessions-action.ts';

/** Writes what is kept of a session into a directory that a person chose; never where a program has its own. */
export const restore: SessionsAction = async (cli, args) => {
  const [word, ...more] = args.positionals;
  const to = text(args, 'to');
  if (word === undefined || more.length > 0 || to === undefined)
    return sayProblem(cli, { message: 'Say which and where: varve sessions restore ID --to DIR.' });
  const older = Number(text(args, 'older') ?? 0);
  if (!Number.isInteger(older) || older < 0)
    return sayProblem(cli, { message: '--older is a number from 0 on.' });
  const here = await historyHere(cli);
  const found = await here.find(word);
  if (!found.ok) return sayProblem(cli, found.error);
  const kept = await findKept(here.around, found.value.file);
  if (!kept.ok) return sayProblem(cli, kept.error);
  if (kept.value === undefined)
    return sayProblem(cli, {
      message: `${found.value.file.id} is not kept. Keep it first: varve sessions keep ID.`,
    });
  const forbidden = [here.varveHome];
  for (const reader of here.readers) forbidden.push(...(await toolDirectories(here.machine, reader)));
  const request = { to: resolve(cli.cwd, to), forbidden, version: older };
  const done = await restoreSession(here.around, kept.value.manifest, request);
  if (!done.ok) return sayProblem(cli, done.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, ...done.value });
  await cli.terminal.out(`${done.value.path}\n`);
  cli.terminal.say(`${count(done.value.files.length, 'file')} of ${found.value.file.id} as it was kept.\n`);
  return 0;
};
