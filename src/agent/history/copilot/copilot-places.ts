import { join } from 'node:path';
import type { MachinePlaces } from '../history-reader.ts';
import { userDirectories } from '../vscode-user-data.ts';

/** Sessions of the command line. */
export function commandLinePlace({ homeDirectory, environment }: MachinePlaces): string {
  return join(environment['COPILOT_HOME'] || join(homeDirectory, '.copilot'), 'session-state');
}

/** Of each editor: a directory for each folder it opened, in it `chatSessions`. */
export function workspaceStorages(machine: MachinePlaces): readonly string[] {
  return userDirectories(machine).map((user) => join(user, 'workspaceStorage'));
}

/** Of each editor: chats of windows without a folder. */
export function emptyWindowPlaces(machine: MachinePlaces): readonly string[] {
  return userDirectories(machine).map((user) => join(user, 'globalStorage/emptyWindowChatSessions'));
}

export function copilotPlaces(machine: MachinePlaces): readonly string[] {
  return [commandLinePlace(machine), ...workspaceStorages(machine), ...emptyWindowPlaces(machine)];
}
