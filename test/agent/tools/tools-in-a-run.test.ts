import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace } from '../../cli/cli-place.ts';
import { journal, killWhen, processesWith, sessionOf, start } from '../engine/run-place.ts';
import { task, toolResults } from '../engine/scripted-task.ts';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const inBackground = (command: string) =>
  ({ id: 'left', tool: 'run_command', input: { command, background: true } }) as const;

test('a command left in the background ends with its run', { timeout: 180_000 }, async () => {
  const place = await makeCliPlace(cli.path);
  await place.serve(task([inBackground('sleep 616.25')]));
  const { run, events } = start(place, { prompt: 'x' });
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(events).toContainEqual(
    expect.objectContaining({ type: 'tool-end', text: expect.stringMatching(/^Started in the background/) }),
  );
  expect(await processesWith('sleep 616.25')).toEqual([]);
});

test('a run that was killed leaves it behind, and the next one ends it and says so', {
  timeout: 180_000,
}, async () => {
  const place = await makeCliPlace(cli.path);
  // A sandbox may end with the process that made it: then nothing is left behind.
  await mkdir(place.varveHome, { recursive: true });
  await writeFile(join(place.varveHome, 'config.json'), '{"version":1,"sandbox":"off"}');
  const answers = task([
    inBackground('sleep 617.25'),
    { id: 'look', tool: 'read', input: { path: 'CLAUDE.md' } },
  ]);
  // Until it is killed the run must not come to its end.
  let isKilled = false;
  await place.serve((request) =>
    toolResults(request.body).has('left') && !isKilled ? { hang: true } : answers(request),
  );
  const first = start(place, { prompt: 'x' });
  await killWhen(place, first, 'tool-end', 1);
  isKilled = true;
  expect(await processesWith('sleep 617.25')).not.toEqual([]);
  const second = start(place, { resume: sessionOf(first.events) ?? '', prompt: '' });
  expect(await second.run.ended).toMatchObject({ code: 0 });
  expect(await processesWith('sleep 617.25')).toEqual([]);
  expect(second.events).toContainEqual(
    expect.objectContaining({
      type: 'notice',
      text: 'What the interrupted run had left running in the background was ended.',
    }),
  );
});

test('a question reaches whoever controls the run, and the list of steps and what it proposes too', {
  timeout: 180_000,
}, async () => {
  const place = await makeCliPlace(cli.path);
  const items = [{ text: 'Ask', state: 'active' }];
  const server = await place.serve(
    task([
      { id: 'list', tool: 'todo', input: { items } },
      { id: 'ask', tool: 'ask_user', input: { question: 'Tabs or spaces?', options: ['Tabs', 'Spaces'] } },
      {
        id: 'keep',
        tool: 'memory',
        input: { command: 'create', path: '/memories/gotcha-x.md', file_text: 'Tabs.' },
      },
    ]),
  );
  const { run, events } = start(place, { prompt: 'x' });
  run.onEvent((event) => {
    if (event.type === 'question-ask') run.send({ type: 'question-answer', id: event.id, text: 'Tabs' });
  });
  expect(await run.ended).toMatchObject({ code: 0 });
  expect(events).toContainEqual(expect.objectContaining({ type: 'todo-update', items }));
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'question-ask',
      question: 'Tabs or spaces?',
      options: ['Tabs', 'Spaces'],
    }),
  );
  expect(events).toContainEqual(expect.objectContaining({ type: 'question-answer', text: 'Tabs' }));
  const results = toolResults(server.requests.at(-1)?.body);
  expect(results.get('ask')).toBe('"The person answered: Tabs"');
  expect(results.get('keep')).toMatch(/File created successfully[^"]*It is a proposal now/);
  expect((await journal(place)).events).toContainEqual(
    expect.objectContaining({ type: 'todo-update', items }),
  );
  const session = sessionOf(events) ?? '';
  expect((await place.run(['memory', 'show', '--json'])).stdout).toContain(`run:${session}`);
});

test('a run that nobody controls cannot ask, and fetches only where a rule says so', {
  timeout: 180_000,
}, async () => {
  const place = await makeCliPlace(cli.path);
  const server = await place.serve(() => ({ content: [{ type: 'text', text: 'Done.' }] }));
  await place.run(['-p', 'x']);
  await place.run(['-p', 'x', '--allowedTools', 'WebFetch(domain:localhost)']);
  const [plain, fetching] = server.requests.map(({ body }) => (body.tools ?? []).map(({ name }) => name));
  expect(plain).not.toContain('ask_user');
  expect(plain).not.toContain('fetch');
  expect(plain).toContain('memory');
  expect(fetching).toContain('fetch');
});
