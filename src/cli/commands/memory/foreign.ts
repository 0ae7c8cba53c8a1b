import { failure, type Result, success } from '../../../base/result.ts';
import { redact } from '../../../base/secrets.ts';
import { unifiedDiff } from '../../../base/text-diff.ts';
import { showHidden } from '../../../memory/record/safe-text.ts';
import type { ForeignWrite } from '../../../memory/workspace/foreign-writes.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { colorDiff } from '../../color-diff.ts';
import { colorsFor } from '../../colors.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

/** What other programs wrote to memory files since they were last looked at: a line and a diff each. */
export const foreign: MemoryAction = async (cli, args, workspace) => {
  const looked = await workspace.foreign.look();
  if (!looked.ok) return sayProblem(cli, looked.error);
  const writes = await workspace.foreign.list();
  if (flag(args, 'json')) return outJson(cli, { version: 1, writes });
  const colors = colorsFor(cli.environment, cli.terminal.outputIsTerminal);
  for (const write of writes) {
    const { id, kind, by, label, lastSeen } = write;
    await cli.terminal.out(`${shortId(id)}  ${kind} by ${by}: ${label}  (${lastSeen})\n`);
    for (const risk of write.risks) await cli.terminal.out(`        ${risk}\n`);
    await cli.terminal.out(colorDiff(diffOf(write), colors));
  }
  cli.terminal.say(await closingWords(workspace, writes.length));
  return 0;
};

export const keep: MemoryAction = async (cli, args, workspace) => {
  const meant = await meantBy(args, workspace);
  if (!meant.ok) return sayProblem(cli, meant.error);
  const done = await workspace.foreign.keep(meant.value.map(({ id }) => id));
  if (!done.ok) return sayProblem(cli, done.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, kept: done.value });
  return sayEach(cli, 'Kept', meant.value);
};

export const takeBack: MemoryAction = async (cli, args, workspace) => {
  const meant = await meantBy(args, workspace);
  if (!meant.ok) return sayProblem(cli, meant.error);
  const done = await workspace.foreign.undo(meant.value.map(({ id }) => id));
  if (!done.ok) return sayProblem(cli, done.error);
  if (flag(args, 'json')) return outJson(cli, { version: 1, entry: done.value });
  return sayEach(cli, 'Taken back', meant.value);
};

/** Both sides made visible and without secrets: this goes to a terminal, and from there anywhere. */
function diffOf({ label, before, after }: ForeignWrite): string {
  const [old, now] = [before ?? '', after ?? ''].map((text) => showHidden(redact(text)));
  return unifiedDiff(label, old ?? '', now ?? '');
}

async function closingWords(workspace: MemoryWorkspace, count: number): Promise<string> {
  if (workspace.setUpState === 'no') {
    return 'Memory is not set up here, so writes of other programs are not followed. Start with varve set-up.\n';
  }
  return count === 0
    ? 'No other program wrote to memory files since they were last looked at.\n'
    : 'Keep what is right with varve memory keep ID, take back the rest with varve memory take-back ID.\n';
}

async function meantBy(
  args: ParsedArguments,
  workspace: MemoryWorkspace,
): Promise<Result<readonly ForeignWrite[], { readonly message: string }>> {
  const looked = await workspace.foreign.look();
  if (!looked.ok) return looked;
  const writes = await workspace.foreign.list();
  if (flag(args, 'all') && writes.length > 0) return success(writes);
  if (args.positionals.length === 0 || writes.length === 0) {
    const nothing = 'No write of another program waits here.';
    return failure({
      message: writes.length === 0 ? nothing : 'Say which: ids as varve memory foreign lists them, or --all.',
    });
  }
  const meant = new Map<string, ForeignWrite>();
  for (const word of args.positionals) {
    const naming = ({ id, label }: ForeignWrite) => ({ id, name: label, description: label });
    const found = findNamed(word, writes, naming);
    if (!found.ok) {
      return failure({ message: `No write "${word}" waits here, or several do. See varve memory foreign.` });
    }
    meant.set(found.value.id, found.value);
  }
  return success([...meant.values()]);
}

async function sayEach(
  cli: CliSurroundings,
  word: string,
  writes: readonly ForeignWrite[],
): Promise<ExitCode> {
  for (const { id, label } of writes) await cli.terminal.out(`${shortId(id)}  ${word}: ${label}\n`);
  return 0;
}
