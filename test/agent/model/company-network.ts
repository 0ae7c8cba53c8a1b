import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createPlainServer, type RequestListener, request, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';

const run = promisify(execFile);

export const hasOpenssl = await run('openssl', ['version']).then(
  () => true,
  () => false,
);

/** Answers over TLS under a name that the proxy alone knows, with a certificate that only its own file vouches for. */
export async function startCompanyServer(
  host: string,
  listener: RequestListener,
): Promise<{ readonly port: number; readonly certificate: string }> {
  const { key, certificate } = await makeCertificate(host);
  const server = createServer({ key: await readFile(key), cert: await readFile(certificate) }, listener);
  return { port: await listen(server), certificate };
}

async function makeCertificate(
  host: string,
): Promise<{ readonly key: string; readonly certificate: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-ca-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'ca.pem')];
  const made = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${host}`];
  const names = ['-addext', `subjectAltName=DNS:${host}`];
  await run('openssl', ['req', ...made, ...names, '-keyout', key, '-out', certificate]);
  return { key, certificate };
}

export interface CompanyProxy {
  readonly url: string;
  /** `host:port` of each tunnel that was asked for. */
  readonly tunnels: string[];
  /** Each URL that was asked for without a tunnel. */
  readonly urls: string[];
}

/** Takes every tunnel and every request to one port of this machine, whatever name it is for. */
export async function startProxy(port: number): Promise<CompanyProxy> {
  const tunnels: string[] = [];
  const urls: string[] = [];
  const proxy = createPlainServer(({ url = '', headers }, response) => {
    urls.push(url);
    const { pathname } = new URL(url);
    const forwarded = request({ host: '127.0.0.1', port, path: pathname, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.writeHead(502).end());
    forwarded.end();
  });
  proxy.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    const target = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => target.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, tunnels, urls };
}

export async function startPlainServer(listener: RequestListener): Promise<number> {
  return listen(createPlainServer(listener));
}

async function listen(server: Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
