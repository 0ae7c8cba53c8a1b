import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { proxyAgent } from '../../../src/agent/model/proxy.ts';
import { createFetchTool } from '../../../src/agent/tools/fetch/fetch.ts';
import { isPrivateName } from '../../../src/agent/tools/fetch/private-name.ts';
import type { ToolResult } from '../../../src/agent/tools/tool.ts';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { type CliPlace, makeCliPlace } from '../../cli/cli-place.ts';
import { toolResults } from '../engine/scripted-task.ts';
import {
  type CompanyProxy,
  hasOpenssl,
  startCompanyServer,
  startPlainServer,
  startProxy,
} from '../model/company-network.ts';

/** A name that no resolver knows (RFC 2606): only the proxy could. */
const HOST = 'pages.docs.example';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

async function fetchPage(
  url: string,
  proxy: CompanyProxy,
  named: readonly string[] = [],
): Promise<ToolResult> {
  const environment = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: 'past.docs.example' };
  const context = {
    root: '/',
    signal: new AbortController().signal,
    onOutput: () => {},
    onProcess: async () => {},
  };
  const planned = await createFetchTool({ namedHosts: named, environment }).plan({ url }, context);
  return 'run' in planned ? planned.run(context) : planned;
}

/** A run that fetches one page; answers what its model was told. */
async function runFetch(place: CliPlace, url: string, environment: Record<string, string>): Promise<string> {
  const server = await place.serve(({ body }) =>
    toolResults(body).has('page')
      ? { content: [{ type: 'text', text: 'Done.' }] }
      : { content: [{ type: 'tool_use', id: 'page', name: 'fetch', input: { url } }] },
  );
  const done = await place.run(['-p', 'Read it', '--allowedTools', 'WebFetch'], { environment });
  expect(done).toMatchObject({ code: 0 });
  return toolResults(server.requests.at(-1)?.body).get('page') ?? '';
}

describe('a page behind a proxy', { timeout: 120_000 }, () => {
  test('without TLS is asked of the proxy by its URL, which alone knows the name', async () => {
    const port = await startPlainServer(({ headers }, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end(`Asked for ${headers.host}.`);
    });
    const proxy = await startProxy(port);
    const place = await makeCliPlace(cli.path);
    const told = await runFetch(place, `http://${HOST}/guide`, { http_proxy: proxy.url });
    expect(told).toContain(`Asked for ${HOST}.`);
    expect(told).toContain('Untrusted text from the network');
    expect(proxy.urls).toEqual([`http://${HOST}/guide`]);
  });

  test.skipIf(!hasOpenssl)('with TLS is read through a tunnel, trusting NODE_EXTRA_CA_CERTS', async () => {
    const { port, certificate } = await startCompanyServer(HOST, (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('The guide.');
    });
    const proxy = await startProxy(port);
    const place = await makeCliPlace(cli.path);
    const environment = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: certificate };
    expect(await runFetch(place, `https://${HOST}/`, environment)).toContain('The guide.');
    expect(proxy.tunnels).toEqual([`${HOST}:443`]);
    expect(proxy.urls).toEqual([]);
    const untrusted = await runFetch(place, `https://${HOST}/`, { HTTPS_PROXY: proxy.url });
    expect(untrusted).toMatch(
      /cannot be fetched through the proxy of HTTPS_PROXY or HTTP_PROXY: .*certificate/,
    );
  });

  test('is refused where its name or address is private, and the proxy is not asked', async () => {
    const proxy = await startProxy(9);
    const private_ = [
      '10.1.2.3',
      '169.254.169.254',
      '[fd00::1]',
      'intranet',
      'wiki.corp',
      'db.internal',
      'a.localhost',
      'x.home.arpa',
      'printer.local.',
    ];
    for (const host of private_)
      expect({ host, ...(await fetchPage(`http://${host}/`, proxy)) }).toMatchObject({
        ok: false,
        text: expect.stringMatching(/is this machine or a private network/),
      });
    expect(proxy).toMatchObject({ tunnels: [], urls: [] });
  });

  test('that a rule names may be private; this machine is never asked through the proxy', async () => {
    const port = await startPlainServer((_request, response) => response.end('inside'));
    const proxy = await startProxy(port);
    expect(await fetchPage('http://wiki.corp/', proxy, ['wiki.corp'])).toMatchObject({ ok: true });
    expect(proxy.urls).toEqual(['http://wiki.corp/']);
    expect(await fetchPage(`http://127.0.0.1:${port}/`, proxy, ['127.0.0.1'])).toMatchObject({ ok: true });
    expect(await fetchPage(`http://127.0.0.1:${port}/`, proxy)).toMatchObject({ ok: false });
    expect(proxy.urls).toHaveLength(1);
  });

  test('past the proxy is looked up here', async () => {
    const proxy = await startProxy(9);
    const { ok, text } = await fetchPage('http://past.docs.example/', proxy);
    expect({ ok, text }).toMatchObject({ ok: false, text: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
    expect(proxy.urls).toEqual([]);
  });

  test('that the proxy does not reach says so, without the password of the proxy', async () => {
    const proxy = await startProxy(9);
    const secret = { ...proxy, url: proxy.url.replace('//', '//ada:lantern-77@') };
    const { ok, text } = await fetchPage(`https://${HOST}/`, secret);
    expect(ok).toBe(false);
    expect(text).toContain('cannot be fetched through the proxy');
    expect(text).not.toContain('lantern-77');
    expect(proxy.tunnels).toEqual([`${HOST}:443`]);
  });
});

test('what this machine finds for a name counts, too', async () => {
  // Numbers are names that every resolver knows.
  expect(await isPrivateName('127.0.0.1')).toBe(true);
  expect(await isPrivateName('8.8.8.8')).toBe(false);
  expect(await isPrivateName(HOST)).toBe(false);
});

test('names past the proxy count as for Node', () => {
  const goes = (url: string, NO_PROXY: string) =>
    proxyAgent({ HTTPS_PROXY: 'http://p:1', NO_PROXY }, new URL(url)) !== undefined;
  expect(goes('https://a.test/', '')).toBe(true);
  expect(goes('http://a.test/', '')).toBe(false);
  expect(goes('https://a.test/', 'b.test, A.test')).toBe(false);
  expect(goes('https://b.a.test/', 'a.test')).toBe(true);
  expect(goes('https://b.a.test/', '.a.test')).toBe(false);
  expect(goes('https://b.a.test/', '*.a.test')).toBe(false);
  expect(goes('https://nota.test/', '.a.test')).toBe(true);
  expect(goes('https://a.test:8443/', 'a.test:8443')).toBe(false);
  expect(goes('https://a.test/', 'a.test:8443')).toBe(true);
  expect(goes('https://a.test/', '*')).toBe(false);
  expect(goes('https://localhost/', '')).toBe(false);
});

test('an address that is no proxy leaves the way out, with all that is looked at there', async () => {
  for (const HTTPS_PROXY of ['no address', 'proxy.test:8080', 'socks5://p:1', 'ftp://p/'])
    expect(proxyAgent({ HTTPS_PROXY }, new URL('https://a.test/'))).toBeUndefined();
  const port = await startPlainServer((_request, response) => response.end('inside'));
  const proxy = await startProxy(port);
  const odd = { ...proxy, url: proxy.url.replace('http:', 'HTTP:') };
  expect(await fetchPage(`http://${HOST}/`, odd)).toMatchObject({ ok: true });
  expect(proxy.urls).toEqual([`http://${HOST}/`]);
});
