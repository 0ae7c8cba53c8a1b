import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Decide, MessagesBody, ModelServerRequest, Refusal, Reply } from './answer.ts';
import { countTokens, replyEvents, replyMessage } from './wire.ts';

export interface ModelServerOptions {
  readonly decide: Decide;
  /** Names that GET /v1/models lists. */
  readonly models?: readonly string[];
  /** 0, the default: any free one. */
  readonly port?: number;
}

export interface ModelServer {
  /** Base URL, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Every Messages request, in order of arrival. Grows as they come. */
  readonly requests: readonly ModelServerRequest[];
  /** Ends every connection, also hanging ones. */
  close(): Promise<void>;
}

/** A server on loopback that speaks the Messages API; what it says is decided by `decide`. */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const requests: ModelServerRequest[] = [];
  const server = createServer((request, response) => {
    route(request, response, options, requests).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, errorBody('api_error', String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function route(
  request: IncomingMessage,
  response: ServerResponse,
  options: ModelServerOptions,
  requests: ModelServerRequest[],
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://loopback').pathname;
  if (request.method === 'GET' && path === '/v1/models') {
    sendJson(response, 200, modelList(options.models ?? ['loopback-model']));
    return;
  }
  if (request.method !== 'POST' || !path.startsWith('/v1/messages')) {
    sendJson(response, 404, errorBody('not_found_error', `No route ${request.method} ${path}`));
    return;
  }
  const body = JSON.parse(await readBody(request)) as MessagesBody;
  if (path === '/v1/messages/count_tokens') {
    sendJson(response, 200, { input_tokens: countTokens(body) });
    return;
  }
  const seen: ModelServerRequest = { index: requests.length, headers: request.headers, body };
  requests.push(seen);
  await send(response, seen, await options.decide(seen));
}

async function send(response: ServerResponse, request: ModelServerRequest, answer: Answer): Promise<void> {
  if ('hang' in answer) return;
  if ('status' in answer) {
    sendRefusal(response, answer);
    return;
  }
  const reply: Reply = 'content' in answer ? answer : { ...answer, content: standingText };
  if (request.body.stream === true) await sendStream(response, request, reply);
  else sendJson(response, 200, replyMessage(request.body, reply, request.index));
}

const standingText: Reply['content'] = [
  { type: 'text', text: 'A text that is long enough to be cut somewhere in its middle by the server.' },
];

async function sendStream(
  response: ServerResponse,
  request: ModelServerRequest,
  reply: Reply,
): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': `req_loopback_${request.index}`,
  });
  let sent = 0;
  for (const event of replyEvents(request.body, reply, request.index)) {
    if (sent === reply.cutAfter) {
      // What was written must have left before the connection goes, or the client would never see it.
      await new Promise<void>((resolve) => response.write(': cut\n\n', () => resolve()));
      response.destroy();
      return;
    }
    if (sent === reply.hangAfter) return;
    if (reply.chunkDelayMs !== undefined) await pause(reply.chunkDelayMs);
    if (response.destroyed) return;
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    sent += 1;
  }
  response.end();
}

function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  if (refusal.retryAfter !== undefined) response.setHeader('retry-after', String(refusal.retryAfter));
  const type = refusalTypes[refusal.status];
  sendJson(response, refusal.status, refusal.body ?? errorBody(type, `Refused with ${refusal.status}.`));
}

const refusalTypes: Readonly<Record<Refusal['status'], string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  503: 'api_error',
  529: 'overloaded_error',
};

function errorBody(type: string, message: string): unknown {
  return { type: 'error', error: { type, message } };
}

function modelList(names: readonly string[]): unknown {
  return {
    data: names.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' })),
    has_more: false,
    first_id: names[0] ?? null,
    last_id: names.at(-1) ?? null,
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
