import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRunCommandTool } from '../../../src/agent/tools/run-command.ts';
import { createRunningCommands } from '../../../src/agent/tools/running-commands.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { isAlive } from '../../../src/base/process-identity.ts';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
});
afterEach(() => bench.dispose());

const run = (command: string, over: object = {}) => bench.call('run_command', { command, ...over });

async function pidIn(file: string): Promise<number> {
  let pid = 0;
  await expect
    .poll(async () => {
      pid = Number.parseInt(await readFile(join(bench.root, file), 'utf8').catch(() => ''), 10);
      return pid > 0;
    })
    .toBe(true);
  return pid;
}

describe('run_command', () => {
  test('runs in the root and gives both outputs and the exit code', async () => {
    expect(await run('pwd; echo wrong >&2; exit 3')).toEqual({
      ok: false,
      text: `${bench.root}\nwrong\n[Exit code 3.]`,
    });
    expect(await run('true')).toEqual({ ok: true, text: '(no output)' });
  });

  test('plans the command line as it is', async () => {
    expect(await bench.plan('run_command', { command: 'npm  test' })).toMatchObject({
      summary: 'Run npm test',
      effect: 'execute',
      permission: { tool: 'run_command', effect: 'execute', command: 'npm  test' },
      detail: 'npm  test',
    });
  });

  test('passes output on while it runs', async () => {
    const result = run('echo first; read -t 5 < <(sleep 5); echo second', { timeout_ms: 400 });
    await expect.poll(() => bench.output.join('')).toContain('first');
    expect((await result).text).toContain('first');
  });

  test('keeps beginning and end of a long output', async () => {
    const { text } = await run('seq 1 20000');
    expect(text.startsWith('1\n2\n3\n')).toBe(true);
    expect(text).toMatch(
      /\n20000\n\[All of it is 108894 bytes: command_output with id [0-9a-f]{8}, from any offset\.\]$/,
    );
    expect(text.length).toBeLessThan(32_000);
    expect(text).toMatch(/\[\d+ characters left out\]/);
  });

  test('survives output without end, in bounded memory', async () => {
    const { ok, text } = await run('yes', { timeout_ms: 300 });
    expect(ok).toBe(false);
    expect(text.length).toBeLessThan(32_000);
    expect(bench.output.join('').length).toBeLessThan(700_000);
  });

  test('has no terminal, no input and no colours', async () => {
    expect(
      (await run('cat; [ -t 0 ] || echo none; printf "\\033[31mred\\033[0m"; echo "$PAGER $NO_COLOR"')).text,
    ).toBe('none\nredcat 1');
  });

  test('does not hand keys on', async () => {
    const commands = createRunningCommands({
      files: nodeFiles,
      environment: {
        PATH: process.env['PATH'],
        ANTHROPIC_API_KEY: 'secret',
        ANTHROPIC_AUTH_TOKEN: 'secret',
        KEPT: 'yes',
      },
    });
    const tool = createRunCommandTool({ commands });
    const planned = await tool.plan({ command: 'env' }, bench.context);
    const text = 'run' in planned ? (await planned.run(bench.context)).text : '';
    expect(text).toContain('KEPT=yes');
    expect(text).not.toContain('secret');
  });

  test('ends at its time-out with all it started', async () => {
    const result = await run('sleep 300 & echo $! > child; echo begun; wait', { timeout_ms: 500 });
    expect(result).toMatchObject({ ok: false });
    expect(result.text).toMatch(/begun[\s\S]*Ended after 500 ms/);
    const child = await pidIn('child');
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  test('ends a command that ignores SIGTERM', async () => {
    const result = await run("trap '' TERM; echo begun; while :; do sleep 0.1; done", { timeout_ms: 300 });
    expect(result.text).toMatch(/Ended after 300 ms/);
    await expect.poll(() => isAlive(bench.processes[0] ?? 0)).toBe(false);
  });

  test('a stop ends the command and its children', async () => {
    const result = run('sleep 300 & echo $! > child; sleep 300');
    const child = await pidIn('child');
    bench.stop.abort();
    expect((await result).text).toMatch(/Stopped by the person/);
    await expect
      .poll(async () => [await isAlive(child), await isAlive(bench.processes[0] ?? 0)])
      .toEqual([false, false]);
  });

  test('a process left in the background ends with the command', async () => {
    expect((await run('sleep 300 > /dev/null 2>&1 & echo $! > child')).ok).toBe(true);
    const child = await pidIn('child');
    await expect.poll(() => isAlive(child)).toBe(false);
  });

  test('nothing happens before its process was told of, and nothing at all when that fails', async () => {
    const planned = await bench.plan('run_command', { command: 'echo x > effect' });
    if (!('run' in planned)) throw new Error(planned.text);
    let seen = 'not asked';
    const result = await planned.run({
      ...bench.context,
      onProcess: async ({ pid }) => {
        seen = await readFile(join(bench.root, 'effect'), 'utf8').catch(() =>
          pid > 0 ? 'nothing yet' : 'no pid',
        );
        throw new Error('disk full');
      },
    });
    expect(seen).toBe('nothing yet');
    expect(result).toMatchObject({ ok: false });
    await expect(readFile(join(bench.root, 'effect'))).rejects.toThrow('ENOENT');
  });

  test('says when there is no shell', async () => {
    const tool = createRunCommandTool({
      commands: createRunningCommands({ files: nodeFiles, shell: 'no-such-shell', environment: {} }),
    });
    const planned = await tool.plan({ command: 'true' }, bench.context);
    expect('run' in planned && (await planned.run(bench.context)).text).toMatch(/could not be started/);
  });

  test('refuses a time-out beyond ten minutes', async () => {
    expect((await run('true', { timeout_ms: 9_999_999 })).text).toMatch(
      /"timeout_ms" must be at most 600000/,
    );
  });
});
