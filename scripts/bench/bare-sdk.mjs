// What `turns.ts` measures us beside: the SDK alone, asking as often as it is answered with a call.
import { Anthropic } from '@anthropic-ai/sdk';

const client = new Anthropic();
const tools = [
  {
    name: 'glob',
    description: 'Finds files by a pattern.',
    input_schema: { type: 'object', properties: { pattern: { type: 'string' } }, required: ['pattern'] },
  },
];
const messages = [{ role: 'user', content: 'Go on until you are told to end.' }];
for (;;) {
  const stream = client.messages.stream({ model: 'claude-sonnet-5-5', max_tokens: 16_000, messages, tools });
  const { content } = await stream.finalMessage();
  messages.push({ role: 'assistant', content });
  const calls = content.filter(({ type }) => type === 'tool_use');
  if (calls.length === 0) break;
  messages.push({
    role: 'user',
    content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'No file.' })),
  });
}
