import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace, until } from '../../cli/cli-place.ts';
import { journal } from './run-place.ts';
import { task, toolResults } from './scripted-task.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('a run that may go on without its engine', () => {
  it('does what needs no answer, is told that nobody answers the rest, and comes to its end', async () => {
    const place = await makeCliPlace(cli.path);
    const wait = 'echo begun; while [ ! -e go ]; do sleep 0.05; done; echo one >> log.txt';
    const server = await place.serve(
      task([
        { id: 'one', tool: 'run_command', input: { command: wait } },
        { id: 'make', tool: 'write', input: { path: 'made.txt', content: 'first\n' } },
        { id: 'ask', tool: 'run_command', input: { command: 'node -e 1' } },
      ]),
    );
    const host = spawn(
      process.execPath,
      [join(import.meta.dirname, 'engine-host.ts'), cli.path, place.repository, 'detached'],
      { env: place.environment as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    onTestFinished(() => void host.kill('SIGKILL'));
    await once(host.stdout, 'data');
    host.kill('SIGKILL');
    await once(host, 'exit');
    await place.write('go', '');
    const end = await until('the end of the run', async () => {
      const { events } = await journal(place);
      const last = events.at(-1);
      // Its last word is said before what it leaves for memory is proposed.
      return last?.type === 'run-end' || last?.type === 'capture-end'
        ? events.findLast((event) => event.type === 'run-end')
        : undefined;
    });
    expect(end.outcome).toBe('success');
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\n');
    expect(await readFile(join(place.repository, 'made.txt'), 'utf8')).toBe('first\n');
    const results = toolResults(server.requests.at(-1)?.body);
    expect(results.get('ask')).toContain('Nobody is there to answer');
  });
});
