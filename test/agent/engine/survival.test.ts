import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { type CliPlace, makeCliPlace, until } from '../../cli/cli-place.ts';
import { childPid, journal, killWhen, processesWith, sessionOf, start, steps } from './run-place.ts';
import { task, toolResults } from './scripted-task.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('a run whose process is killed', { timeout: 120_000 }, () => {
  it.each([
    ['run-start', 1],
    ['message-assistant', 1],
    ['tool-start', 1],
    ['approval-ask', 1],
    ['tool-start', 2],
    ['tool-end', 2],
    ['tool-start', 3],
    ['tool-end', 3],
    ['message-assistant', 4],
    ['tool-start', 4],
    ['tool-start', 5],
    ['usage-update', 6],
  ] as const)('at %s %i goes on: nothing twice, nothing lost', async (type, nth) => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(task(steps));
    const first = start(place, { prompt: 'Do the task' });
    await killWhen(place, first, type, nth);
    const session = sessionOf(first.events);
    if (session === undefined) throw new Error('The run never started.');
    const second = start(place, { resume: session, prompt: '' });
    const ended = await second.run.ended;
    // The last answer may have been there already: then nothing was pending.
    if (ended.code !== 0) expect(ended.errorText).toContain('Nothing of session');
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\ntwo\n');
    expect(await readFile(join(place.repository, 'made.txt'), 'utf8')).toBe('second\n');
    const prompts = server.requests
      .at(-1)
      ?.body.messages.filter(({ content }) => JSON.stringify(content).includes('Do the task'));
    expect(prompts).toHaveLength(1);
    const { events } = await journal(place);
    const results = events.flatMap((event) => (event.type === 'tool-result' ? [event.id] : []));
    expect(new Set(results).size).toBe(results.length);
    expect(toolResults(server.requests.at(-1)?.body).size).toBeGreaterThanOrEqual(steps.length);
  });

  it('in the middle of a command leaves an orphan, which is ended and told as unknown when the session goes on', async () => {
    const place = await makeCliPlace(cli.path);
    // Where there is a sandbox its commands die with the run, and nothing is left to be found.
    await mkdir(place.varveHome);
    await writeFile(join(place.varveHome, 'config.json'), '{"version":1,"sandbox":"off"}');
    const server = await place.serve(
      task([
        {
          id: 'one',
          tool: 'run_command',
          input: { command: 'echo one >> log.txt; echo begun; sleep 614.5' },
          leaves: 'one',
        },
      ]),
    );
    const first = start(place, { prompt: 'x' });
    await killWhen(place, first, 'tool-output', 1);
    expect(await processesWith('sleep 614.5')).not.toEqual([]);
    const second = start(place, { resume: sessionOf(first.events) ?? '', prompt: '' });
    expect(await second.run.ended).toMatchObject({ code: 0 });
    expect(await processesWith('sleep 614.5')).toEqual([]);
    expect(second.events).toContainEqual(
      expect.objectContaining({
        type: 'notice',
        text: expect.stringContaining('was ended. Its outcome is unknown'),
      }),
    );
    expect(toolResults(server.requests.at(-1)?.body).get('one')).toContain('outcome is unknown');
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\n');
  });
});

describe('a run whose engine dies', { timeout: 120_000 }, () => {
  it('stops its command, journals that, ends by itself, and goes on later', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(
      task([
        {
          id: 'one',
          tool: 'run_command',
          input: { command: 'echo one >> log.txt; echo begun; sleep 615.5' },
          leaves: 'one',
        },
      ]),
    );
    const host = spawn(
      process.execPath,
      [join(import.meta.dirname, 'engine-host.ts'), cli.path, place.repository],
      {
        env: place.environment as NodeJS.ProcessEnv,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void host.kill('SIGKILL'));
    await once(host.stdout, 'data');
    const pid = await childPid(place);
    host.kill('SIGKILL');
    await until('the end of the child', () => (isGone(pid) ? true : undefined));
    expect(await processesWith('sleep 615.5')).toEqual([]);
    const { events } = await journal(place);
    expect(events.at(-1)).toMatchObject({ type: 'run-end', outcome: 'interrupted' });
    expect(events.find((event) => event.type === 'tool-result')).toMatchObject({ id: 'one', ok: false });
    const { run } = start(place, { resume: events.length > 0 ? await sessionIn(place) : '', prompt: '' });
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(await readFile(join(place.repository, 'log.txt'), 'utf8')).toBe('one\n');
  });
});

async function sessionIn(place: CliPlace): Promise<string> {
  return ((await journal(place)).path.split('/').at(-1) ?? '').replace('.jsonl', '');
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}
