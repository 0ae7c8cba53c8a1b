import type { RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkFailure } from '../../../src/agent/model/model-failure.ts';
import { proxyEnvironment } from '../../../src/agent/model/proxy.ts';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace } from '../../cli/cli-place.ts';
import { replyEvents } from '../../model-server/wire.ts';
import { hasOpenssl, startCompanyServer, startProxy } from './company-network.ts';

const HOST = 'models.company.test';

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const reason = hasOpenssl ? '' : ' (skipped: openssl makes the certificate)';

/** Speaks the Messages API. */
const messages: RequestListener = (request, response) => {
  request.resume();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const body = { model: 'm', max_tokens: 1, messages: [] };
  const reply = { content: [{ type: 'text', text: 'Through the proxy.' }] } as const;
  for (const event of replyEvents(body, reply, 0))
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  response.end();
};

describe.skipIf(!hasOpenssl)(
  `a run behind a proxy and a company's certificates${reason}`,
  { timeout: 120_000 },
  () => {
    it('reaches its model through HTTPS_PROXY, trusting NODE_EXTRA_CA_CERTS', async () => {
      const { port, certificate } = await startCompanyServer(HOST, messages);
      const proxy = await startProxy(port);
      const place = await makeCliPlace(cli.path);
      const environment = {
        ANTHROPIC_BASE_URL: `https://${HOST}`,
        ANTHROPIC_API_KEY: 'k',
        HTTPS_PROXY: proxy.url,
        NODE_EXTRA_CA_CERTS: certificate,
      };
      const done = await place.run(['-p', 'Say it'], { environment });
      expect(done).toMatchObject({ code: 0, stdout: 'Through the proxy.\n' });
      expect(proxy.tunnels).toEqual([`${HOST}:443`]);
      const untrusting = await place.run(['-p', 'Say it'], {
        environment: { ...environment, NODE_EXTRA_CA_CERTS: undefined },
      });
      expect(untrusting.code).toBe(1);
      expect(untrusting.stdout + untrusting.stderr).toContain('NODE_EXTRA_CA_CERTS');
    });

    it('asks a server on this machine without the proxy', async () => {
      const proxy = await startProxy(9);
      const place = await makeCliPlace(cli.path);
      await place.serve(() => ({ content: [{ type: 'text', text: 'Here.' }] }));
      const environment = { HTTP_PROXY: proxy.url, https_proxy: proxy.url };
      expect(await place.run(['-p', 'Say it'], { environment })).toMatchObject({
        code: 0,
        stdout: 'Here.\n',
      });
      expect(proxy.tunnels).toEqual([]);
    });
  },
);

describe('the proxy of the environment', () => {
  it('is read in either case, and never used for this machine', () => {
    expect(proxyEnvironment({})).toBeUndefined();
    expect(proxyEnvironment({ HTTPS_PROXY: ' ', NO_PROXY: 'a' })).toBeUndefined();
    expect(proxyEnvironment({ https_proxy: 'http://p:1', NO_PROXY: 'a.test, .b.test' })).toEqual({
      HTTPS_PROXY: 'http://p:1',
      NO_PROXY: 'a.test,.b.test,localhost,127.0.0.1,[::1],::1',
    });
    expect(proxyEnvironment({ HTTP_PROXY: 'http://p:1', no_proxy: '*' })).toEqual({
      HTTP_PROXY: 'http://p:1',
      NO_PROXY: '*',
    });
  });

  it('tells a certificate that is not trusted from a server that is away, and does not try it again', () => {
    expect(networkFailure('https://a.test', 'SELF_SIGNED_CERT_IN_CHAIN')).toMatchObject({
      retryable: false,
      problem: { message: expect.stringContaining('NODE_EXTRA_CA_CERTS') },
    });
    expect(networkFailure('https://a.test', 'ECONNREFUSED')).toMatchObject({ retryable: true });
  });
});
