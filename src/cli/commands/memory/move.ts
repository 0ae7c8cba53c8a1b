import { failure, type Result, success } from '../../../base/result.ts';
import type { MoveTarget, PieceAddress } from '../../../memory/workspace/edit-requests.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { flag, type ParsedArguments, text } from '../../command.ts';
import { sayProblem } from '../../open-here.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import { entryNamed, placeNamed } from './entry-words.ts';
import type { MemoryAction } from './memory-action.ts';
import { showEdit } from './show-edit.ts';

type Said<T> = Result<T, { readonly message: string }>;

export const move: MemoryAction = async (cli, args, workspace) => {
  if (args.positionals.length === 0) {
    return sayProblem(cli, { message: 'Say which entries: PATH:LINE, or ids of varve memory tree --json.' });
  }
  const target = await targetOf(cli, args, workspace);
  if (!target.ok) return sayProblem(cli, target.error);
  const entries: PieceAddress[] = [];
  for (const word of args.positionals) {
    const found = await entryNamed(cli, workspace, word);
    if (!found.ok) return sayProblem(cli, found.error);
    entries.push(found.value);
  }
  const plan = await workspace.edits.planMove(entries, target.value);
  if (!plan.ok) return sayProblem(cli, plan.error);
  if (flag(args, 'dry-run')) return showEdit(cli, args, plan.value, undefined);
  const done = await workspace.edits.moveEntries(entries, target.value);
  return done.ok ? showEdit(cli, args, plan.value, done.value) : sayProblem(cli, done.error);
};

async function targetOf(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<Said<MoveTarget>> {
  const word = text(args, 'to');
  if (word === undefined) {
    return failure({ message: 'Say where to: --to user, project, local, a folder or a memory file.' });
  }
  const place = await placeNamed(cli, workspace, word);
  if (!place.ok) return place;
  const title = text(args, 'section');
  const common = { place: place.value, keepOutOfGit: flag(args, 'exclude') };
  if (title !== undefined) return success({ ...common, spot: { kind: 'section', title } });
  const after = text(args, 'after');
  if (after === undefined) return success(common);
  const entry = await entryNamed(cli, workspace, after);
  if (!entry.ok) return entry;
  const { piece } = entry.value;
  if (!('entryId' in piece)) return failure({ message: `--after takes an entry; "${after}" is a heading.` });
  return success({ ...common, spot: { kind: 'after', entryId: piece.entryId } });
}
