import { describe, expect, it } from 'vitest';
import type { ModelEvent, ModelRequest } from '../../src/agent/model/model.ts';
import {
  editorAnswer,
  editorFailure,
  editorMessages,
  editorTools,
} from '../../src/views/model/editor-messages.ts';
import { editorProxy, modelAddress } from '../../src/views/model/model-address.ts';
import { editorParts as parts } from '../fakes/editor-parts.ts';

const request: ModelRequest = {
  model: 'editor:copilot/large',
  system: ['You are an agent.', ' ', 'Memory.'],
  maxTokens: 100,
  tools: [{ name: 'read', description: 'Reads.', input_schema: { type: 'object' } }],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'Look' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'c1', name: 'read', input: { path: 'a' } },
        { type: 'tool_use', id: 'c2', name: 'read', input: 'not parsed' },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'A' }, picture()] },
        { type: 'tool_result', tool_use_id: 'c2', content: 'Bad input', is_error: true },
        { type: 'text', text: 'And be brief.' },
      ],
    },
  ],
};

function picture() {
  return { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } } as const;
}

const usage = { inputTokens: 3, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 };

async function events(stream: readonly unknown[]): Promise<readonly ModelEvent[]> {
  const said: ModelEvent[] = [];
  for await (const event of editorAnswer('m', all(stream), async () => usage)) said.push(event);
  return said;
}

async function* all(stream: readonly unknown[]) {
  yield* stream;
}

describe("a request to the editor's models", () => {
  it('says the system prompt first, and calls with their results by id', () => {
    expect(editorMessages(request, parts).map(({ role, content }) => [role, content])).toEqual([
      [1, [{ value: 'You are an agent.' }, { value: 'Memory.' }]],
      [1, [{ value: 'Look' }]],
      [
        2,
        [
          { value: 'I look.' },
          { callId: 'c1', name: 'read', input: { path: 'a' } },
          { callId: 'c2', name: 'read', input: { unparsed: 'not parsed' } },
        ],
      ],
      [
        1,
        [
          {
            callId: 'c1',
            content: [{ value: 'A' }, { value: expect.stringContaining('picture is left out') }],
          },
          { callId: 'c2', content: [{ value: 'The call failed:' }, { value: 'Bad input' }] },
          { value: 'And be brief.' },
        ],
      ],
    ]);
    expect(editorTools(request)).toEqual([
      { name: 'read', description: 'Reads.', inputSchema: { type: 'object' } },
    ]);
  });

  it('hears text as it comes, calls, and passes over parts of other kinds', async () => {
    const said = await events([
      { value: 'Let ' },
      { value: 'me.' },
      { id: 'thought', value: 'thinking' },
      undefined,
      { callId: 'c', name: 'read', input: { path: 'b' } },
    ]);
    expect(said.slice(0, 2)).toEqual([
      { type: 'text-delta', text: 'Let ' },
      { type: 'text-delta', text: 'me.' },
    ]);
    expect(said.slice(2)).toMatchObject([
      {
        type: 'message-end',
        stopReason: 'tool_use',
        model: 'm',
        content: [
          { type: 'text', text: 'Let me.' },
          { type: 'tool_use', id: 'c', name: 'read', input: { path: 'b' } },
        ],
        usage,
      },
    ]);
    expect((await events([])).at(-1)).toMatchObject({ stopReason: 'end_turn', content: [] });
  });

  it.each([
    ['NoPermissions', 'unauthorized'],
    ['NotFound', 'invalid'],
    ['Blocked', 'rate-limited'],
    [undefined, 'unavailable'],
  ])('says what to do after %s', (code, kind) => {
    expect(editorFailure(code, 'Why.')).toMatchObject({
      type: 'failure',
      problem: { kind, message: expect.stringMatching(/Why\..*(Continue|Choose Model)/) },
    });
  });
});

describe('where a key goes', () => {
  const named = (setting: string, environment: Record<string, string> = {}) =>
    modelAddress(setting, environment, 'key');

  it('is the server it was set for, and no other', () => {
    expect(named('')).toMatchObject({ secret: 'key', hasEnvironmentKey: true, needsKey: true });
    expect(named('https://api.anthropic.com/')).toMatchObject({ secret: 'key', hasEnvironmentKey: true });
    const gateway = named('https://gate.test/v1');
    expect(gateway).toMatchObject({ secret: 'key@https://gate.test', hasEnvironmentKey: false });
    expect(named('https://gate.test/other').secret).toBe(gateway.secret);
    expect(named('http://gate.test/v1').secret).not.toBe(gateway.secret);
    expect(named('https://gate.test.evil.test').secret).not.toBe(gateway.secret);
  });

  it('is where the environment says, for a key of the environment', () => {
    const environment = { ANTHROPIC_BASE_URL: 'https://gate.test' };
    expect(named('', environment)).toMatchObject({ baseUrl: 'https://gate.test', hasEnvironmentKey: true });
    expect(named('https://other.test', environment)).toMatchObject({ hasEnvironmentKey: false });
    expect(named('https://api.anthropic.com', environment)).toMatchObject({ hasEnvironmentKey: false });
  });

  it('needs none on this machine', () => {
    expect(named('http://127.0.0.1:11434')).toMatchObject({ needsKey: false, hasEnvironmentKey: false });
  });

  it("takes the editor's proxy where the environment names none", () => {
    expect(editorProxy('http://p:1', ['a.test'], {})).toEqual({
      HTTPS_PROXY: 'http://p:1',
      HTTP_PROXY: 'http://p:1',
      NO_PROXY: 'a.test',
    });
    expect(editorProxy('http://p:1', [], { https_proxy: 'http://q:1' })).toEqual({});
    expect(editorProxy('', ['a'], {})).toEqual({});
  });
});
