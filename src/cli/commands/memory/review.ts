import type { Result } from '../../../base/result.ts';
import type { LedgerEntry } from '../../../memory/ledger/operation.ts';
import type { MemoryProblem, MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { type ExitCode, flag, type ParsedArguments } from '../../command.ts';
import { findNamed } from '../../find-named.ts';
import { outJson, sayProblem } from '../../open-here.ts';
import { shortId } from '../../proposal-line.ts';
import type { CliSurroundings } from '../../surroundings.ts';
import type { MemoryAction } from './memory-action.ts';

export const accept: MemoryAction = (cli, args, workspace) =>
  review(cli, args, workspace, 'Accepted', (ids) => workspace.accept(ids));

export const reject: MemoryAction = (cli, args, workspace) =>
  review(cli, args, workspace, 'Rejected', (ids) => workspace.reject(ids));

export const undo: MemoryAction = async (cli, args, workspace) => {
  const [word] = args.positionals;
  const undone = (subject: string) => `Undone: ${subject}`;
  if (word === undefined) return sayDone(cli, args, await workspace.undo(), undone);
  const found = findNamed(word, await workspace.log(), (entry) => ({
    id: entry.id,
    name: entry.id,
    description: `${entry.action} ${entry.subject.join(', ')}`,
  }));
  if (!found.ok)
    return sayProblem(cli, {
      message: `There is no operation "${word}". See varve memory log --operations.`,
    });
  return sayDone(cli, args, await workspace.undo(found.value.id), undone);
};

async function review(
  cli: CliSurroundings,
  args: ParsedArguments,
  workspace: MemoryWorkspace,
  word: string,
  act: (ids: readonly string[]) => Promise<Result<LedgerEntry, MemoryProblem>>,
): Promise<ExitCode> {
  const proposals = await workspace.proposals();
  if (args.positionals.length === 0 && !flag(args, 'all')) {
    return sayProblem(cli, {
      message: 'Say which proposals: ids as varve memory show lists them, or --all.',
    });
  }
  if (proposals.length === 0) return sayProblem(cli, { message: 'No proposal waits for review.' });
  const meant = new Map(flag(args, 'all') ? proposals.map((one) => [one.id, one.record.description]) : []);
  for (const name of args.positionals) {
    const found = findNamed(name, proposals, ({ record }) => record);
    if (!found.ok) return sayProblem(cli, found.error);
    meant.set(found.value.id, found.value.record.description);
  }
  return sayDone(
    cli,
    args,
    await act([...meant.keys()]),
    (id) => `${shortId(id)}  ${word}: ${meant.get(id) ?? id}`,
  );
}

/** Says what was done to each subject, and what the operation noted. */
export async function sayDone(
  cli: CliSurroundings,
  args: ParsedArguments,
  result: Result<LedgerEntry, MemoryProblem>,
  say: (subject: string) => string,
): Promise<ExitCode> {
  if (!result.ok) return sayProblem(cli, result.error);
  const entry = result.value;
  if (flag(args, 'json')) return outJson(cli, { version: 1, entry });
  for (const subject of entry.subject) await cli.terminal.out(`${say(subject)}\n`);
  if (entry.note !== undefined) cli.terminal.say(`${entry.note}\n`);
  return 0;
}
