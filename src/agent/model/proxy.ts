import type { Agent, AgentOptions } from 'node:http';

type Http = typeof import('node:http') & {
  readonly setGlobalProxyFromEnv?: (environment: Record<string, string>) => unknown;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Answers on this machine are never asked for through a proxy. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

/** What Node takes: proxies by scheme, and what goes past them. */
export interface ProxyEnvironment {
  readonly HTTP_PROXY?: string;
  readonly HTTPS_PROXY?: string;
  readonly NO_PROXY: string;
}

/** HTTPS_PROXY, HTTP_PROXY and NO_PROXY in either case; undefined where no proxy is set. */
export function proxyEnvironment(environment: Environment): ProxyEnvironment | undefined {
  const read = (name: string): string | undefined =>
    environment[name.toLowerCase()]?.trim() || environment[name]?.trim() || undefined;
  const [plain, secure] = [read('HTTP_PROXY'), read('HTTPS_PROXY')];
  if (plain === undefined && secure === undefined) return undefined;
  const past = (read('NO_PROXY') ?? '').split(/[\s,]+/).filter((host) => host !== '');
  return {
    ...(plain !== undefined && { HTTP_PROXY: plain }),
    ...(secure !== undefined && { HTTPS_PROXY: secure }),
    NO_PROXY: past.includes('*') ? '*' : [...new Set([...past, ...LOOPBACK])].join(','),
  };
}

/**
 * What takes a request to this URL through the proxy of the environment; undefined where it goes out directly, and
 * where Node has no proxies, as in {@link useProxy}. To a page behind TLS it is a tunnel: the proxy sees the host alone.
 */
export function proxyAgent(environment: Environment, url: URL): Agent | undefined {
  const address = URL.parse(proxyFor(environment, url) ?? '');
  // With any other address Node goes out directly and says nothing; that it cannot be used was said by then.
  if (address === null || !/^https?:$/.test(address.protocol)) return undefined;
  const proxy = address.href;
  // Not among the options that Node 22 knows (`http.Agent`, Node 24.5).
  const options = { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } } as AgentOptions;
  return url.protocol === 'https:'
    ? new (process.getBuiltinModule('node:https').Agent)(options)
    : new (plainHttp().Agent)(options);
}

/** Names in NO_PROXY count as for Node: `host`, `host:port`, `.end` and `*.end`. */
function proxyFor(environment: Environment, url: URL): string | undefined {
  const given = proxyEnvironment(environment);
  const proxies = given !== undefined && canProxy() ? given : undefined;
  const proxy = url.protocol === 'https:' ? proxies?.HTTPS_PROXY : proxies?.HTTP_PROXY;
  if (proxies === undefined || proxy === undefined) return undefined;
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const isPast = proxies.NO_PROXY.toLowerCase()
    .split(',')
    .some((past) => {
      if (past === '*' || past === host || past === `${host}:${port}`) return true;
      return /^[.*]/.test(past) && host.endsWith(past.replace(/^\*/, ''));
    });
  return isPast ? undefined : proxy;
}

function canProxy(): boolean {
  return plainHttp().setGlobalProxyFromEnv !== undefined;
}

/** Loaded when a proxy is asked about: without one nobody needs it before the first request. */
function plainHttp(): Http {
  return process.getBuiltinModule('node:http');
}

/**
 * Sends this process' requests (fetch and the rest) through the proxy of the environment, as `curl` does. Needs
 * `http.setGlobalProxyFromEnv` (Node 24.14); returns a sentence where Node has none. For a process of our own only:
 * it changes the whole process. Certificates of a company come from NODE_EXTRA_CA_CERTS, which Node reads itself.
 */
export function useProxy(environment: Environment): string | undefined {
  const proxies = proxyEnvironment(environment);
  if (proxies === undefined) return undefined;
  const { setGlobalProxyFromEnv: set } = plainHttp();
  if (set === undefined) {
    return `A proxy is set, but Node ${process.versions.node} cannot use it: requests go out directly. Node 24.14 or newer can.`;
  }
  try {
    set({ ...proxies });
    return undefined;
  } catch {
    return 'The proxy in HTTPS_PROXY or HTTP_PROXY is not an address that can be used: requests go out directly.';
  }
}
