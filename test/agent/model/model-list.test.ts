import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { findLocalServers } from '../../../src/agent/model/local-servers.ts';
import { listModels } from '../../../src/agent/model/model-list.ts';
import { startModelServer } from '../../model-server/server.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer): Promise<{ readonly url: string; readonly port: number }> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port };
}

const json = (response: ServerResponse, value: unknown) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};

const pages = (last: number): Answer => {
  return ({ url = '' }, response) => {
    const after = new URL(url, 'http://x').searchParams.get('after_id');
    const page = after === null ? 0 : Number(after.slice(1)) + 1;
    const [id, display_name] = [`m${page}`, `Model ${page}`];
    json(response, { data: [{ id, display_name }, { id: 7 }], has_more: page < last, last_id: id });
  };
};

test('lists the models of a server, with its key and over all pages', async () => {
  const seen: IncomingMessage['headers'][] = [];
  const { url } = await serve((request, response) => {
    seen.push(request.headers);
    pages(2)(request, response);
  });
  const listed = await listModels({ model: '', baseUrl: `${url}/`, apiKey: 'k' });
  expect(listed).toEqual({
    ok: true,
    value: [0, 1, 2].map((page) => ({ id: `m${page}`, title: `Model ${page}` })),
  });
  expect(seen[0]).toMatchObject({ 'x-api-key': 'k', 'anthropic-version': '2023-06-01' });
});

test('stops asking a server that never ends', async () => {
  let asked = 0;
  const { url } = await serve((request, response) => {
    asked += 1;
    pages(Number.POSITIVE_INFINITY)(request, response);
  });
  const listed = await listModels({ model: '', baseUrl: url });
  expect(listed.ok && listed.value.length).toBe(10);
  expect(asked).toBe(10);
});

test('understands a server that lists as the OpenAI API does', async () => {
  const { url } = await serve((_, response) =>
    json(response, { object: 'list', data: [{ id: 'qwen3:8b' }] }),
  );
  expect(await listModels({ model: '', baseUrl: url })).toEqual({
    ok: true,
    value: [{ id: 'qwen3:8b', title: 'qwen3:8b' }],
  });
});

test.each<readonly [string, Answer, string]>([
  ['refuses the key', (_, response) => void response.writeHead(401).end(), 'unauthorized'],
  ['knows no list', (_, response) => void response.writeHead(404).end(), 'unreadable'],
  ['answers something else', (_, response) => void response.end('<html>'), 'unreadable'],
  ['sends too much', (_, response) => void response.end(`"${'x'.repeat(5_000_000)}"`), 'unreadable'],
  ['never answers', () => {}, 'unreachable'],
  [
    'sends elsewhere',
    ({ url }, response) => {
      if (url === '/b') json(response, { data: [{ id: 'of another server' }] });
      else response.writeHead(302, { location: '/b' }).end();
    },
    'unreachable',
  ],
])('says what to do where a server %s', async (_, answer, kind) => {
  const { url } = await serve(answer);
  const listed = await listModels({ model: '', baseUrl: url, apiKey: 'sk-secret' }, { timeoutMs: 1_500 });
  expect(listed).toMatchObject({ ok: false, error: { kind } });
  expect(JSON.stringify(listed)).not.toContain('sk-secret');
});

test('finds the servers of this machine, and says which speak the Messages API', async () => {
  const methods: (string | undefined)[] = [];
  const as = (path: string, value: unknown): Answer => {
    return ({ url, method }, response) => {
      methods.push(method);
      if (url === path) json(response, value);
      else if (url === '/v1/models') json(response, { data: [{ id: 'small' }] });
      else response.writeHead(404).end();
    };
  };
  const [ollama, old, studio, llama, other] = await Promise.all([
    serve(as('/api/version', { version: '0.40.12' })),
    serve(as('/api/version', { version: '0.13.5' })),
    serve(as('/api/v0/models', { data: [{ id: 'small' }] })),
    serve(as('/props', { build_info: 'b8681-Debian' })),
    serve(as('/', {})),
  ]);
  const timeoutMs = 5_000;
  const ports = { Ollama: ollama.port, 'LM Studio': studio.port, 'llama.cpp': llama.port };
  const found = await findLocalServers({ ports, timeoutMs });
  expect(found.map(({ name, baseUrl, messages }) => [name, baseUrl, messages])).toEqual([
    ['Ollama', ollama.url, 'yes'],
    ['LM Studio', studio.url, 'unknown'],
    ['llama.cpp', llama.url, 'yes'],
  ]);
  expect(found[0]?.models).toEqual([{ id: 'small', title: 'small' }]);
  const others = { Ollama: old.port, 'LM Studio': other.port, 'llama.cpp': other.port };
  expect(await findLocalServers({ ports: others, timeoutMs })).toMatchObject([
    { name: 'Ollama', messages: 'no', remark: expect.stringContaining('0.14') },
  ]);
  expect(new Set(methods)).toEqual(new Set(['GET']));
});

test('the loopback Messages server is listed as the real one', async () => {
  const server = await startModelServer({ decide: () => ({ hang: true }), models: ['a', 'b'] });
  onTestFinished(() => server.close());
  const listed = await listModels({ model: '', baseUrl: server.url });
  expect(listed.ok && listed.value.map(({ id }) => id)).toEqual(['a', 'b']);
});
