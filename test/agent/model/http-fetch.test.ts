import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpFetch } from '../../../src/agent/model/http-fetch.ts';

type Answering = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(answer: Answering): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => answer(request, response, body));
  });
  return listen(server);
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (body: string, headers = {}): RequestInit => ({ method: 'POST', body, headers });

describe('a request', () => {
  it('arrives as it was given, whatever its letters, and is answered as fetch would answer', async () => {
    const url = await serve((request, response, body) => {
      response.writeHead(201, { 'content-type': 'application/json', 'x-twice': ['a', 'b'] });
      response.end(JSON.stringify({ method: request.method, headers: request.headers, body }));
    });
    const body = JSON.stringify({ text: 'Grüße, 世界 👋' });
    const ask = (how: typeof fetch) => how(`${url}/v1/messages?a=b`, post(body, { 'X-Api-Key': 'k' }));
    const [ours, real] = [await ask(httpFetch), await ask(fetch)];
    for (const answer of [ours, real]) {
      expect(answer).toMatchObject({
        status: 201,
        ok: true,
        url: `${url}/v1/messages?a=b`,
        statusText: 'Created',
      });
      expect(answer.headers.get('Content-Type')).toBe('application/json');
      expect(answer.headers.get('x-twice')).toBe('a, b');
      expect(await answer.json()).toMatchObject({ method: 'POST', body, headers: { 'x-api-key': 'k' } });
    }
  });

  it('is answered piece by piece', async () => {
    const next: (() => void)[] = [];
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('first');
      next.push(() => response.end('second'));
    });
    const answer = await httpFetch(url, post('{}'));
    const seen: string[] = [];
    for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
      seen.push(Buffer.from(piece).toString());
      next.shift()?.();
    }
    expect(seen).toEqual(['first', 'second']);
  });

  it('is refused with status and words', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(429, { 'retry-after': '7' });
      response.end('{"error":{"message":"slower"}}');
    });
    const answer = await httpFetch(url, post('{}'));
    expect(answer).toMatchObject({ status: 429, ok: false });
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(await answer.text()).toContain('slower');
  });
});

describe('an answer', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])(
    'that somebody in between packed with %s is unpacked, though it was not asked for',
    async (name, pack) => {
      let asked: string | undefined;
      const url = await serve((request, response) => {
        asked = request.headers['accept-encoding'];
        response.writeHead(200, { 'content-encoding': name });
        response.end(pack('packed words'));
      });
      expect(await (await httpFetch(url, post('{}'))).text()).toBe('packed words');
      expect(asked).toBe('identity');
    },
  );

  it('that cannot be unpacked is an error, not a hang', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('no gzip at all');
    });
    await expect((await httpFetch(url, post('{}'))).text()).rejects.toThrow();
    const strange = await serve((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'zstd-of-tomorrow' });
      response.end('?');
    });
    await expect(httpFetch(strange, post('{}'))).rejects.toThrow('zstd-of-tomorrow');
  });

  it('that sends the request elsewhere is followed', async () => {
    const target = await serve((request, response, body) => response.end(`${request.method} ${body}`));
    const url = await serve((_request, response) => {
      response.writeHead(307, { location: `${target}/there` });
      response.end();
    });
    expect(await (await httpFetch(url, post('{"a":1}'))).text()).toBe('POST {"a":1}');
  });

  it('that breaks off in the middle is an error', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('half', () => response.destroy());
    });
    await expect((await httpFetch(url, post('{}'))).text()).rejects.toThrow();
  });
});

describe('a connection', () => {
  it('that is refused says so by its code', async () => {
    const closed = createTcpServer();
    const url = await listen(closed);
    await new Promise((done) => closed.close(done));
    await expect(httpFetch(url, post('{}'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('is given up when the caller stops, before the answer and in it', async () => {
    const waiting = await serve(() => {});
    const before = new AbortController();
    const asked = httpFetch(waiting, { ...post('{}'), signal: before.signal });
    before.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });

    const url = await serve((_request, response) => {
      response.writeHead(200);
      response.write('half');
    });
    const within = new AbortController();
    const answer = await httpFetch(url, { ...post('{}'), signal: within.signal });
    const reading = answer.text();
    within.abort();
    await expect(reading).rejects.toThrow();
  });

  it('that is not made in time is given up', async () => {
    // An address that no packet comes back from, or none that goes out: either way an error, never a hang.
    const asked = httpFetch('http://192.0.2.1:81', post('{}'), 50);
    await expect(asked).rejects.toMatchObject({ code: expect.stringMatching(/^E[A-Z]+$/) });
  });

  it('is used again', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    for (let turn = 0; turn < 3; turn += 1) await (await httpFetch(url, post('{}'))).text();
    expect(ports.size).toBe(1);
  });
});
