import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createMask } from '../../../src/agent/guard/secret-mask.ts';
import type { Sandbox } from '../../../src/agent/sandbox/sandbox.ts';
import { createRunCommandTool } from '../../../src/agent/tools/run-command.ts';
import {
  createRunningCommands,
  type RunningCommandsOptions,
} from '../../../src/agent/tools/running-commands.ts';
import type { ToolResult } from '../../../src/agent/tools/tool.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { isAlive } from '../../../src/base/process-identity.ts';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
});
afterEach(() => bench.dispose());

const run = (command: string, over: object = {}) => bench.call('run_command', { command, ...over });
const output = (id: string, over: object = {}) => bench.call('command_output', { id, ...over });

function idIn({ text }: ToolResult): string {
  const id = /(?:as|id) ([0-9a-f]{8})/.exec(text)?.[1];
  if (id === undefined) throw new Error(`no id in: ${text}`);
  return id;
}

async function start(command: string): Promise<string> {
  return idIn(await run(command, { background: true }));
}

/** Pages until the command has ended and all of it was read. */
async function readAll(id: string): Promise<{ text: string; last: string }> {
  let text = '';
  let offset = 0;
  for (;;) {
    const page = (await output(id, { offset, wait_ms: 60_000 })).text;
    const place = page.lastIndexOf('\n[');
    const last = page.slice(place + 1);
    const part = page.slice(0, place);
    if (part !== '(nothing new)') text += `${part}\n`;
    const next = Number(/bytes \d+ to (\d+)/.exec(last)?.[1]);
    if (!last.startsWith('[running') && !last.includes('read on')) return { text, last };
    offset = next;
  }
}

