import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_MODEL, decide } from '../../scripts/demo/model.ts';
import { type DemoPlace, makeDemoPlace } from '../../scripts/demo/workspace.ts';
import { type StartedBrowser, startBrowser } from '../host/browser.ts';
import { type EditorWindow, openWindow } from '../host/editor-window.ts';
import { REPOSITORY } from '../host/installed-host.ts';
import { type CodeServer, startServer } from '../host/server.ts';
import { installVsix, packageVsix } from '../host/vsix.ts';
import type { Decide } from '../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';

/** A demo workspace in a real VS Code with the packaged Varve installed and the demo model behind it. */
export interface DemoWindow {
  readonly place: DemoPlace;
  readonly model: ModelServer;
  readonly server: CodeServer;
  readonly browser: StartedBrowser;
  readonly window: EditorWindow;
  close(): Promise<void>;
}

export interface DemoWindowOptions {
  /** Other than the demo model's. */
  readonly decide?: Decide;
  readonly trust?: boolean;
  /** Folder to open; the demo repository unless told, `null` for none. */
  readonly folder?: ((place: DemoPlace) => string) | null;
  readonly workspaceFile?: (place: DemoPlace) => string;
  /** Environment of the extension host on top of the demo's. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly prepare?: (place: DemoPlace) => Promise<void>;
}

/** Everything it makes is gone after {@link DemoWindow.close}. */
export async function openDemoWindow(options: DemoWindowOptions = {}): Promise<DemoWindow> {
  const place = await makeDemoPlace(Date.now());
  // Sessions of other agents are looked for at home: not those of whoever runs the tests.
  const home = join(place.root, 'home');
  await mkdir(home);
  await options.prepare?.(place);
  const model = await startModelServer({ decide: options.decide ?? decide, models: [DEMO_MODEL] });
  const extensionsDir = await installed();
  const server = await startServer({
    extensionsDir,
    trust: options.trust ?? true,
    env: {
      ...place.environment,
      HOME: home,
      ANTHROPIC_API_KEY: 'demo-key',
      VARVE_MODEL_BASE_URL: model.url,
      VARVE_MODEL: DEMO_MODEL,
      ...options.environment,
    },
  });
  const browser = await startBrowser({ size: { width: 1440, height: 900 } });
  const window = await openWindow(server, browser, target(options, place));
  const close = async (): Promise<void> => {
    await browser.close();
    await server.stop();
    await model.close();
    await rm(extensionsDir, { recursive: true, force: true });
    await place.remove();
  };
  return { place, model, server, browser, window, close };
}

function target({ folder, workspaceFile }: DemoWindowOptions, place: DemoPlace) {
  if (workspaceFile !== undefined) return { workspace: workspaceFile(place) };
  return folder === null ? {} : { folder: folder?.(place) ?? place.workspace };
}

/** The package as a user gets it, installed as a user installs it. */
async function installed(): Promise<string> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'varve-extensions-')));
  const file = join(directory, 'varve.vsix');
  await packageVsix(REPOSITORY, file);
  await installVsix(file, directory);
  return directory;
}
