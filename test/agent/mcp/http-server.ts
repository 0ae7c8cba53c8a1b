import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';
import { createDemoServer } from './demo-server.ts';

export interface HttpServer {
  readonly url: string;
  /** Values of the header `x-token`, one for each request. */
  readonly tokens: readonly (string | undefined)[];
}

/** The same real server over HTTP on loopback. `/moved` leads to it by a redirect. */
export async function startHttpServer(): Promise<HttpServer> {
  const handler = createMcpHandler(() => createDemoServer({}));
  const tokens: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    if (request.url === '/moved') {
      response.writeHead(307, { location: '/mcp' }).end();
      return;
    }
    tokens.push(request.headers['x-token'] as string | undefined);
    const answer = await handler.fetch(await webRequest(request));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    if (answer.body) Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream).pipe(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await handler.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tokens };
}

async function webRequest(request: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers))
    if (typeof value === 'string') headers.set(name, value);
  const hasBody = !['GET', 'HEAD'].includes(request.method ?? '');
  return new Request(`http://127.0.0.1${request.url}`, {
    method: request.method ?? 'GET',
    headers,
    ...(hasBody && { body: Buffer.concat(chunks) }),
  });
}
