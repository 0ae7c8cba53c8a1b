import * as http from 'node:http';

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
 * Sends this process' requests (fetch and the rest) through the proxy of the environment, as `curl` does. Needs
 * `http.setGlobalProxyFromEnv` (Node 24.14); returns a sentence where Node has none. For a process of our own only:
 * it changes the whole process. Certificates of a company come from NODE_EXTRA_CA_CERTS, which Node reads itself.
 */
export function useProxy(environment: Environment): string | undefined {
  const proxies = proxyEnvironment(environment);
  if (proxies === undefined) return undefined;
  const { setGlobalProxyFromEnv: set } = http as {
    readonly setGlobalProxyFromEnv?: (environment: Record<string, string>) => unknown;
  };
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
