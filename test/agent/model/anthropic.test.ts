import { afterEach, describe, expect, test } from 'vitest';
import { type AnthropicOptions, createAnthropicModel } from '../../../src/agent/model/anthropic.ts';
import type { ModelEvent, ModelRequest } from '../../../src/agent/model/model.ts';
import type { Decide } from '../../model-server/answer.ts';
import { scripted } from '../../model-server/script.ts';
import { type ModelServer, startModelServer } from '../../model-server/server.ts';

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const hello = { content: [{ type: 'text' as const, text: 'Hello, this is a streamed answer.' }] };

function request(over: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'loopback-model',
    system: ['Fixed.', 'Memory.'],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
    tools: [{ name: 'read', description: 'Reads.', input_schema: { type: 'object', properties: {} } }],
    maxTokens: 1000,
    ...over,
  };
}

async function serve(decide: Decide): Promise<ModelServer> {
  const server = await startModelServer({ decide });
  servers.push(server);
  return server;
}

function modelAt(baseUrl: string, over: Partial<AnthropicOptions> = {}) {
  const waits: number[] = [];
  const model = createAnthropicModel({
    baseUrl,
    apiKey: 'key-of-the-test',
    maxRetries: 3,
    clock: { now: () => Date.parse('2026-11-22T00:00:00Z') },
    random: () => 0,
    wait: async (milliseconds) => void waits.push(milliseconds),
    ...over,
  });
  return { model, waits };
}

async function collect(events: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const found: ModelEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

const never = new AbortController().signal;

function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
}

describe('an answer', () => {
  test('streams its text and ends with content, usage and stop reason', async () => {
    const server = await serve(
      scripted([{ ...hello, usage: { input_tokens: 7, output_tokens: 9, cache_read_input_tokens: 3 } }]),
    );
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(events.filter((event) => event.type === 'text-delta').length).toBeGreaterThan(1);
    expect(textOf(events)).toBe(hello.content[0]?.text);
    expect(events.at(-1)).toEqual({
      type: 'message-end',
      content: [{ type: 'text', text: 'Hello, this is a streamed answer.' }],
      stopReason: 'end_turn',
      usage: { inputTokens: 7, outputTokens: 9, cacheReadTokens: 3, cacheWriteTokens: 0 },
      model: 'loopback-model',
      messageId: 'msg_loopback_0',
    });
  });

  test('holds tool calls with their input put together from pieces', async () => {
    const input = { path: 'src/ünïcode.ts', lines: [1, 2, 3], nested: { deep: 'a "quoted" \\ value' } };
    const server = await serve(
      scripted([{ content: [{ type: 'tool_use', name: 'read', input, id: 'call-1' }] }]),
    );
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(events).toEqual([
      expect.objectContaining({
        type: 'message-end',
        content: [{ type: 'tool_use', id: 'call-1', name: 'read', input }],
        stopReason: 'tool_use',
      }),
    ]);
  });
});

describe('a request', () => {
  test('asks for caching after tools, fixed and last system block and last message', async () => {
    const server = await serve(scripted([hello]));
    await collect(modelAt(server.url).model.send(request({ system: ['Fixed.', 'Middle.', 'Last.'] }), never));
    const body = server.requests[0]?.body;
    const cached = { type: 'ephemeral' };
    expect(body?.tools?.[0]?.cache_control).toEqual(cached);
    const system = body?.system as readonly { cache_control?: unknown }[];
    expect(system.map((block) => block.cache_control)).toEqual([cached, undefined, cached]);
    expect(body?.messages.at(-1)?.content).toEqual([{ type: 'text', text: 'Hi', cache_control: cached }]);
  });

  test('carries the key, and none where none is set', async () => {
    const server = await serve(scripted([hello, hello]));
    await collect(modelAt(server.url).model.send(request(), never));
    const without = createAnthropicModel({ baseUrl: server.url, clock: { now: () => 0 }, random: () => 0 });
    await collect(without.send(request(), never));
    expect(JSON.stringify(server.requests[0]?.headers)).toContain('key-of-the-test');
    expect(server.requests[1]?.headers['authorization']).toBeUndefined();
    expect(server.requests[1]?.headers['x-api-key']).toBeUndefined();
  });

  test('leaves out empty text, which the server would refuse', async () => {
    const server = await serve(scripted([hello]));
    const content = [
      { type: 'text' as const, text: '  ' },
      { type: 'text' as const, text: 'Real' },
    ];
    await collect(modelAt(server.url).model.send(request({ messages: [{ role: 'user', content }] }), never));
    expect(server.requests[0]?.body.messages[0]?.content).toHaveLength(1);
  });
});

