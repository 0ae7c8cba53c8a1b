import { flag, texts } from '../../command.ts';
import { sayProblem } from '../../open-here.ts';
import { placeNamed } from './entry-words.ts';
import type { MemoryAction } from './memory-action.ts';
import { showEdit } from './show-edit.ts';

export const create: MemoryAction = async (cli, args, workspace) => {
  const [word] = args.positionals;
  if (word === undefined) {
    return sayProblem(cli, {
      message: 'Say what to create: user, project, local, a folder or a memory file.',
    });
  }
  const place = await placeNamed(cli, workspace, word, texts(args, 'paths'));
  if (!place.ok) return sayProblem(cli, place.error);
  const request = { place: place.value, keepOutOfGit: flag(args, 'exclude') };
  const plan = await workspace.edits.planNewFile(request);
  if (!plan.ok) return sayProblem(cli, plan.error);
  if (flag(args, 'dry-run')) return showEdit(cli, args, plan.value, undefined);
  const done = await workspace.edits.createFile(request);
  return done.ok ? showEdit(cli, args, plan.value, done.value) : sayProblem(cli, done.error);
};
