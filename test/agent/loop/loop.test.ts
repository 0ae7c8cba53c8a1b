import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApprovalDecision } from '../../../src/agent/guard/guard.ts';
import { historyFrom, pendingCalls } from '../../../src/agent/loop/history.ts';
import { interruption } from '../../../src/agent/loop/loop-config.ts';
import type { LoopEvent } from '../../../src/agent/loop/loop-event.ts';
import { isAlive } from '../../../src/base/process-identity.ts';
import type { Answer, AnswerBlock } from '../../model-server/answer.ts';
import { lastToolResults, scripted, userTexts } from '../../model-server/script.ts';
import { createLoopBench, type LoopBench, type LoopBenchOptions } from './loop-bench.ts';

const benches: LoopBench[] = [];
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.dispose();
});

async function benchWith(options: LoopBenchOptions): Promise<LoopBench> {
  const bench = await createLoopBench(options);
  benches.push(bench);
  return bench;
}

const say = (text: string): Answer => ({ content: [{ type: 'text', text }] });
const use = (name: string, input: unknown, id?: string): AnswerBlock => ({
  type: 'tool_use',
  name,
  input,
  ...(id === undefined ? {} : { id }),
});
const call = (...content: AnswerBlock[]): Answer => ({ content });
const of = <T extends LoopEvent['type']>(bench: LoopBench, type: T) =>
  bench.events.filter((event): event is Extract<LoopEvent, { type: T }> => event.type === type);

/** Every call of every request has its result right behind it. */
function expectValidRequests(bench: LoopBench): void {
  for (const { body } of bench.server.requests) {
    body.messages.forEach((message, index) => {
      expect(message.role).toBe(index % 2 === 0 ? 'user' : 'assistant');
      if (typeof message.content === 'string' || message.role !== 'assistant') return;
      const next = body.messages[index + 1]?.content;
      const answered = Array.isArray(next) ? next.map((block) => block.tool_use_id) : [];
      for (const block of message.content)
        if (block.type === 'tool_use') expect(answered).toContain(block.id);
    });
  }
}

