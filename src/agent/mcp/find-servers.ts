import { join, resolve } from 'node:path';
import { isJsonObject } from '../../memory/project/json-format.ts';
import { readTrustedFile } from '../guard/trust.ts';
import { readContained } from '../skills/contained-file.ts';
import type { SteeringPlace } from '../skills/find-skills.ts';
import { readServers, type ServerConfig, type ServerReading, type ServerSource } from './server-config.ts';

export interface ServerPlace extends SteeringPlace {
  readonly varveHome: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface ServerOptions {
  /** Files or JSON, as `--mcp-config` takes them. */
  readonly given: readonly string[];
  /** Only those that are given count. */
  readonly isStrict: boolean;
}

/** Claude Code keeps much else in this file. */
const userFileBytes = 64 * 1024 * 1024;

/**
 * The servers of a run. Of two with one name the first counts: those that are given, the user's for this project, the
 * project's, the user's for all (Claude Code 2.1.330). Those of the project's `.mcp.json` count only as they were
 * trusted, byte for byte. Never throws.
 */
export async function findServers(place: ServerPlace, options: ServerOptions): Promise<ServerReading> {
  const given = await Promise.all(options.given.map((text) => givenServers(place, text)));
  const rest = options.isStrict ? [] : await Promise.all([userServers(place), projectServers(place)]);
  const found = [...given, ...rest];
  const servers = new Map<string, ServerConfig>();
  for (const source of ['option', 'local', 'project', 'user'] satisfies readonly ServerSource[])
    for (const server of found.flatMap((one) => one.servers))
      if (server.source === source && !servers.has(server.name)) servers.set(server.name, server);
  return { servers: [...servers.values()], problems: found.flatMap(({ problems }) => problems) };
}

async function givenServers(place: ServerPlace, text: string): Promise<ServerReading> {
  if (text.trimStart().startsWith('{')) return parsed(place, text, 'option', '--mcp-config');
  const path = resolve(place.cwd, text);
  const read = await readContained(place.files, path, undefined);
  if (read === undefined) return { servers: [], problems: [`--mcp-config: ${path} does not exist.`] };
  if (!read.ok) return { servers: [], problems: [`--mcp-config: ${read.error}`] };
  return parsed(place, read.value.text, 'option', path);
}

async function projectServers(place: ServerPlace): Promise<ServerReading> {
  const path = join(place.root, '.mcp.json');
  const bytes = await readTrustedFile(place.files, place.varveHome, place.root, '.mcp.json');
  if (bytes !== undefined) return parsed(place, Buffer.from(bytes).toString('utf8'), 'project', path);
  const isThere = (await place.files.status(path).catch(() => undefined)) !== undefined;
  const untrusted = `${path} is not trusted as it stands, and its servers are not started. Look at it, then run: varve trust`;
  return { servers: [], problems: isThere ? [untrusted] : [] };
}

/** `~/.claude.json`, or `.claude.json` in the directory that stands for `~/.claude`. */
async function userServers(place: ServerPlace): Promise<ServerReading> {
  const isUsual = place.configDirectory === join(place.home, '.claude');
  const path = join(isUsual ? place.home : place.configDirectory, '.claude.json');
  const read = await readContained(place.files, path, undefined, userFileBytes);
  if (read === undefined) return { servers: [], problems: [] };
  if (!read.ok) return { servers: [], problems: [read.error] };
  const value = json(read.value.text);
  if (!isJsonObject(value))
    return { servers: [], problems: [`${path} is not a JSON object and does not count.`] };
  const projects = value['projects'];
  const here = isJsonObject(projects) ? (projects[place.root] ?? projects[place.cwd]) : undefined;
  const local = readServers(here, 'local', path, place.environment);
  const user = readServers(value, 'user', path, place.environment);
  return { servers: [...local.servers, ...user.servers], problems: [...local.problems, ...user.problems] };
}

function parsed(place: ServerPlace, text: string, source: ServerSource, origin: string): ServerReading {
  const value = json(text);
  if (value === undefined)
    return { servers: [], problems: [`${origin} is not valid JSON and does not count.`] };
  return readServers(value, source, origin, place.environment);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
