import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CliPlace } from '../../cli/cli-place.ts';
import type { TaskStep } from './scripted-task.ts';

/** Thirty calls of every kind: ten commands that each leave a line, eight files made, six of them changed, six looks. */
export const thirtySteps: readonly TaskStep[] = Array.from({ length: 10 }, (_step, round) => {
  const name = `0${round}`.slice(-2);
  const file = `src/part-${name}.txt`;
  const line = `line-${name}`;
  const command: TaskStep = {
    id: `run-${name}`,
    tool: 'run_command',
    input: { command: `echo ${line} >> log.txt` },
    leaves: line,
  };
  const look: TaskStep = { id: `look-${name}`, tool: 'read', input: { path: 'CLAUDE.md' } };
  const make: TaskStep = {
    id: `make-${name}`,
    tool: 'write',
    input: { path: file, content: `${name} first\n` },
  };
  const change: TaskStep = {
    id: `change-${name}`,
    tool: 'edit',
    input: { path: file, old_string: 'first', new_string: 'second' },
  };
  if (round < 6) return [make, command, change];
  return round < 8 ? [make, command, look] : [look, command, { ...look, id: `again-${name}` }];
}).flat();

/** What a run of the steps leaves behind, whatever happened on its way: files, prompts, results, memory. */
export async function leftBehind(place: CliPlace): Promise<object> {
  const { repository } = place;
  const source = join(repository, 'src');
  const parts = await Promise.all(
    (await readdir(source))
      .toSorted()
      .map(async (name) => [name, await readFile(join(source, name), 'utf8')]),
  );
  return {
    log: await readFile(join(repository, 'log.txt'), 'utf8'),
    parts,
    memory: await proposals(place),
  };
}

/** Titles and texts of what waits for review. */
async function proposals(place: CliPlace): Promise<readonly object[]> {
  const done = await place.run(['memory', 'show', '--json']);
  const { proposals: found } = JSON.parse(done.stdout) as {
    proposals: readonly { readonly record: { readonly description: string; readonly body: string } }[];
  };
  return found.map(({ record }) => ({ description: record.description, body: record.body }));
}