describe('a run', () => {
  test('reads, edits, runs a command and ends, with every step announced before its effect', async () => {
    const bench = await benchWith({
      decide: scripted([
        call({ type: 'text', text: 'I look first.' }, use('read', { path: 'a.js' })),
        call(use('edit', { path: 'a.js', old_string: '1', new_string: '2' })),
        call(use('run_command', { command: 'cat a.js' })),
        (request) => say(`It says ${lastToolResults(request.body)[0]?.text}.`),
      ]),
    });
    await bench.put('a.js', 'value = 1\n');
    const end = await bench.run('Make it two.');
    expect(end).toMatchObject({ outcome: 'success', message: 'It says value = 2.', turns: 4, denials: [] });
    expect(end.usage.inputTokens).toBeGreaterThan(0);
    expect(end.costUsd).toBeGreaterThan(0);
    expect(bench.types()).toEqual([
      'message-user',
      ...['request-start', 'message-assistant', 'tool-intent', 'tool-result', 'turn-end'],
      ...[
        'request-start',
        'message-assistant',
        'approval-ask',
        'approval-answer',
        'tool-intent',
        'tool-result',
        'turn-end',
      ],
      ...[
        'request-start',
        'message-assistant',
        'approval-ask',
        'approval-answer',
        'tool-intent',
        'process-start',
        'tool-result',
        'turn-end',
      ],
      ...['request-start', 'message-assistant', 'turn-end'],
    ]);
    expect(
      bench.asked.map(({ tool, summary, detail }) => ({
        tool,
        summary,
        detail: detail.includes('value = 2') || detail === 'cat a.js',
      })),
    ).toEqual([
      { tool: 'edit', summary: 'Edit a.js', detail: true },
      { tool: 'run_command', summary: 'Run cat a.js', detail: true },
    ]);
    expect(of(bench, 'tool-result')[1]?.change?.diff).toContain('+value = 2');
    expect(
      of(bench, 'tool-output')
        .map((event) => event.text)
        .join(''),
    ).toBe('value = 2\n');
    expect(
      of(bench, 'text-delta')
        .map((event) => event.text)
        .join(''),
    ).toBe('I look first.It says value = 2.');
    expectValidRequests(bench);
  });

  test('nothing is done whose announcement could not be kept', async () => {
    const bench = await benchWith({
      decide: scripted([call(use('write', { path: 'new.txt', content: 'x' })), say('done')]),
      onEvent: (event) => {
        if (event.type === 'tool-intent') throw new Error('ENOSPC');
      },
    });
    const end = await bench.run('Write.');
    expect(end.outcome).toBe('failed');
    expect(end.message).toMatch(/journal could not be written: ENOSPC/);
    await expect(readFile(join(bench.root, 'new.txt'))).rejects.toThrow('ENOENT');
    expect(bench.server.requests).toHaveLength(1);
  });

  test('a request leaves only after its announcement was kept', async () => {
    const bench = await benchWith({
      decide: scripted([say('hi')]),
      onEvent: async (event) => {
        if (event.type !== 'request-start') return;
        await new Promise((resolve) => setImmediate(resolve));
        throw new Error('EIO');
      },
    });
    expect((await bench.run('Hi.')).outcome).toBe('failed');
    expect(bench.server.requests).toEqual([]);
  });

  test('live output is handed on in order and before the result, however slow its hearer', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(use('run_command', { command: 'for i in 1 2 3; do echo $i; done' })),
        say('done'),
      ]),
      mode: 'bypassPermissions',
      onEvent: async (event) => {
        for (let turn = 0; event.type === 'tool-output' && turn < 50; turn += 1) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    });
    await bench.run('Count.');
    const order = bench.events.map((event) => event.type);
    expect(order.lastIndexOf('tool-output')).toBeGreaterThan(-1);
    expect(order.lastIndexOf('tool-output')).toBeLessThan(order.indexOf('tool-result'));
  });

  test('reads go on side by side, effects in order, and results come back in the order of the calls', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(
          use('read', { path: 'a' }, '1'),
          use('read', { path: 'b' }, '2'),
          use('run_command', { command: 'echo x > c' }, '3'),
          use('run_command', { command: 'cat c' }, '4'),
          use('read', { path: 'c' }, '5'),
        ),
        say('done'),
      ]),
      mode: 'bypassPermissions',
    });
    await bench.put('a', 'A');
    await bench.put('b', 'B');
    await bench.run('All.');
    const results = lastToolResults(
      bench.server.requests[1]?.body ?? { model: '', max_tokens: 0, messages: [] },
    );
    expect(results.map(({ id, text }) => [id, text])).toEqual([
      ['1', '1\tA'],
      ['2', '1\tB'],
      ['3', '(no output)'],
      ['4', 'x'],
      ['5', '1\tx'],
    ]);
    const order = bench.events.flatMap((event) =>
      event.type === 'tool-intent' || event.type === 'tool-result'
        ? [`${event.type.slice(5)} ${event.id}`]
        : [],
    );
    expect(order.slice(0, 2)).toEqual(['intent 1', 'intent 2']);
    expect(order.slice(4)).toEqual(['intent 3', 'result 3', 'intent 4', 'result 4', 'intent 5', 'result 5']);
  });

  test('unknown tools, wrong inputs and failing calls are answered, not thrown', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(use('fly', {}), use('read', { wrong: 1 }), use('read', { path: 'missing' })),
        say('ok'),
      ]),
    });
    expect((await bench.run('Try.')).outcome).toBe('success');
    const results = lastToolResults(
      bench.server.requests[1]?.body ?? { model: '', max_tokens: 0, messages: [] },
    );
    expect(results.map((result) => result.isError)).toEqual([true, true, true]);
    expect(results[0]?.text).toMatch(/There is no tool "fly"\. The tools are: read/);
    expectValidRequests(bench);
  });

  test('steering goes in before the next request, or starts one more turn at the end', async () => {
    const bench = await benchWith({ decide: scripted([call(use('list', {})), say('one'), say('two')]) });
    bench.steering.push('', 'Also this.');
    const first = bench.run('Go.', {
      takeSteering: () =>
        bench.server.requests.length === 1
          ? bench.steering.splice(0).at(-1)
          : bench.server.requests.length === 2
            ? bench.steering.pop()
            : undefined,
      emit: async (event) => {
        bench.events.push(event);
        if (event.type === 'message-assistant' && bench.server.requests.length === 2)
          bench.steering.push('And that.');
      },
    });
    expect((await first).message).toBe('two');
    expect(userTexts(bench.server.requests[1]?.body ?? { model: '', max_tokens: 0, messages: [] })).toEqual([
      'Go.',
      'Also this.',
    ]);
    expect(userTexts(bench.server.requests[2]?.body ?? { model: '', max_tokens: 0, messages: [] })).toEqual([
      'Go.',
      'Also this.',
      'And that.',
    ]);
    expectValidRequests(bench);
  });

  test('ends at its limit of turns with a valid history', async () => {
    let turn = 0;
    const bench = await benchWith({
      decide: () => call(use('list', { path: '.' }, `call-${turn++}`), use('glob', { pattern: `${turn}` })),
    });
    expect(await bench.run('Go.', { maxTurns: 3 })).toMatchObject({ outcome: 'max-turns', turns: 3 });
    expect(pendingCalls(historyFrom(bench.events))).toEqual([]);
  });

  test('the same call five times in a row is not carried out again', async () => {
    const bench = await benchWith({
      decide: (request) =>
        request.index < 6 ? call(use('list', { path: '.' }, `c${request.index}`)) : say('enough'),
    });
    expect((await bench.run('Go.')).outcome).toBe('success');
    expect(of(bench, 'tool-intent')).toHaveLength(4);
    expect(of(bench, 'notice')[0]?.text).toMatch(/same call of list 5 times in a row/);
  });

  test('an answer the model refuses ends the run with a sentence', async () => {
    const bench = await benchWith({
      decide: scripted([{ ...say('No.'), content: [{ type: 'text', text: 'No.' }], stopReason: 'refusal' }]),
    });
    expect(await bench.run('Go.')).toMatchObject({ outcome: 'failed' });
  });
});

