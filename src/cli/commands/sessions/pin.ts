import { pinSession, unpinSession } from '../../../agent/history/archive/pins.ts';
import { sayProblem } from '../../open-here.ts';
import { historyHere } from './history-here.ts';
import type { SessionsAction } from './sessions-action.ts';

/** The session stays whatever limits say; one of another program is kept at once. */
export const pin: SessionsAction = async (cli, args) => {
  const here = await historyHere(cli);
  if (args.positionals.length === 0) return sayProblem(cli, { message: 'Say which: varve sessions pin ID.' });
  for (const word of args.positionals) {
    const found = await here.find(word);
    if (!found.ok) return sayProblem(cli, found.error);
    const { reader, file } = found.value;
    const done = await pinSession(here.around, here.machine, reader, file);
    if (!done.ok) return sayProblem(cli, done.error);
    await cli.terminal.out(`${file.id}  ${done.value.how === 'pinned' ? 'pinned' : 'was pinned before'}\n`);
  }
  return 0;
};

export const unpin: SessionsAction = async (cli, args) => {
  const here = await historyHere(cli);
  if (args.positionals.length === 0)
    return sayProblem(cli, { message: 'Say which: varve sessions unpin ID.' });
  for (const word of args.positionals) {
    const found = await here.find(word);
    if (!found.ok) return sayProblem(cli, found.error);
    const done = await unpinSession(here.around, found.value.file);
    if (!done.ok) return sayProblem(cli, done.error);
    const words = done.value.how === 'unpinned' ? 'unpinned' : 'was not pinned';
    await cli.terminal.out(`${found.value.file.id}  ${words}\n`);
  }
  return 0;
};
