import { join } from 'node:path';
import type { MachinePlaces } from '../history-reader.ts';
import { userDirectories } from '../vscode-user-data.ts';

/** Where sessions are as the command line and newer extensions keep them. */
export function sessionDirectories({ homeDirectory, environment }: MachinePlaces): readonly string[] {
  const own = join(environment['CLINE_DIR'] || join(homeDirectory, '.cline'), 'data');
  const set = environment['CLINE_SESSION_DATA_DIR'];
  return distinct([...(set ? [set] : []), join(environment['CLINE_DATA_DIR'] || own, 'sessions')]);
}

/** Where tasks are, as extensions before that keep them: of every editor, and of Cline outside of one. */
export function storageDirectories(machine: MachinePlaces): readonly string[] {
  const { homeDirectory, environment } = machine;
  const own = join(environment['CLINE_DIR'] || join(homeDirectory, '.cline'), 'data');
  const editors = userDirectories(machine).map((user) => join(user, 'globalStorage/saoudrizwan.claude-dev'));
  return distinct([environment['CLINE_DATA_DIR'] || own, ...editors]);
}

export function taskDirectories(machine: MachinePlaces): readonly string[] {
  return storageDirectories(machine).map((storage) => join(storage, 'tasks'));
}

function distinct(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.map((path) => join(path)))];
}
