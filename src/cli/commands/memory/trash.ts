import type { TrashItem } from '../../../memory/inbox/trash.ts';
import { flag, text } from '../../command.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { MemoryAction } from './memory-action.ts';
import { sayDone } from './review.ts';

export const trash: MemoryAction = async (cli, args, workspace) => {
  const found = await workspace.trash();
  if (!found.ok) return sayProblem(cli, found.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, items: found.value });
  for (const item of found.value) await cli.terminal.out(trashLine(item));
  if (found.value.length === 0) cli.terminal.say('Nothing was put away.\n');
  else cli.terminal.say('Bring one back with: varve memory restore ID\n');
  return 0;
};

export const restore: MemoryAction = async (cli, args, workspace) => {
  const [word, ...others] = args.positionals;
  if (word === undefined || others.length > 0)
    return sayProblem(cli, { message: 'Say which one: varve memory restore ID. See varve memory trash.' });
  const items = await workspace.trash();
  if (!items.ok) return sayProblem(cli, items.error);
  const found = findNamed(word, items.value, ({ id, title }) => ({ id, name: id, description: title }));
  if (!found.ok) {
    const message = found.error.message.startsWith('There is no')
      ? `Nothing that was put away is called "${word}". See varve memory trash.`
      : found.error.message;
    return sayProblem(cli, { message });
  }
  const { id, title, why } = found.value;
  const state = why === 'rejected' ? 'It awaits review again' : 'It is accepted again';
  return sayDone(cli, args, await workspace.restore(id), () => `${shortId(id)}  ${state}: ${title}`);
};

export const retire: MemoryAction = async (cli, args, workspace) => {
  const records = await workspace.records();
  if (args.positionals.length === 0)
    return sayProblem(cli, { message: 'Say which records: varve memory retire ID…. See varve memory show.' });
  const meant = new Map<string, string>();
  for (const word of args.positionals) {
    const found = findNamed(word, records, (record) => record);
    if (!found.ok) return sayProblem(cli, found.error);
    meant.set(found.value.id, found.value.description);
  }
  const done = await workspace.retire([...meant.keys()], text(args, 'reason'));
  return sayDone(cli, args, done, (id) => `${shortId(id)}  Retired: ${meant.get(id) ?? id}`);
};

function trashLine({ id, why, kind, title, time, who }: TrashItem): string {
  const when = time === undefined ? 'came by pull' : time.slice(0, 16).replace('T', ' ');
  const by = who === undefined ? '' : `  ${who}`;
  return `${shortId(id)}  ${when.padEnd(16)}  ${why.padEnd(10)} ${(kind ?? '').padEnd(10)} ${title}${by}\n`;
}