describe('a failure', () => {
  test('429 waits as long as the server asks, visibly, then goes on', async () => {
    const server = await serve(scripted([{ status: 429, retryAfter: 7 }, hello]));
    const { model, waits } = modelAt(server.url);
    const events = await collect(model.send(request(), never));
    expect(waits).toEqual([7000]);
    expect(events[0]).toMatchObject({
      type: 'retry-wait',
      attempt: 1,
      delayMs: 7000,
      problem: { kind: 'rate-limited' },
    });
    expect(events.at(-1)?.type).toBe('message-end');
  });

  test('529 and 500 are tried again with growing waits', async () => {
    const server = await serve(scripted([{ status: 529 }, { status: 500 }, hello]));
    const { model, waits } = modelAt(server.url);
    const events = await collect(model.send(request(), never));
    expect(waits).toEqual([500, 1000]);
    expect(events.flatMap((event) => (event.type === 'retry-wait' ? [event.problem.kind] : []))).toEqual([
      'overloaded',
      'unavailable',
    ]);
  });

  test('ends after the last retry with a sentence', async () => {
    const server = await serve(() => ({ status: 529 }));
    const events = await collect(modelAt(server.url, { maxRetries: 2 }).model.send(request(), never));
    expect(server.requests).toHaveLength(3);
    expect(events.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'overloaded' } });
  });

  test('a wait longer than ten minutes is not sat out', async () => {
    const server = await serve(scripted([{ status: 429, retryAfter: 7200 }]));
    const { model, waits } = modelAt(server.url);
    expect((await collect(model.send(request(), never))).at(-1)).toMatchObject({
      problem: { kind: 'rate-limited' },
    });
    expect(waits).toEqual([]);
  });

  test('401 is not tried again and says what to do', async () => {
    const server = await serve(() => ({ status: 401 }));
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(server.requests).toHaveLength(1);
    expect(events).toEqual([
      {
        type: 'failure',
        problem: {
          kind: 'unauthorized',
          message: 'The key was refused. Set another with Varve: Set API Key… or ANTHROPIC_API_KEY.',
          status: 401,
        },
      },
    ]);
  });

  test('thinking that is bound to another conversation is left out, from then on', async () => {
    const old = { type: 'thinking', thinking: '', signature: 'of-before' } as const;
    const own = { type: 'thinking', thinking: '', signature: 'of-now' } as const;
    const said =
      'messages.1.content.0: Invalid `signature` in `thinking` block. The block is bound to a different conversation. Remove the block.';
    const server = await serve(({ body }) =>
      JSON.stringify(body).includes('of-before')
        ? { status: 400, body: { type: 'error', error: { type: 'invalid_request_error', message: said } } }
        : hello,
    );
    const { model, waits } = modelAt(server.url);
    const talk = (...thoughts: readonly (typeof old | typeof own)[]) =>
      request({
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
          { role: 'assistant', content: [...thoughts, { type: 'text', text: 'Hm.' }] },
          { role: 'user', content: [{ type: 'text', text: 'And?' }] },
        ],
      });
    expect((await collect(model.send(talk(old), never))).at(-1)).toMatchObject({ type: 'message-end' });
    expect((await collect(model.send(talk(old, own), never))).at(-1)).toMatchObject({ type: 'message-end' });
    expect(server.requests).toHaveLength(3);
    expect(server.requests.at(-1)?.body.messages[1]?.content).toMatchObject([
      { signature: 'of-now' },
      { text: 'Hm.' },
    ]);
    expect(waits).toEqual([]);
    // What is refused for another reason, or again, is told.
    const other = await serve(() => ({ status: 400, body: { error: { message: said } } }));
    const refused = await collect(modelAt(other.url).model.send(talk(own), never));
    expect(refused.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'invalid' } });
    expect(other.requests).toHaveLength(2);
  });

  test('400 is not tried again, repeats what the server says, and never the key', async () => {
    const body = {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'bad key-of-the-test here' },
    };
    const server = await serve(() => ({ status: 400, body }));
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(server.requests).toHaveLength(1);
    expect(events[0]).toMatchObject({ type: 'failure', problem: { kind: 'invalid' } });
    expect(JSON.stringify(events)).toContain('bad [key] here');
  });

  test('a stream cut in its middle is asked for again', async () => {
    const server = await serve(scripted([{ ...hello, cutAfter: 4 }, hello]));
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(events.find((event) => event.type === 'retry-wait')).toMatchObject({ problem: { kind: 'cut' } });
    expect(events.at(-1)).toMatchObject({ type: 'message-end', content: hello.content });
  });

  test('an error event inside the stream counts as its status would', async () => {
    const server = await serve(scripted([{ ...hello, errorEvent: 'overloaded_error' }, hello]));
    const events = await collect(modelAt(server.url).model.send(request(), never));
    expect(events.find((event) => event.type === 'retry-wait')).toMatchObject({
      problem: { kind: 'overloaded' },
    });
    expect(events.at(-1)?.type).toBe('message-end');
  });

  test('a server that never answers, or falls silent in its answer, is given up', async () => {
    const server = await serve(scripted([{ hang: true }, { ...hello, hangAfter: 4 }, hello]));
    const events = await collect(modelAt(server.url, { idleMs: 300 }).model.send(request(), never));
    expect(events.flatMap((event) => (event.type === 'retry-wait' ? [event.problem.kind] : []))).toEqual([
      'network',
      'network',
    ]);
    expect(events.at(-1)?.type).toBe('message-end');
  });

  test('a slow answer is not taken for silence', async () => {
    const server = await serve(scripted([{ ...hello, chunkDelayMs: 120 }]));
    const events = await collect(modelAt(server.url, { idleMs: 700 }).model.send(request(), never));
    expect(events.at(-1)?.type).toBe('message-end');
    expect(events.some((event) => event.type === 'retry-wait')).toBe(false);
  });

  test('an address where nobody listens is named', async () => {
    const server = await startModelServer({ decide: scripted([]) });
    await server.close();
    const events = await collect(modelAt(server.url, { maxRetries: 1 }).model.send(request(), never));
    expect(events.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'network' } });
    expect(JSON.stringify(events.at(-1))).toContain('ECONNREFUSED');
  });

  test('a server that speaks something else is called unreadable', async () => {
    const server = await serve(scripted([hello]));
    const events = await collect(modelAt(`${server.url}/elsewhere`).model.send(request(), never));
    expect(events.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'invalid' } });
  });
});

