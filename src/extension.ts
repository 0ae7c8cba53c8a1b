import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { systemClock } from './base/clock.ts';
import { nodeFiles } from './base/node-files.ts';
import { composeViews } from './views/compose.ts';
import type { VarveApi } from './views/extension-api.ts';
import type { Rooms } from './views/rooms.ts';
import { unsavedDocuments } from './views/workspace/unsaved-documents.ts';

/** The editor's door: hands the real world in. Nothing is read here; views read when they are looked at. */
export function activate(context: vscode.ExtensionContext): VarveApi {
  const log = vscode.window.createOutputChannel('Varve', { log: true });
  const unsavedFiles = unsavedDocuments(nodeFiles);
  const openRooms = async (): Promise<Rooms> => {
    const { createRooms } = await import('./views/rooms.ts');
    return createRooms({
      files: nodeFiles,
      clock: systemClock,
      environment: process.env,
      homeDirectory: homedir(),
      platform: process.platform,
      random: (count) => randomBytes(count),
      isTrusted: () => vscode.workspace.isTrusted,
      unsavedFiles,
      onError: (error) => log.error(error instanceof Error ? error : String(error)),
      // The same Node that runs the extension runs `varve`; ELECTRON_RUN_AS_NODE makes a desktop's Electron one.
      program: { command: process.execPath, args: [context.asAbsolutePath('dist/cli.js')] },
    });
  };
  let opening: Promise<Rooms> | undefined;
  const rooms = (): Promise<Rooms> => {
    opening ??= openRooms();
    return opening;
  };
  const views = composeViews({
    log,
    secrets: context.secrets,
    files: nodeFiles,
    clock: systemClock,
    environment: process.env,
    isUnsaved: (path) => unsavedFiles.isUnsaved(path),
    rooms,
  });
  context.subscriptions.push(log, views);
  return views.api;
}
