import { join } from 'node:path';
import type { MachinePlaces } from './history-reader.ts';

/** Editors that are built from VS Code, by the names of their data directories. */
const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf'];
/** The same where they run on this machine for a window elsewhere. */
const SERVERS = [
  '.vscode-server',
  '.vscode-server-insiders',
  '.vscode-remote',
  '.vscodium-server',
  '.cursor-server',
  '.windsurf-server',
];

/** `User` directories of VS Code and its kin, whether they are there or not. */
export function userDirectories(machine: MachinePlaces): readonly string[] {
  const { homeDirectory: home, environment } = machine;
  const portable = environment['VSCODE_PORTABLE'];
  return [
    ...(portable ? [join(portable, 'user-data/User')] : []),
    ...EDITORS.map((name) => join(applicationData(machine), name, 'User')),
    ...SERVERS.map((name) => join(home, name, 'data/User')),
    join(environment['XDG_DATA_HOME'] || join(home, '.local/share'), 'code-server/User'),
  ];
}

/** Source: `getUserDataPath` of VS Code. */
function applicationData({ homeDirectory: home, environment, platform }: MachinePlaces): string {
  if (platform === 'win32') return environment['APPDATA'] || join(home, 'AppData/Roaming');
  if (platform === 'darwin') return join(home, 'Library/Application Support');
  return environment['XDG_CONFIG_HOME'] || join(home, '.config');
}
