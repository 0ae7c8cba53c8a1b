import { lookup as resolveName } from 'node:dns';
import type { Agent, IncomingMessage } from 'node:http';
import { isIP, type LookupFunction } from 'node:net';
import { failure, type Result, success } from '../../../base/result.ts';
import { proxyAgent } from '../../model/proxy.ts';
import { isPrivateAddress } from './private-address.ts';
import { isPrivateName } from './private-name.ts';

export const maxPageBytes = 5 * 1024 * 1024;
const timeoutMs = 30_000;

export interface Page {
  readonly status: number;
  /** Lower case, with its parameters; empty where the server sent none. */
  readonly type: string;
  /** Where the server sends the reader on, absolute. */
  readonly location: URL | undefined;
  readonly bytes: Uint8Array;
  /** There was more than is taken. */
  readonly isCut: boolean;
}

type Problem = { readonly message: string };

export interface PageLeave {
  /** A rule of the person names the host: it may be a private one. */
  readonly isPrivateAllowed: boolean;
  /** Where proxies are read from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * One GET request, no redirect followed, no cookie; through the proxy of the environment where there is one. Directly,
 * the name is resolved once, and what was looked at is what is connected to: where it is not public, it is refused
 * unless `isPrivateAllowed`. Through a proxy it is the proxy that resolves it, and {@link isPrivateName} says what can
 * be known. 30 s and 5 MB at most.
 */
export async function getPage(url: URL, leave: PageLeave, stop: AbortSignal): Promise<Result<Page, Problem>> {
  const { isPrivateAllowed, environment } = leave;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isAddress = isIP(host) !== 0;
  // An address that stands in the URL itself is never looked up.
  if (isAddress && !isPrivateAllowed && isPrivateAddress(host)) return failure(privateProblem(url));
  const proxy = proxyAgent(environment, url);
  if (proxy !== undefined && !isAddress && !isPrivateAllowed && (await isPrivateName(host)))
    return failure(privateProblem(url));
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    const signal = AbortSignal.any([stop, timeUp]);
    const response = await respond(url, proxy ?? { isPrivateAllowed }, signal);
    return success(await readPage(url, response));
  } catch (error) {
    if (stop.aborted) return failure({ message: 'Stopped before the page was read.' });
    if (timeUp.aborted)
      return failure({ message: `${url.host} did not answer in full within ${timeoutMs / 1000} s.` });
    if (error instanceof PrivateAddress) return failure(privateProblem(url));
    const through = proxy === undefined ? '' : ' through the proxy of HTTPS_PROXY or HTTP_PROXY';
    const why = error instanceof Error ? error.message : String(error);
    return failure({ message: `${url.href} cannot be fetched${through}: ${why.replace(/\.$/, '')}.` });
  }
}

class PrivateAddress extends Error {}

/** HTTP and TLS are loaded by the first fetch: most runs make none. */
async function respond(
  url: URL,
  way: Agent | { readonly isPrivateAllowed: boolean },
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      ...('isPrivateAllowed' in way ? directly(way.isPrivateAllowed) : { agent: way }),
      signal,
      headers: {
        'user-agent': 'varve',
        accept: 'text/html, text/plain, text/markdown, application/json;q=0.9, */*;q=0.1',
        'accept-encoding': 'identity',
      },
    });
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.end();
  });
}

function directly(isPrivateAllowed: boolean): { readonly agent: false; readonly lookup: LookupFunction } {
  return { agent: false, lookup: publicLookup(isPrivateAllowed) };
}

/** All addresses of a name have to be public: which of them is connected to is not ours to choose. */
function publicLookup(isPrivateAllowed: boolean): LookupFunction {
  return (name, options, answer) => {
    resolveName(name, { ...options, all: true }, (error, addresses) => {
      const first = addresses?.[0];
      if (error !== null || first === undefined) answer(error ?? new Error(`${name} has no address`), '', 0);
      else if (!isPrivateAllowed && addresses.some(({ address }) => isPrivateAddress(address)))
        answer(new PrivateAddress(), '', 0);
      else if (options.all === true) answer(null, addresses);
      else answer(null, first.address, first.family);
    });
  };
}

async function readPage(url: URL, response: IncomingMessage): Promise<Page> {
  const encoding = response.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Error(`it is encoded (${encoding}), which was not asked for`);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response) {
    parts.push(part);
    size += part.length;
    if (size > maxPageBytes) break;
  }
  response.destroy();
  const { location } = response.headers;
  return {
    status: response.statusCode ?? 0,
    type: (response.headers['content-type'] ?? '').toLowerCase(),
    location: location === undefined ? undefined : (URL.parse(location, url.href) ?? undefined),
    bytes: Buffer.concat(parts).subarray(0, maxPageBytes),
    isCut: size > maxPageBytes,
  };
}

function privateProblem({ hostname }: URL): Problem {
  return {
    message: `${hostname} is this machine or a private network, which is not fetched from. A rule of the person that names it allows it: WebFetch(domain:${hostname}).`,
  };
}