async function pidIn(file: string): Promise<number> {
  let pid = 0;
  await expect
    .poll(
      async () => {
        pid = Number.parseInt(await readFile(join(bench.root, file), 'utf8').catch(() => ''), 10);
        return pid > 0;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  return pid;
}

const gone = (pid: number) => expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);

describe('output that was cut', () => {
  test('can be read whole, page by page, and goes through a file', async () => {
    const result = await run('for i in $(seq 1 20000); do echo "line $i ä"; done');
    const id = idIn(result);
    const { text, last } = await readAll(id);
    const lines = text.split('\n').filter((line) => line !== '');
    // A page may end within a line: the words are what must not be lost.
    expect(lines.join(' ').split(/\s+/).join('')).toBe(
      Array.from({ length: 20_000 }, (_, index) => `line${index + 1}ä`).join(''),
    );
    expect(last).toMatch(/^\[Exit code 0; bytes \d+ to (\d+) of \1\]$/);
    expect(await readdir(join(bench.state, 'output'))).toEqual([`${id}.txt`]);
    expect((await stat(join(bench.state, 'output', `${id}.txt`))).mode & 0o777).toBe(0o600);
  });

  test('can be read by a later run of the session', async () => {
    const id = idIn(await run('seq 1 20000'));
    const later = createRunningCommands({
      files: nodeFiles,
      environment: {},
      outputDirectory: join(bench.state, 'output'),
    });
    expect(await later.earlierPage(id, 0, 4)).toEqual({ text: '1\n2\n', from: 0, next: 4, kept: 108_894 });
    expect(await later.earlierPage('../output/x', 0, 4)).toBeUndefined();
    expect((await output('00000000')).text).toMatch(/There is no command 00000000/);
  });

  test('a short output needs no file', async () => {
    await run('echo short');
    await expect(readdir(join(bench.state, 'output'))).rejects.toThrow('ENOENT');
  });

  test('a disk that is full loses the end, and says so', async () => {
    const full = { ...nodeFiles, append: () => Promise.reject(new Error('ENOSPC: no space left on device')) };
    const { text, ok } = await runWith({ files: full }, 'seq 1 20000');
    expect(ok).toBe(true);
    expect(text).toMatch(/\n20000\n\[All of it is 0 bytes.*\]\n\[108894 bytes .*ENOSPC/);
  });

  test('100 MB of output fill neither memory nor more than 100 MB of disk', {
    timeout: 240_000,
  }, async () => {
    const before = process.memoryUsage().rss;
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 20);
    const result = await run('head -c 110000000 /dev/zero | tr "\\0" x; echo; echo end', {
      timeout_ms: 200_000,
    });
    clearInterval(watch);
    expect(result.text).toMatch(/\nend\n\[All of it is 104857600 bytes/);
    expect(result.text).toMatch(
      /\[5142405 bytes at its end were not kept: 100 MB of one command are kept at most\.\]/,
    );
    expect((await stat(join(bench.state, 'output', `${idIn(result)}.txt`))).size).toBe(104_857_600);
    // Kept in memory it would be 110 MB as text alone.
    expect(most - before).toBeLessThan(120 * 1024 * 1024);
    expect((await output(idIn(result), { offset: 104_857_590 })).text).toMatch(/^x{10}\n/);
  });
});

describe('a command in the background', () => {
  test('goes on, is read as it writes, and is ended with all it started', async () => {
    const id = await start('echo begun; sleep 300 & echo $! > child; wait');
    expect((await output(id, { wait_ms: 60_000 })).text).toBe('begun\n[running; bytes 0 to 6 of 6]');
    expect((await output(id)).text).toBe('(nothing new)\n[running; bytes 6 to 6 of 6]');
    const child = await pidIn('child');
    expect((await bench.call('stop_command', { id })).text).toMatch(/^Ended: Ended by SIGTERM\./);
    await gone(child);
    expect((await output(id)).text).toMatch(/^\(nothing new\)\n\[Ended by SIGTERM;/);
    expect((await bench.call('stop_command', { id })).text).toMatch(/had ended already/);
  });

  test('is told of as one, by its process, before it begins', async () => {
    const told: unknown[] = [];
    const planned = await bench.plan('run_command', { command: 'sleep 300', background: true });
    if (!('run' in planned)) throw new Error(planned.text);
    expect(planned.summary).toBe('Run in the background sleep 300');
    await planned.run({ ...bench.context, onProcess: async (process) => void told.push(process) });
    expect(told).toEqual([{ pid: expect.any(Number), startTime: expect.any(String), background: true }]);
  });

  test('says how it ended by itself', async () => {
    const { text, last } = await readAll(await start('echo failed >&2; exit 3'));
    expect({ text, last }).toEqual({ text: 'failed\n', last: '[Exit code 3; bytes 0 to 7 of 7]' });
  });

  test('ends with the run', async () => {
    await start('echo $$ > pid; exec sleep 300');
    const pid = await pidIn('pid');
    await bench.commands.endAll();
    await gone(pid);
  });

  test('ends with a stop', async () => {
    await start('echo $$ > pid; exec sleep 300');
    const pid = await pidIn('pid');
    bench.stop.abort();
    await gone(pid);
  });

  test('is one of twenty at most', async () => {
    await Promise.all(Array.from({ length: 20 }, () => start('sleep 300')));
    expect((await run('sleep 300', { background: true })).text).toMatch(/20 commands run in the background/);
  });

  test('is not known by another name', async () => {
    expect(await output('nothing')).toMatchObject({ ok: false });
    expect(await bench.call('stop_command', { id: 'nothing' })).toMatchObject({ ok: false });
  });
});

describe('a secret in the output', () => {
  const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA2bC4'}`;
  const mask = createMask(['opal-lantern-12']);

  test('is not in the file, and what is cut in the middle shows no half of it', async () => {
    // The cut falls into the token: 10,000 letters stand before it.
    const command = `printf 'x%.0s' $(seq 1 9960); echo -n ' ${token}'; for i in $(seq 1 20000); do echo; echo "n $i"; done; printf opal-lantern-12`;
    const { text } = await runWith({ mask }, command);
    expect(text).toContain('characters left out');
    expect(text).not.toContain('ghp_');
    // The last line has no end, and is there.
    expect(text).toContain('n 20000\n[redacted key]');
    const [name = ''] = await readdir(join(bench.state, 'output'));
    const kept = await readFile(join(bench.state, 'output', name), 'utf8');
    expect(kept).toContain('x [redacted github-token]\nn 1\n');
    expect(kept).toMatch(/n 20000\n\[redacted key\]$/);
  });
});

describe('a command that forks and stays', () => {
  test.runIf(process.platform === 'linux')(
    'is ended outside of its group too, and that is said',
    async () => {
      const { text } = await run(
        "setsid sh -c 'echo $$ > child; exec sleep 300' > /dev/null 2>&1 & until [ -s child ]; do sleep 0.05; done",
      );
      expect(text).toBe('(no output)\n[It had left 1 process running outside its group; ended too.]');
      await gone(await pidIn('child'));
    },
  );
});

describe('the sandbox', () => {
  const sandbox = (wrap: Sandbox['wrap']): Sandbox => ({
    state: { on: true, reason: '' },
    wrap,
    tidy: async () => {},
    dispose: async () => {},
  });

  test('is what is started, with what it adds', async () => {
    const around = sandbox(async ({ command, args }, cwd) => ({
      command: 'env',
      args: ['AROUND=yes', command, ...args],
      environment: { GIVEN: cwd },
    }));
    const { text } = await runWith({ sandbox: around }, 'echo "$AROUND $GIVEN"');
    expect(text).toBe(`yes ${bench.root}`);
  });

  test('that cannot be set up lets nothing run', async () => {
    const broken = sandbox(() => Promise.reject(new Error('no namespaces')));
    const { ok, text } = await runWith({ sandbox: broken }, 'echo x > effect');
    expect({ ok, text }).toEqual({
      ok: false,
      text: 'The command was not run: its sandbox could not be set up (no namespaces).',
    });
    await expect(readFile(join(bench.root, 'effect'))).rejects.toThrow('ENOENT');
  });
});

async function runWith(over: Partial<RunningCommandsOptions>, command: string): Promise<ToolResult> {
  const outputDirectory = join(bench.state, 'output');
  const commands = createRunningCommands({
    files: nodeFiles,
    environment: process.env,
    outputDirectory,
    ...over,
  });
  const planned = await createRunCommandTool({ commands }).plan({ command }, bench.context);
  return 'run' in planned ? planned.run(bench.context) : planned;
}
