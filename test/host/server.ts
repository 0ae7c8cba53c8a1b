// A throw-away VS Code on loopback.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { environmentForEditor } from './host-process.ts';
import { HostProblem, type InstalledHost, installHost } from './installed-host.ts';

export interface ServerOptions {
  /** Where extensions are; a fresh directory unless told. Not removed at the end when it was given. */
  readonly extensionsDir?: string;
  /** User data (settings, state); a fresh directory unless told. Not removed at the end when it was given. */
  readonly userDataDir?: string;
  /** User settings, over the quiet ones every host starts with. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Added to the environment that the extension host sees, e.g. `VARVE_HOME`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Needed to run tests inside the extension host; suppresses notification toasts. */
  readonly smokeTestDriver?: boolean;
  /** `false` opens folders in Restricted Mode without asking; every folder is trusted unless told. */
  readonly trust?: boolean;
  /** The port on loopback; a free one unless told. */
  readonly port?: number;
  readonly say?: (line: string) => void;
}

export interface CodeServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** `127.0.0.1:PORT`, the remote authority of this server's files. */
  readonly address: string;
  /** Throw-away directory of this server; its name stands in the environment of every process that belongs to it. */
  readonly base: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  /** What the server wrote so far, one line each. */
  readonly log: readonly string[];
  /** Changes user settings on disk; a window that is open reads them at its next reload. `undefined` removes one. */
  writeSettings(changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Ends the server with its extension hosts and removes what it made. */
  stop(): Promise<void>;
}

/** No network but loopback is asked for with these, nothing greets, and nothing moves that a screenshot would show. */
const QUIET: Readonly<Record<string, unknown>> = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.settings.enableNaturalLanguageSearch': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Dark Modern',
  'window.menuBarVisibility': 'compact',
  'window.autoDetectColorScheme': false,
  'chat.disableAIFeatures': true,
  'npm.fetchOnlinePackageInfo': false,
  'json.schemaDownload.enable': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'always',
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.enablePersistentSessions': false,
  'editor.cursorBlinking': 'solid',
  // Text that a test puts into an editor comes out as it is.
  'editor.autoIndent': 'none',
  'editor.autoClosingBrackets': 'never',
  'files.hotExit': 'off',
};

/** Starts a VS Code and answers when it listens. Rejects with {@link HostProblem}. */
export async function startServer(options: ServerOptions = {}): Promise<CodeServer> {
  const host = await installHost(options.say ? { say: options.say } : {});
  const base = await mkdtemp(join(tmpdir(), 'varve-host-'));
  const userDataDir = options.userDataDir ?? join(base, 'data');
  const extensionsDir = options.extensionsDir ?? join(base, 'extensions');
  const settingsFile = join(userDataDir, 'User/settings.json');
  await Promise.all([
    mkdir(join(userDataDir, 'User'), { recursive: true }),
    mkdir(extensionsDir, { recursive: true }),
    mkdir(join(base, 't')),
    writeFile(join(base, 'config.yaml'), '{}\n'),
  ]);
  const writeSettings = (changes: Readonly<Record<string, unknown>>): Promise<void> =>
    mergeJson(settingsFile, changes);
  const trust = options.trust ?? true;
  await writeSettings({
    ...QUIET,
    'security.workspace.trust.enabled': !trust,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
    ...options.settings,
  });
  const child = spawnServer(host, base, { ...options, userDataDir, extensionsDir, trust });
  const log: string[] = [];
  try {
    const url = await listening(child, log);
    const stop = (): Promise<void> => stopServer(child, base);
    return { url, address: new URL(url).host, base, userDataDir, extensionsDir, log, writeSettings, stop };
  } catch (error) {
    await stopServer(child, base);
    throw error;
  }
}

function spawnServer(
  host: InstalledHost,
  base: string,
  options: ServerOptions & { readonly trust: boolean },
): ChildProcess {
  const temporary = join(base, 't');
  const xdg = join(base, 'xdg');
  const args = [
    ...[host.entry, '--bind-addr', `127.0.0.1:${options.port ?? 0}`, '--auth', 'none'],
    ...['--config', join(base, 'config.yaml')],
    ...['--user-data-dir', options.userDataDir ?? '', '--extensions-dir', options.extensionsDir ?? ''],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...['--disable-proxy', '--ignore-last-opened'],
    ...(options.trust ? ['--disable-workspace-trust'] : []),
    ...(options.smokeTestDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
  return spawn(
    process.execPath,
    [fileURLToPath(new URL('keeper.mjs', import.meta.url)), base, host.node, ...args],
    {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: environmentForEditor({
        EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}',
        // VS Code's sockets and caches land here and go with it.
        TMPDIR: temporary,
        XDG_RUNTIME_DIR: temporary,
        XDG_CONFIG_HOME: xdg,
        XDG_DATA_HOME: xdg,
        ...options.env,
      }),
    },
  );
}

/** Resolves with the address once the server says it; a minute at most. */
function listening(child: ChildProcess, log: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new HostProblem(`${what}; its last lines were:\n${log.slice(-12).join('\n')}`));
    const timer = setTimeout(() => fail('VS Code did not start within 60 s'), 60_000);
    const hear = (line: string): void => {
      log.push(line);
      const url = /listening on (http:\/\/127\.0\.0\.1:\d+)/i.exec(line)?.[1];
      if (url) resolve(url);
      if (url) clearTimeout(timer);
    };
    for (const stream of [child.stdout, child.stderr])
      if (stream) createInterface({ input: stream }).on('line', hear);
    child.on('error', (error) => fail(`VS Code could not be started: ${error.message}`));
    child.on('exit', (code) => {
      clearTimeout(timer);
      fail(`VS Code ended with code ${code}`);
    });
  });
}

/** Closing its standard input is what ends it, so that our own sudden death does the same. */
async function stopServer(child: ChildProcess, base: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdin?.destroy();
    await ended;
  }
  await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function mergeJson(file: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => '{}');
  await writeFile(file, `${JSON.stringify({ ...JSON.parse(before), ...changes }, null, 2)}\n`);
}

export interface OpenTarget {
  /** Absolute path of a folder to open. */
  readonly folder?: string;
  /** Absolute path of a `.code-workspace` file. */
  readonly workspace?: string;
  /** Workbench options such as `extensionTestsPath`, as name and value. */
  readonly payload?: readonly (readonly [string, string])[];
}

/** The address of a window on what is given; an empty window for nothing. */
export function workbenchUrl(server: Pick<CodeServer, 'url'>, target: OpenTarget = {}): string {
  const query = new URLSearchParams();
  if (target.folder) query.set('folder', target.folder);
  else if (target.workspace) query.set('workspace', target.workspace);
  else query.set('ew', 'true');
  query.set('payload', JSON.stringify([['skipWelcome', 'true'], ...(target.payload ?? [])]));
  return `${server.url}/?${query}`;
}
