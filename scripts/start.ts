// npm start: the day on a demo workspace, with a demo model on loopback, in the best host this machine has.
// --headless: in this terminal. --browser: VS Code in a browser. --port N: where the browser finds it.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { environmentForEditor } from '../test/host/host-process.ts';
import { startServer, workbenchUrl } from '../test/host/server.ts';
import { installVsix } from '../test/host/vsix.ts';
import { type ModelServer, startModelServer } from '../test/model-server/server.ts';
import { downloadDesktop, openDesktop } from './demo/desktop.ts';
import { headlessDay } from './demo/headless-day.ts';
import { chooseHost, type Host, thisMachine } from './demo/host-choice.ts';
import { DEMO_MODEL, decide } from './demo/model.ts';
import { type DemoPlace, makeDemoPlace } from './demo/workspace.ts';
import { packageExtension } from './packages.ts';
import { passThrough } from './tool.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      headless: { type: 'boolean', default: false },
      browser: { type: 'boolean', default: false },
      port: { type: 'string' },
    },
  });
  const host = chooseHost(await thisMachine({ headless: values.headless, browser: values.browser }));
  say('Building Varve');
  if ((await passThrough([process.execPath, 'scripts/build.mjs'])) !== 0)
    throw new Error('The build failed: correct what esbuild names above and run npm start again.');
  const place = await makeDemoPlace(Date.now());
  const model = await startModelServer({ decide, models: [DEMO_MODEL] });
  say(`Demo workspace: ${place.workspace} (removed at the end)`);
  say(`Demo model: rules on loopback at ${model.url}, no language model, no key`);
  try {
    await show(host, place, environmentOf(place, model), values.port);
  } finally {
    await model.close();
    await place.remove();
  }
}

/** The real key of whoever runs this must not reach the demo model, and no real memory the demo. */
function environmentOf(place: DemoPlace, model: ModelServer): NodeJS.ProcessEnv {
  const {
    ANTHROPIC_API_KEY: _key,
    ANTHROPIC_AUTH_TOKEN: _token,
    ANTHROPIC_BASE_URL: _url,
    ...rest
  } = environmentForEditor();
  return { ...rest, ...place.environment, VARVE_MODEL_BASE_URL: model.url, ANTHROPIC_MODEL: DEMO_MODEL };
}

async function show(
  host: Host,
  place: DemoPlace,
  environment: NodeJS.ProcessEnv,
  port: string | undefined,
): Promise<void> {
  if (host.kind === 'headless') {
    say(`The day in this terminal, since ${host.because}.`);
    return headlessDay({ place, environment, cli: resolve('dist/cli.js') });
  }
  const made = await packageExtension();
  if (!made.ok)
    throw new Error(
      `The extension could not be packaged: correct what vsce names and run npm start again.\n${made.lines.join('\n')}`,
    );
  const vsix = resolve(made.file);
  if (host.kind === 'desktop') {
    say(`Opening VS Code ${host.version} with throw-away settings; this waits until its window is closed.`);
    return openDesktop(host.code, place.root, place.workspace, vsix, environment);
  }
  if (host.kind === 'browser') return inBrowser(place, environment, vsix, port, host.because);
  say('There is no VS Code 1.101 or newer here: downloading one, unless the download stands still for 20 s');
  const got = await downloadDesktop();
  if ('code' in got) {
    say('Opening it with throw-away settings; this waits until its window is closed.');
    return openDesktop(got.code, place.root, place.workspace, vsix, environment);
  }
  return inBrowser(place, environment, vsix, port, `the download did not work (${got.problem})`);
}

async function inBrowser(
  place: DemoPlace,
  environment: NodeJS.ProcessEnv,
  vsix: string,
  port: string | undefined,
  because: string,
): Promise<void> {
  say(`VS Code in your browser, since ${because}.`);
  const extensionsDir = join(place.root, 'extensions');
  await installVsix(vsix, extensionsDir);
  const env = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  // Set to empty, since the server takes over what this process has.
  const noKeys = { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: '', ANTHROPIC_BASE_URL: '' };
  const server = await startServer({
    extensionsDir,
    userDataDir: join(place.root, 'user-data'),
    env: { ...env, ...noKeys },
    say,
    ...(port ? { port: Number(port) } : {}),
  });
  say(`\nOpen  ${workbenchUrl(server, { folder: place.workspace })}\n`);
  say('Click the Varve icon on the left. Ctrl+C here ends it and removes everything it made.');
  try {
    await interrupted();
  } finally {
    await server.stop();
  }
}

function interrupted(): Promise<void> {
  return new Promise((resolveWith) => {
    // A process with only signal handlers would end by itself.
    const alive = setInterval(() => {}, 1 << 30);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => {
        clearInterval(alive);
        resolveWith();
      });
    }
  });
}

await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
