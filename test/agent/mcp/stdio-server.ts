import { spawn } from 'node:child_process';
import { fromJsonSchema } from '@modelcontextprotocol/server';
import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { createDemoServer } from './demo-server.ts';

// A program of its own, started by tests: `node stdio-server.ts KIND`.
const [, , kind, ...rest] = process.argv;

switch (kind) {
  case 'noise':
    for (;;)
      if (!process.stdout.write(`${'n'.repeat(64 * 1024)}\n`))
        await new Promise((go) => process.stdout.once('drain', go));
  case 'endless':
    for (;;)
      if (!process.stdout.write('{"jsonrpc":"2.0'.repeat(8 * 1024)))
        await new Promise((go) => process.stdout.once('drain', go));
  case 'broken':
    console.error('No database here.');
    process.exit(1);
    break;
  default: {
    console.log('A greeting that is no message.');
    const server = createDemoServer(process.env);
    if (kind === 'many')
      for (let index = 0; index < 500; index += 1)
        server.registerTool(
          `tool-${index}`,
          { description: 'd'.repeat(1_000), inputSchema: fromJsonSchema({ type: 'object' }) },
          async () => ({ content: [] }),
        );
    // Something that the server started itself; its mark says whose it is.
    if (rest[0] !== undefined) spawn('sleep', [rest[0]], { stdio: 'ignore' });
    await server.connect(new StdioServerTransport());
  }
}