describe('permission', () => {
  test('a no of the person reaches the model, and nothing is done', async () => {
    const bench = await benchWith({
      decide: scripted([call(use('write', { path: 'a.txt', content: 'x' })), say('I stop here.')]),
      approve: async () => 'deny',
    });
    const end = await bench.run('Write.');
    expect(end).toMatchObject({
      outcome: 'success',
      denials: [{ tool: 'write', input: { path: 'a.txt', content: 'x' } }],
    });
    expect(of(bench, 'tool-intent')).toEqual([]);
    expect(of(bench, 'tool-result')[0]).toMatchObject({ ok: false, denial: { input: { path: 'a.txt' } } });
    expect(
      lastToolResults(bench.server.requests[1]?.body ?? { model: '', max_tokens: 0, messages: [] })[0]?.text,
    ).toMatch(/not permitted and nothing was done/);
    await expect(readFile(join(bench.root, 'a.txt'))).rejects.toThrow('ENOENT');
  });

  test('a deny rule is not asked about', async () => {
    const bench = await benchWith({
      decide: scripted([call(use('run_command', { command: 'rm -rf x' })), say('ok')]),
      deny: ['Bash(rm *)'],
    });
    const end = await bench.run('Remove.');
    expect(bench.asked).toEqual([]);
    expect(end.denials).toHaveLength(1);
  });

  test('an answer for the session is not asked again', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(use('run_command', { command: 'echo a' })),
        call(use('run_command', { command: 'echo a' })),
        call(use('run_command', { command: 'echo b' })),
        say('ok'),
      ]),
      approve: async () => 'session',
    });
    await bench.run('Go.');
    expect(bench.asked.map((request) => request.detail)).toEqual(['echo a', 'echo b']);
    expect(of(bench, 'approval-answer')[0]).toMatchObject({ decision: 'session', rule: 'Bash(echo a)' });
  });

  test('a stop while a person is asked ends the run, and the call counts as not done', async () => {
    const bench = await benchWith({
      decide: scripted([call(use('write', { path: 'a.txt', content: 'x' }), use('list', {}))]),
      approve: () => new Promise(() => {}),
    });
    const end = bench.run('Write.');
    await expect.poll(() => bench.asked.length).toBe(1);
    bench.stop.abort();
    expect(await end).toMatchObject({ outcome: 'stopped', denials: [] });
    expect(of(bench, 'tool-result').map((event) => event.ok)).toEqual([false, false]);
    expect(pendingCalls(historyFrom(bench.events))).toEqual([]);
  });
});

describe('trouble with the model', () => {
  test('a rate limit is waited for, visibly', async () => {
    const bench = await benchWith({
      decide: scripted([{ status: 429, retryAfter: 2 }, { status: 529 }, say('ok')]),
    });
    expect((await bench.run('Go.')).outcome).toBe('success');
    expect(of(bench, 'retry-wait').map((event) => event.problem.kind)).toEqual([
      'rate-limited',
      'overloaded',
    ]);
  });

  test('a refused key ends the run', async () => {
    const bench = await benchWith({ decide: () => ({ status: 401 }) });
    expect(await bench.run('Go.')).toMatchObject({
      outcome: 'failed',
      problem: { kind: 'unauthorized' },
      turns: 0,
    });
    expect(historyFrom(bench.events)).toHaveLength(1);
  });

  test('an answer cut in its middle is asked for again, and its first part is called void', async () => {
    const bench = await benchWith({
      decide: scripted([
        {
          ...say('A text that is cut off in its middle.'),
          content: [{ type: 'text', text: 'A text that is cut off in its middle.' }],
          cutAfter: 5,
        },
        say('Whole.'),
      ]),
    });
    expect(await bench.run('Go.')).toMatchObject({ outcome: 'success', message: 'Whole.' });
    expect(bench.types()).toEqual([
      'message-user',
      'request-start',
      'notice',
      'retry-wait',
      'message-assistant',
      'turn-end',
    ]);
  });

  test('a server that hangs is left at once by a stop', async () => {
    const bench = await benchWith({ decide: () => ({ hang: true }) });
    const end = bench.run('Go.');
    await expect.poll(() => bench.server.requests.length).toBe(1);
    bench.stop.abort();
    expect(await end).toMatchObject({ outcome: 'stopped' });
  });
});

