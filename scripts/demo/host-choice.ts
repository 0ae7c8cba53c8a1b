// Where `npm start` shows the day.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runTool } from '../tool.ts';

export type Host =
  | { readonly kind: 'headless'; readonly because: string }
  | { readonly kind: 'desktop'; readonly code: string; readonly version: string }
  /** A display but no usable `code`: try a download, then the browser. */
  | { readonly kind: 'download' }
  | { readonly kind: 'browser'; readonly because: string };

export interface Machine {
  readonly flags: { readonly headless: boolean; readonly browser: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly hasTerminal: boolean;
  readonly isRoot: boolean;
  /** What a desktop `code` on the PATH says of itself, if there is one. */
  readonly code: { readonly path: string; readonly version: string; readonly about: string } | undefined;
}

/** Pure: the table of the README as code. */
export function chooseHost(machine: Machine): Host {
  const { flags, environment } = machine;
  if (flags.headless) return { kind: 'headless', because: 'you asked for it' };
  if (flags.browser) return { kind: 'browser', because: 'you asked for it' };
  if (environment['CI']) return { kind: 'headless', because: 'CI is set' };
  const display = hasDisplay(machine);
  if (!display && !machine.hasTerminal)
    return { kind: 'headless', because: 'there is neither a display nor a terminal' };
  if (!display) return { kind: 'browser', because: 'there is no display here' };
  if (machine.isRoot) return { kind: 'browser', because: 'desktop VS Code does not run as root' };
  const code = desktopCode(machine);
  if (code) return { kind: 'desktop', code: code.path, version: code.version };
  return { kind: 'download' };
}

function hasDisplay({ environment, platform }: Machine): boolean {
  if (platform === 'linux') return Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
  return !environment['SSH_CONNECTION'];
}

/** A real desktop VS Code of 1.101 or newer: not the shim of a remote window, which opens its own; not a fork. */
function desktopCode({ code, environment }: Machine): Machine['code'] {
  if (!code || environment['VSCODE_IPC_HOOK_CLI'] || environment['REMOTE_CONTAINERS_IPC']) return undefined;
  const [major = 0, minor = 0] = code.version.split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 101)) return undefined;
  return /^Visual Studio Code\b/m.test(code.about) ? code : undefined;
}

/** Asks the machine. */
export async function thisMachine(flags: Machine['flags']): Promise<Machine> {
  const environment = process.env;
  return {
    flags,
    environment,
    platform: process.platform,
    hasTerminal: Boolean(process.stdin.isTTY && process.stdout.isTTY),
    isRoot: process.getuid?.() === 0,
    code: flags.headless || flags.browser ? undefined : await askCode(),
  };
}

async function askCode(): Promise<Machine['code']> {
  const path = findCode();
  if (!path) return undefined;
  const [version, about] = await Promise.all([
    runTool('code', [path, '--version']),
    runTool('code', [path, '--help']),
  ]);
  // Three lines: version, commit, architecture. Anything else is some other `code`.
  const [number = '', commit = ''] = version.output.split(/\r?\n/);
  if (!version.ok || !/^\d+\.\d+\.\d+/.test(number) || !/^[0-9a-f]{40}$/.test(commit)) return undefined;
  return { path, version: number, about: about.output };
}

function findCode(): string | undefined {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
  const places = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  if (process.platform === 'darwin')
    places.push('/Applications/Visual Studio Code.app/Contents/Resources/app/bin');
  return places.flatMap((place) => names.map((name) => join(place, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
