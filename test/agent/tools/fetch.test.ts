import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFetchTool } from '../../../src/agent/tools/fetch/fetch.ts';
import { htmlText } from '../../../src/agent/tools/fetch/html-text.ts';
import { isPrivateAddress } from '../../../src/agent/tools/fetch/private-address.ts';
import type { ToolContext, ToolPlan, ToolResult } from '../../../src/agent/tools/tool.ts';
import { fetchOptions } from '../../../src/cli/run/fetch-rules.ts';

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const stop = new AbortController();
const context: ToolContext = {
  root: '/',
  signal: stop.signal,
  onOutput: () => {},
  onProcess: async () => {},
};

function plan(url: string, namedHosts: readonly string[] = ['127.0.0.1']): Promise<ToolPlan | ToolResult> {
  return createFetchTool({ namedHosts }).plan({ url }, context);
}

async function fetchPage(url: string, namedHosts?: readonly string[]): Promise<ToolResult> {
  const planned = await plan(url, namedHosts);
  return 'run' in planned ? planned.run(context) : planned;
}

test('a page comes as text, marked as untrusted, and leave is asked for its URL', async () => {
  const origin = await serve((_, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<title>T</title><script>bad()</script><h2>Hi &amp; ho</h2><p>See <a href="/x">this</a>.');
  });
  expect(await plan(`${origin}/a`)).toMatchObject({
    effect: 'external',
    permission: { tool: 'fetch', effect: 'external', target: `${origin}/a` },
  });
  const { ok, text } = await fetchPage(`${origin}/a`);
  expect(ok).toBe(true);
  expect(text).toMatch(/Untrusted text from the network, up to the mark ([0-9a-f]{12});[\s\S]*\n\1$/);
  expect(text).toContain('\n\nT\n\n## Hi & ho\n\nSee this (/x).\n');
  expect(text).toContain('Reduced from HTML: scripts');
  expect(text).not.toContain('bad()');
});

test('private addresses are refused unless a rule names them, by number and by name', async () => {
  let asked = 0;
  const origin = await serve((_, response) => {
    asked += 1;
    response.end('secret');
  });
  const { port } = new URL(origin);
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', 'localhost', '0.0.0.0']) {
    const { ok, text } = await fetchPage(`http://${host}:${port}/`, ['example.com']);
    expect({ ok, text }, host).toMatchObject({
      ok: false,
      text: expect.stringMatching(/is this machine or a private network/),
    });
  }
  expect(asked).toBe(0);
  expect((await fetchPage(`http://localhost:${port}/`, ['localhost'])).text).toContain('secret');
});

test.each([
  ['10.1.2.3', true],
  ['172.31.0.1', true],
  ['172.32.0.1', false],
  ['192.168.0.1', true],
  ['169.254.169.254', true],
  ['100.64.0.1', true],
  ['8.8.8.8', false],
  ['::1', true],
  ['fe80::1', true],
  ['fd00::1', true],
  ['::ffff:10.0.0.1', true],
  ['64:ff9b::a00:1', true],
  ['2606:4700::1111', false],
  ['no address', true],
])('%s is private: %s', (address, isPrivate) => {
  expect(isPrivateAddress(address)).toBe(isPrivate);
});

test('a redirect within the host is followed, one to another host is answered', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/there' }).end();
    else if (request.url === '/loop') response.writeHead(301, { location: '/loop' }).end();
    else if (request.url === '/away') response.writeHead(301, { location: 'http://example.com/x' }).end();
    else if (request.url === '/file') response.writeHead(301, { location: 'file:///etc/passwd' }).end();
    else response.setHeader('content-type', 'text/plain').end('arrived');
  });
  expect((await fetchPage(origin)).text).toContain('\narrived\n');
  expect((await fetchPage(`${origin}/loop`)).text).toMatch(/sends the reader on more than 5 times/);
  expect((await fetchPage(`${origin}/away`)).text).toBe(
    `${origin}/away sends the reader on to another place: http://example.com/x Call fetch with it to go on.`,
  );
  expect((await fetchPage(`${origin}/file`)).text).toMatch(/file:\/\/\/etc\/passwd It is not fetched\.$/);
});

test('what is too large is cut, what is no text is not shown, errors keep their text', async () => {
  const origin = await serve((request, response) => {
    if (request.url === '/large')
      response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(6_000_000));
    else if (request.url === '/picture')
      response.writeHead(200, { 'content-type': 'image/png' }).end('\x89PNG');
    else if (request.url === '/packed')
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('\x1f\x8b');
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': '99' }).write('x', () => response.destroy());
    else response.writeHead(404, { 'content-type': 'text/plain' }).end('no such page');
  });
  const large = (await fetchPage(`${origin}/large`)).text;
  expect(large).toMatch(
    /5242880 bytes[\s\S]*Cut after 5242880 bytes\.\nCut after 80000 of 5242880 characters\./,
  );
  expect(large.length).toBeLessThan(81_000);
  expect(await fetchPage(`${origin}/picture`)).toMatchObject({
    ok: false,
    text: expect.stringMatching(/is no text/),
  });
  expect((await fetchPage(`${origin}/packed`)).text).toMatch(/it is encoded \(gzip\)/);
  expect((await fetchPage(`${origin}/cut`)).text).toMatch(/cannot be fetched/);
  expect(await fetchPage(`${origin}/no`)).toMatchObject({
    ok: false,
    text: expect.stringContaining('no such page'),
  });
});

test.each([
  ['ftp://example.com/', /Only http and https/],
  ['file:///etc/passwd', /Only http and https/],
  ['https://user:word@example.com/', /name or password/],
  ['example.com', /not a URL/],
])('%s is refused', async (url, reason) => {
  expect((await fetchPage(url)).text).toMatch(reason);
});

test('HTML of any kind is read in time that grows with its length', () => {
  for (const piece of ['<', '<a ', '<script>', '<!--', '&#', '<pre>', ' href=', '</'])
    expect(typeof htmlText(piece.repeat(200_000))).toBe('string');
  expect(htmlText('<ul><li>one<li>two</ul><pre>a\n  b</pre>&#x41;&#0;&unknown;')).toBe(
    '- one\n- two\n\n```\na\n  b\n```\nA\ufffd&unknown;',
  );
});

test('the tool is there only where a rule names it, and only whole names open private hosts', () => {
  expect(fetchOptions(['Bash(npm run *)', 'Read'])).toBeUndefined();
  expect(fetchOptions(['WebFetch'])).toEqual({ namedHosts: [] });
  expect(fetchOptions(['fetch(domain:*)', 'WebFetch(domain:*.local)', 'WebFetch(domain:LocalHost)'])).toEqual(
    {
      namedHosts: ['localhost'],
    },
  );
});