describe('a stop in the middle of a command', () => {
  test('ends the command and its children, answers every call and leaves a history to go on from', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(
          use('run_command', { command: 'echo begun; sleep 300 & sleep 300' }),
          use('write', { path: 'after.txt', content: 'x' }),
        ),
        say('Going on.'),
      ]),
      mode: 'bypassPermissions',
    });
    const end = bench.run('Go.');
    await expect.poll(() => of(bench, 'tool-output').length).toBeGreaterThan(0);
    bench.stop.abort();
    expect(await end).toMatchObject({ outcome: 'stopped' });
    const pid = of(bench, 'process-start')[0]?.pid ?? 0;
    await expect.poll(() => isAlive(pid)).toBe(false);
    expect(of(bench, 'tool-result').map((event) => event.text)).toEqual([
      expect.stringMatching(/begun[\s\S]*Stopped by the person/),
      expect.stringMatching(/Nothing was done/),
    ]);
    await expect(readFile(join(bench.root, 'after.txt'))).rejects.toThrow('ENOENT');

    const again = await bench.run('Go on.', { signal: new AbortController().signal });
    expect(again).toMatchObject({ outcome: 'success', message: 'Going on.' });
    expectValidRequests(bench);
  });

  test('an interruption leaves the calls open that were not begun, and the next process carries them out once', async () => {
    const bench = await benchWith({
      decide: scripted([
        call(
          use('run_command', { command: 'echo begun; sleep 300' }, 'first'),
          use('write', { path: 'after.txt', content: 'x' }, 'second'),
        ),
        (request) =>
          say(
            lastToolResults(request.body)
              .map(({ id, isError }) => `${id} ${isError}`)
              .join(', '),
          ),
      ]),
      mode: 'bypassPermissions',
    });
    const end = bench.run('Go.');
    await expect.poll(() => of(bench, 'tool-output').length).toBeGreaterThan(0);
    bench.stop.abort(interruption);
    expect(await end).toMatchObject({ outcome: 'interrupted' });
    expect(pendingCalls(historyFrom(bench.events)).map((open) => open.id)).toEqual(['second']);

    const again = await bench.run('', { signal: new AbortController().signal });
    expect(again).toMatchObject({ outcome: 'success', message: 'first true, second false' });
    expect(await readFile(join(bench.root, 'after.txt'), 'utf8')).toBe('x');
    expect(of(bench, 'tool-intent').map((event) => event.id)).toEqual(['first', 'second']);
    expectValidRequests(bench);
  });

  test('an interruption while a person is asked leaves the question open, and the next process asks again', async () => {
    let answer: () => Promise<ApprovalDecision> = () => new Promise(() => {});
    const bench = await benchWith({
      decide: scripted([
        call(use('write', { path: 'after.txt', content: 'x' }, 'only')),
        (request) =>
          say(
            lastToolResults(request.body)
              .map(({ id, isError }) => `${id} ${isError}`)
              .join(', '),
          ),
      ]),
      approve: () => answer(),
    });
    const end = bench.run('Go.');
    await expect.poll(() => bench.asked.length).toBe(1);
    bench.stop.abort(interruption);
    expect(await end).toMatchObject({ outcome: 'interrupted', denials: [] });
    expect(pendingCalls(historyFrom(bench.events)).map((open) => open.id)).toEqual(['only']);

    answer = () => Promise.resolve('once');
    const again = await bench.run('', { signal: new AbortController().signal });
    expect(again).toMatchObject({ outcome: 'success', message: 'only false' });
    expect(bench.asked.length).toBe(2);
    expect(await readFile(join(bench.root, 'after.txt'), 'utf8')).toBe('x');
    expectValidRequests(bench);
  });
});
