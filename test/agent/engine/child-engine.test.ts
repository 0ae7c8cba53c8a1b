import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChildEngine } from '../../../src/agent/engine/child-engine.ts';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace, until } from '../../cli/cli-place.ts';
import { childPid, endOf, processesWith, start, steps } from './run-place.ts';
import { task } from './scripted-task.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

describe('a run in a child process', () => {
  it('asks, does what is allowed, shows what it changed, and ends', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(task(steps));
    const { run, events } = start(place, { prompt: 'Do the task' });
    expect(await run.ended).toMatchObject({ code: 0, signal: null, errorText: '' });
    expect(
      events
        .filter(({ type }) => type === 'approval-ask')
        .map((event) => event.type === 'approval-ask' && event.request.tool),
    ).toEqual(['run_command', 'write', 'run_command', 'edit']);
    expect(events[0]).toMatchObject({
      type: 'run-start',
      resumed: false,
      memory: { files: [join(place.repository, 'CLAUDE.md')] },
    });
    const changes = events.flatMap((event) =>
      event.type === 'tool-end' && event.change ? [event.change] : [],
    );
    expect(changes.map(({ path, beforeObject }) => [path, beforeObject === undefined])).toEqual([
      [join(place.repository, 'made.txt'), true],
      [join(place.repository, 'made.txt'), false],
    ]);
    expect(await readFile(changes[1]?.beforeObject ?? '', 'utf8')).toBe('first\n');
    expect(changes[1]?.diff).toContain('+second');
    expect(endOf(events)).toMatchObject({ outcome: 'success', message: 'All steps are done.', turns: 6 });
    expect(server.requests).toHaveLength(6);
  });

  it('goes on without what a person denies, and says so in the end', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(task(steps.slice(1, 2)));
    const { run, events } = start(place, { prompt: 'x' }, 'deny');
    expect(await run.ended).toMatchObject({ code: 0 });
    expect(endOf(events)).toMatchObject({ denials: [{ tool: 'run_command', id: 'one' }] });
    const ended = events.find((event) => event.type === 'tool-end');
    expect(ended).toMatchObject({ id: 'one', ok: false });
  });

  it('keeps an answer of always for the next session', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(task([{ id: 'one', tool: 'run_command', input: { command: 'npm --version' } }]));
    const first = start(place, { prompt: 'x' }, 'never');
    const ask = await until('the question', () =>
      first.events.find((event) => event.type === 'approval-ask'),
    );
    if (ask.type !== 'approval-ask') return;
    first.run.send({ type: 'approval-answer', id: ask.request.id, decision: 'always' });
    await first.run.ended;
    const second = start(place, { prompt: 'y' }, 'never');
    expect(await second.run.ended).toMatchObject({ code: 0 });
    expect(second.events.some(({ type }) => type === 'approval-ask')).toBe(false);
  });

  it('hears what is typed meanwhile before the next request', async () => {
    const place = await makeCliPlace(cli.path);
    const server = await place.serve(task(steps.slice(0, 2)));
    const { run, events } = start(place, { prompt: 'x' }, 'never');
    const ask = await until('the question', () => events.find((event) => event.type === 'approval-ask'));
    run.send({ type: 'steer', text: 'Use fewer words.' });
    if (ask.type === 'approval-ask')
      run.send({ type: 'approval-answer', id: ask.request.id, decision: 'once' });
    await run.ended;
    expect(JSON.stringify(server.requests.at(-1)?.body.messages)).toContain('Use fewer words.');
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'message-user', text: 'Use fewer words.', steer: true }),
    );
  });

  it('stops in the middle of a command, with everything the command started', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(
      task([
        { id: 'long', tool: 'run_command', input: { command: 'echo begun; sleep 612.5 & sleep 612.5' } },
      ]),
    );
    const { run, events } = start(place, { prompt: 'x' });
    await until('output', () => events.find((event) => event.type === 'tool-output'));
    await run.stop();
    expect(endOf(events)).toMatchObject({ outcome: 'stopped' });
    expect(await processesWith('sleep 612.5')).toEqual([]);
  });

  it('leaves nothing alive when it has to be killed', async () => {
    const place = await makeCliPlace(cli.path);
    await place.serve(
      task([{ id: 'long', tool: 'run_command', input: { command: 'echo begun; sleep 613.5' } }]),
    );
    const engine = createChildEngine({
      command: process.execPath,
      args: [cli.path],
      environment: place.environment,
      graceMs: 200,
    });
    const run = engine.start({
      prompt: 'x',
      cwd: place.repository,
      permissionMode: 'bypassPermissions',
      allowedTools: [],
    });
    const begun = new Promise((resolve) =>
      run.onEvent((event) => event.type === 'tool-output' && resolve(event)),
    );
    await begun;
    process.kill(await childPid(place), 'SIGSTOP');
    await run.stop();
    expect(await run.ended).toMatchObject({ code: null, signal: 'SIGKILL' });
    await until('the end of the command', async () =>
      (await processesWith('sleep 613.5')).length === 0 ? true : undefined,
    );
  });

  it('tells in words why a program could not be started', async () => {
    const place = await makeCliPlace(cli.path);
    const engine = createChildEngine({ command: '/nowhere/node', args: [], environment: {} });
    const run = engine.start({
      prompt: 'x',
      cwd: place.repository,
      permissionMode: 'default',
      allowedTools: [],
    });
    expect(await run.ended).toMatchObject({
      code: null,
      errorText: expect.stringContaining('Could not start /nowhere/node'),
    });
  });
});
