import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createProxy } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { networkFailure } from '../../../src/agent/model/model-failure.ts';
import { proxyEnvironment } from '../../../src/agent/model/proxy.ts';
import { type BuiltCli, buildCli } from '../../cli/built-cli.ts';
import { makeCliPlace } from '../../cli/cli-place.ts';
import { replyEvents } from '../../model-server/wire.ts';

const HOST = 'models.company.test';
const run = promisify(execFile);

let cli: BuiltCli;
beforeAll(async () => {
  cli = await buildCli();
});
afterAll(() => cli.dispose());

const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);
const reason = hasOpenssl ? '' : ' (skipped: openssl makes the certificate)';

/** A certificate for the host that nobody but its own file vouches for. */
async function makeCertificate(): Promise<{ readonly key: string; readonly certificate: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-ca-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'ca.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${HOST}`];
  const names = ['-addext', `subjectAltName=DNS:${HOST}`];
  await run('openssl', ['req', ...made, ...names, '-keyout', key, '-out', certificate]);
  return { key, certificate };
}

/** Speaks the Messages API over TLS; its name is known to the proxy alone. */
async function startCompanyServer(key: Buffer, cert: Buffer): Promise<number> {
  const server = createServer({ key, cert }, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const body = { model: 'm', max_tokens: 1, messages: [] };
    const reply = { content: [{ type: 'text', text: 'Through the proxy.' }] } as const;
    for (const event of replyEvents(body, reply, 0))
      response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    response.end();
  });
  return listen(server);
}

async function startProxy(port: number): Promise<{ readonly url: string; readonly tunnels: string[] }> {
  const tunnels: string[] = [];
  const proxy = createProxy();
  proxy.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
    socket.on('error', () => target.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, tunnels };
}

type Listening = ReturnType<typeof createServer> | ReturnType<typeof createProxy>;

async function listen(server: Listening): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

describe.skipIf(!hasOpenssl)(
  `a run behind a proxy and a company's certificates${reason}`,
  { timeout: 120_000 },
  () => {
    it('reaches its model through HTTPS_PROXY, trusting NODE_EXTRA_CA_CERTS', async () => {
      const { key, certificate } = await makeCertificate();
      const port = await startCompanyServer(await readFile(key), await readFile(certificate));
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