describe('a stop', () => {
  test('ends a request that hangs', async () => {
    const server = await serve(() => ({ hang: true }));
    const stop = new AbortController();
    const events = collect(modelAt(server.url).model.send(request(), stop.signal));
    await expect.poll(() => server.requests.length).toBe(1);
    stop.abort();
    expect(await events).toEqual([{ type: 'failure', problem: { kind: 'stopped', message: 'Stopped.' } }]);
  });

  test('ends a stream in its middle', async () => {
    const server = await serve(() => ({ ...hello, hangAfter: 5 }));
    const stop = new AbortController();
    const events: ModelEvent[] = [];
    for await (const event of modelAt(server.url).model.send(request(), stop.signal)) {
      events.push(event);
      if (event.type === 'text-delta') stop.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'stopped' } });
  });

  test('ends a wait between two attempts', async () => {
    const server = await serve(() => ({ status: 429, retryAfter: 300 }));
    const stop = new AbortController();
    const model = createAnthropicModel({
      baseUrl: server.url,
      apiKey: 'k',
      clock: { now: () => 0 },
      random: () => 0,
    });
    const events: ModelEvent[] = [];
    for await (const event of model.send(request(), stop.signal)) {
      events.push(event);
      if (event.type === 'retry-wait') stop.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'failure', problem: { kind: 'stopped' } });
  });
});
