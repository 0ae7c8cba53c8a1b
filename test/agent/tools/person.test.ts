import { expect, test } from 'vitest';
import { createAskUserTool } from '../../../src/agent/tools/ask-user.ts';
import { createTodoTool } from '../../../src/agent/tools/todo.ts';
import type { Tool, ToolContext, ToolFact, ToolResult } from '../../../src/agent/tools/tool.ts';
import { openControlChannel } from '../../../src/cli/run/control-channel.ts';

const told: ToolFact[] = [];
const context: ToolContext = {
  root: '/w',
  signal: new AbortController().signal,
  onOutput: () => {},
  onProcess: async () => {},
  tell: async (fact) => void told.push(fact),
};

async function call(tool: Tool, input: unknown, over: Partial<ToolContext> = {}): Promise<ToolResult> {
  const planned = await tool.plan(input, context);
  return 'run' in planned ? planned.run({ ...context, ...over }) : planned;
}

test('todo tells the whole list and shows it', async () => {
  const items = [
    { text: 'Read', state: 'done' },
    { text: 'Write\nit', state: 'active' },
    { text: 'Test', state: 'pending' },
  ];
  const { text } = await call(createTodoTool(), { items });
  expect(text).toBe('[x] Read\n[>] Write it\n[ ] Test');
  expect(told).toEqual([{ type: 'todo-update', items }]);
  expect((await call(createTodoTool(), { items: [{ text: 'x', state: 'later' }] })).text).toMatch(
    /"items\.0\.state" must be one of "pending", "active", "done"/,
  );
});

/** The channel with both its ends. */
function channel() {
  const said: Parameters<Parameters<typeof openControlChannel>[0]['ask']>[0][] = [];
  let push: (bytes: Uint8Array) => void = () => {};
  let end = () => {};
  const opened = openControlChannel({
    input: {
      isTerminal: false,
      pieces: async function* () {},
      readAll: async () => '',
      listen: (onBytes, onEnd) => {
        push = onBytes;
        end = onEnd;
        return { dispose: () => {} };
      },
    },
    ask: (event) => void said.push(event),
    onStop: () => {},
    onEnd: () => {},
    onDetach: () => {},
  });
  const tool = createAskUserTool({ asker: opened.asker });
  return {
    tool,
    said,
    send: (command: object) => push(Buffer.from(`${JSON.stringify(command)}\n`)),
    end: () => end(),
  };
}

test('a question goes out once, and its own answer comes back', async () => {
  const { tool, said, send } = channel();
  const answer = call(tool, { question: 'Which?', options: ['One', 'Two'] });
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(1);
  expect(said[0]).toEqual({
    type: 'question-ask',
    id: 'question-1',
    question: 'Which?',
    options: ['One', 'Two'],
  });
  send({ type: 'question-answer', id: 'question-9', text: 'Wrong' });
  send({ type: 'question-answer', id: 'question-1', text: 'Two' });
  expect(await answer).toEqual({ ok: true, text: 'The person answered: Two' });
  expect(said[1]).toEqual({ type: 'question-answer', id: 'question-1', text: 'Two' });
});

test('nobody answers: by word, by a stop, by the end of the channel', async () => {
  const { tool, said, send, end } = channel();
  const nobody = { ok: false, text: expect.stringMatching(/^Nobody answered/) };
  const refused = call(tool, { question: 'Which?' });
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(1);
  send({ type: 'question-answer', id: 'question-1' });
  expect(await refused).toEqual(nobody);
  const stop = new AbortController();
  const stopped = call(tool, { question: 'Which?' }, { signal: stop.signal });
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(3);
  stop.abort();
  expect(await stopped).toEqual(nobody);
  const cut = call(tool, { question: 'Which?' });
  await expect.poll(() => said.length, { timeout: 20_000 }).toBe(5);
  end();
  expect(await cut).toEqual(nobody);
  expect(await call(tool, { question: 'Which?' })).toEqual(nobody);
  expect(said).toHaveLength(6);
});
