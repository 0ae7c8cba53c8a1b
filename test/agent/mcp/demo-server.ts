import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';

/** A real server with a few tools, one of them with an answer that is too much. */
export function createDemoServer(environment: Readonly<Record<string, string | undefined>>): McpServer {
  const server = new McpServer({ name: 'demo', version: '1.0.0' });
  const word = fromJsonSchema<{ word: string }>({
    type: 'object',
    properties: { word: { type: 'string' } },
    required: ['word'],
  });
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] });
  server.registerTool('echo', { description: 'Says it again.', inputSchema: word }, async ({ word: said }) =>
    text(`You said: ${said}`),
  );
  server.registerTool('environment', { description: 'What the server was given.' }, async () =>
    text(JSON.stringify(environment)),
  );
  server.registerTool('picture', {}, async () => ({
    content: [
      { type: 'image' as const, data: 'AAAA', mimeType: 'image/png' },
      { type: 'audio' as const, data: 'AAAA', mimeType: 'audio/wav' },
      { type: 'resource_link' as const, uri: 'file:///notes.txt', name: 'notes' },
    ],
  }));
  server.registerTool('flood', {}, async () => text('x'.repeat(300_000)));
  server.registerTool('fail', {}, async () => ({ ...text('It did not work.'), isError: true }));
  server.registerTool('hang', {}, () => new Promise(() => {}));
  server.registerTool('die', {}, () => process.exit(3));
  return server;
}
