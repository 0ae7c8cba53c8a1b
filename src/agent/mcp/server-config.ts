import { isJsonObject, type JsonObject } from '../../memory/project/json-format.ts';

/** Who wrote a server down: `option` on the command line, `local` the user for this project alone. */
export type ServerSource = 'option' | 'local' | 'project' | 'user';

export type ServerTransport =
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      readonly environment: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'http' | 'sse';
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** A server that offers tools by the Model Context Protocol, as a person or a project wrote it down. */
export interface ServerConfig {
  readonly name: string;
  readonly source: ServerSource;
  readonly transport: ServerTransport;
}

export interface ServerReading {
  readonly servers: readonly ServerConfig[];
  /** Sentences about what was left out. */
  readonly problems: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const maxServers = 50;

/**
 * Reads `{"mcpServers": {…}}` as Claude Code 2.1.330 writes it, `${VAR}` and `${VAR:-default}` filled in. A server whose
 * variable is not set is left out, and so is one of a project that asks for a key of the model or a setting of Varve.
 */
export function readServers(
  value: unknown,
  source: ServerSource,
  origin: string,
  environment: Environment,
): ServerReading {
  const listed = isJsonObject(value) ? value['mcpServers'] : undefined;
  if (listed === undefined) return { servers: [], problems: [] };
  if (!isJsonObject(listed)) return { servers: [], problems: [`${origin}: mcpServers is not an object.`] };
  const servers: ServerConfig[] = [];
  const problems: string[] = [];
  for (const [name, config] of Object.entries(listed).slice(0, maxServers)) {
    const read = isServerName(name)
      ? readTransport(config, { source, environment })
      : 'its name may have up to 64 letters, digits, - and _ only';
    if (typeof read === 'string')
      problems.push(`${origin}: The server "${name.slice(0, 80)}" is left out: ${read}.`);
    else servers.push({ name, source, transport: read });
  }
  return { servers, problems };
}

/** Without two underscores in a row, which stand between the server and its tool. */
function isServerName(name: string): boolean {
  return /^[A-Za-z0-9_-]{1,64}$/.test(name) && !name.includes('__');
}

interface Filling {
  readonly source: ServerSource;
  readonly environment: Environment;
}

function readTransport(config: unknown, filling: Filling): ServerTransport | string {
  if (!isJsonObject(config)) return 'it is not an object';
  const type = config['type'] ?? (config['command'] === undefined ? 'http' : 'stdio');
  try {
    switch (type) {
      case 'stdio':
        return {
          kind: 'stdio',
          command: filled(textOf(config, 'command'), filling),
          args: textsOf(config['args']).map((text) => filled(text, filling)),
          environment: mapOf(config['env'], 'env', filling),
        };
      case 'http':
      case 'streamable-http':
      case 'sse':
        return {
          kind: type === 'sse' ? 'sse' : 'http',
          url: urlOf(filled(textOf(config, 'url'), filling)),
          headers: mapOf(config['headers'], 'headers', filling),
        };
      default:
        return `its type ${JSON.stringify(type)} is not supported`;
    }
  } catch (error) {
    if (error instanceof Unusable) return error.message;
    throw error;
  }
}

/** Why a server cannot be used; never leaves this file. */
class Unusable extends Error {}

function textOf(config: JsonObject, field: string): string {
  const value = config[field];
  if (typeof value !== 'string' || value === '') throw new Unusable(`it has no ${field}`);
  return value;
}

function textsOf(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new Unusable('its args are not a list of texts');
  return value;
}

function mapOf(value: unknown, field: string, filling: Filling): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  const entries = isJsonObject(value) ? Object.entries(value) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string'))
    throw new Unusable(`its ${field} is not a map of texts`);
  return Object.fromEntries(entries.map(([name, text]) => [name, filled(text, filling)]));
}

function urlOf(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new Unusable('its url is not one of http or https');
  return text;
}

function filled(text: string, { source, environment }: Filling): string {
  return text.replace(/\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g, (_whole, name: string, otherwise?: string) => {
    // Keys of the model, and what says where they are sent: a repository must not be able to hand them on.
    if (source === 'project' && /^(ANTHROPIC|CLAUDE|VARVE)_/i.test(name))
      throw new Unusable(`a project must not read ${name}`);
    const value = environment[name] || otherwise;
    if (value === undefined) throw new Unusable(`the environment variable ${name} is not set`);
    return value;
  });
}
