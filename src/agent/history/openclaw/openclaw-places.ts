import { basename, dirname, join } from 'node:path';
import type { MachinePlaces } from '../history-reader.ts';
import { directoriesIn } from '../tool-directory.ts';

/** `agents` of every instance: the one that is set, the usual one, and one for each profile. */
export async function agentDirectories(machine: MachinePlaces): Promise<readonly string[]> {
  const { files, homeDirectory, environment } = machine;
  const home = environment['OPENCLAW_HOME'] || homeDirectory;
  const set = environment['OPENCLAW_STATE_DIR'];
  const profiles = (await directoriesIn(files, home, [])).filter((path) =>
    /^\.openclaw-[\w-]+$/.test(basename(path)),
  );
  const states = [...(set ? [expanded(set, home)] : []), join(home, '.openclaw'), ...profiles];
  return [...new Set(states.map((state) => join(state, 'agents')))];
}

/** `agents/AGENT` of each. */
export async function agents(machine: MachinePlaces, problems: string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const place of await agentDirectories(machine))
    found.push(...(await directoriesIn(machine.files, place, problems)));
  return found;
}

/** Sessions of one agent since they are kept in a database. */
export function databaseOf(agent: string): string {
  return join(agent, 'agent/openclaw-agent.sqlite');
}

/** Sessions of one agent before that, and what was put away since. */
export function sessionFilesOf(agent: string): string {
  return join(agent, 'sessions');
}

/** The agent whose file it is. */
export function agentOf(path: string): string {
  return dirname(dirname(path));
}

function expanded(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : path;
}
