import { isOnThisMachine } from '../../agent/model/settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const VENDOR = 'https://api.anthropic.com';

/** Where runs ask, with what belongs to it. */
export interface ModelAddress {
  readonly baseUrl: string;
  /** Name of its key in the secret storage: a key belongs to the server it was set for. */
  readonly secret: string;
  /** Whether the key of the environment belongs to it. */
  readonly hasEnvironmentKey: boolean;
  readonly needsKey: boolean;
}

/**
 * The user's setting, else the environment, else the Anthropic API. A key is sent to the origin it was set for and
 * to no other: one of the secret storage by its name there, one of the environment where the address comes from the
 * environment too, or is that of the Anthropic API.
 */
export function modelAddress(setting: string, environment: Environment, secretName: string): ModelAddress {
  const named = (environment['VARVE_MODEL_BASE_URL'] || environment['ANTHROPIC_BASE_URL'] || '').trim();
  const baseUrl = setting || named || VENDOR;
  const origin = originOf(baseUrl);
  return {
    baseUrl,
    secret: origin === originOf(VENDOR) ? secretName : `${secretName}@${origin}`,
    hasEnvironmentKey: origin === originOf(named || VENDOR),
    needsKey: !isOnThisMachine(baseUrl),
  };
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}

/** The editor's own proxy for a child, where the environment names none. */
export function editorProxy(
  proxy: string,
  past: readonly string[],
  environment: Environment,
): Readonly<Record<string, string>> {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'];
  if (proxy === '' || names.some((name) => environment[name])) return {};
  const noProxy = past.length > 0 ? { NO_PROXY: past.join(',') } : {};
  return { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, ...noProxy };
}
