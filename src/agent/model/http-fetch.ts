import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { PlainHeaders } from './plain-headers.ts';

/** A connection that is not made by then counts as none. */
const connectMs = 10_000;

/**
 * `fetch` as the SDK needs it, by the HTTP client that Node has always had: Node's own `fetch` is another one, and to
 * load it and send a first request takes 50 ms of a processor, a third of the start of a run. Goes through the same
 * proxy, with the same certificates. What it does not know, a redirect or a body that is no text, it leaves to `fetch`.
 */
export async function httpFetch(
  input: string | URL | Request,
  init: RequestInit = {},
  waitMs = connectMs,
): Promise<Response> {
  const url = typeof input === 'string' || input instanceof URL ? new URL(input) : undefined;
  const { body = null } = init;
  if (url === undefined || (body !== null && typeof body !== 'string')) return fetch(input, init);
  const answer = await ask(url, init, body, waitMs);
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400 && answer.headers.location !== undefined) {
    answer.destroy();
    return fetch(input, init);
  }
  // Of a Response the SDK uses what this has.
  return new HttpAnswer(url, status, answer, await decoded(answer)) as unknown as Response;
}

async function ask(
  url: URL,
  init: RequestInit,
  body: string | null,
  waitMs: number,
): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const headers = new PlainHeaders(init.headers as Iterable<[string, string]> | undefined);
  if (!headers.has('accept-encoding')) headers.set('accept-encoding', 'identity');
  if (body !== null) headers.set('content-length', String(Buffer.byteLength(body)));
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: init.method ?? 'GET',
      headers: Object.fromEntries(headers),
      ...(init.signal && { signal: init.signal }),
    });
    asked.once('response', resolve);
    asked.on('error', reject);
    asked.once('socket', (socket) => {
      if (!socket.connecting) return;
      const limit = setTimeout(() => asked.destroy(notConnected(url, waitMs)), waitMs);
      for (const event of ['connect', 'close']) socket.once(event, () => clearTimeout(limit));
    });
    asked.end(body ?? undefined);
  });
}

function notConnected({ host }: URL, waitMs: number): Error {
  return Object.assign(new Error(`${host} was not connected to within ${waitMs} ms`), { code: 'ETIMEDOUT' });
}

/** Not asked for, but servers in between do it. */
async function decoded(answer: IncomingMessage): Promise<Readable> {
  const encoding = answer.headers['content-encoding']?.toLowerCase() ?? 'identity';
  if (encoding === 'identity') return answer;
  const { createBrotliDecompress, createGunzip, createInflate } = await import('node:zlib');
  const decoders = {
    br: createBrotliDecompress,
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
  };
  const decoder = Object.hasOwn(decoders, encoding) ? decoders[encoding as keyof typeof decoders] : undefined;
  if (decoder === undefined)
    throw new Error(`the answer is encoded in a way that is not known (${encoding})`);
  const { pipeline } = await import('node:stream');
  // Whoever reads hears of what goes wrong.
  return pipeline(answer, decoder(), () => {});
}

class HttpAnswer {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: PlainHeaders;
  readonly body: Readable;

  constructor(url: URL, status: number, { statusMessage = '', headers }: IncomingMessage, body: Readable) {
    this.url = url.href;
    this.status = status;
    this.statusText = statusMessage;
    this.headers = new PlainHeaders();
    for (const [name, value = ''] of Object.entries(headers))
      this.headers.set(name, typeof value === 'string' ? value : value.join(', '));
    this.body = body;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async text(): Promise<string> {
    const parts: Uint8Array[] = [];
    for await (const part of this.body) parts.push(part as Uint8Array);
    return Buffer.concat(parts).toString('utf8');
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
}
