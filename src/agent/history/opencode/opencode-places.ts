import { basename, dirname, isAbsolute, join } from 'node:path';
import type { MachinePlaces } from '../history-reader.ts';
import { entriesOf } from '../tool-directory.ts';

/** OpenCode's own directory; on every system the same, as it asks for XDG's everywhere. */
export function dataDirectory({ homeDirectory, environment }: MachinePlaces): string {
  const given = environment['XDG_DATA_HOME'];
  return join(given || join(homeDirectory, '.local/share'), 'opencode');
}

/** Where its older versions kept sessions, as files. */
export function storageDirectory(machine: MachinePlaces): string {
  return join(dataDirectory(machine), 'storage');
}

export function opencodePlaces(machine: MachinePlaces): readonly string[] {
  const own = ownDatabase(machine);
  return [...new Set([dataDirectory(machine), ...(own === undefined ? [] : [dirname(own)])])];
}

/** Databases: one for each channel that OpenCode is released in, and the one that a person set. */
export async function databases(machine: MachinePlaces, problems: string[]): Promise<readonly string[]> {
  const { files } = machine;
  const directory = dataDirectory(machine);
  const found = (await entriesOf(files, directory, problems))
    .filter(({ name, kind }) => kind === 'file' && /^opencode(?:-[\w.-]+)?\.db$/.test(name))
    .map(({ name }) => join(directory, name));
  const own = ownDatabase(machine);
  const status = own === undefined ? undefined : await files.linkStatus(own).catch(() => undefined);
  return [...new Set([...found, ...(own !== undefined && status?.kind === 'file' ? [own] : [])])];
}

function ownDatabase(machine: MachinePlaces): string | undefined {
  const given = machine.environment['OPENCODE_DB'];
  if (given === undefined || given === '' || basename(given) === ':memory:') return undefined;
  return isAbsolute(given) ? join(given) : join(dataDirectory(machine), given);
}
