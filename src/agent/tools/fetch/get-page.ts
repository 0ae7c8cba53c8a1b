import { lookup as resolveName } from 'node:dns';
import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { failure, type Result, success } from '../../../base/result.ts';
import { isPrivateAddress } from './private-address.ts';

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

/**
 * One GET request, no redirect followed, no cookie, no proxy. The name is resolved once, and what was looked at is what
 * is connected to: where it is not public, it is refused unless `isPrivateAllowed`. 30 s and 5 MB at most.
 */
export async function getPage(
  url: URL,
  isPrivateAllowed: boolean,
  stop: AbortSignal,
): Promise<Result<Page, Problem>> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  // An address that stands in the URL itself is never looked up.
  if (isIP(host) !== 0 && !isPrivateAllowed && isPrivateAddress(host)) return failure(privateProblem(url));
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    const response = await respond(url, isPrivateAllowed, AbortSignal.any([stop, timeUp]));
    return success(await readPage(url, response));
  } catch (error) {
    if (stop.aborted) return failure({ message: 'Stopped before the page was read.' });
    if (timeUp.aborted)
      return failure({ message: `${url.host} did not answer in full within ${timeoutMs / 1000} s.` });
    if (error instanceof PrivateAddress) return failure(privateProblem(url));
    return failure({
      message: `${url.href} cannot be fetched: ${error instanceof Error ? error.message : String(error)}.`,
    });
  }
}

class PrivateAddress extends Error {}

function respond(url: URL, isPrivateAllowed: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent: false,
      signal,
      lookup: publicLookup(isPrivateAllowed),
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
