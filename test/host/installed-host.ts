// A real VS Code with a Node extension host, from the npm registry alone: the package `code-server` 4.139.1
// is VS Code 1.139.1. Its own install compiles kerberos and downloads 600 MB; this recipe leaves both out.
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentForNpm, lastLines, runToEnd } from './host-process.ts';

export const CODE_SERVER_VERSION = '4.139.1';

/** Changes when the recipe does, so that an older install is made anew. */
const RECIPE = 1;

export interface InstalledHost {
  /** Directory of the install. */
  readonly root: string;
  /** The Node that runs it (24: code-server 4.139 refuses another major). */
  readonly node: string;
  /** The script that starts the server and answers `--install-extension`. */
  readonly entry: string;
}

export interface InstallOptions {
  /** Hears one short line per step; standard error unless told. */
  readonly say?: (line: string) => void;
  /** Where installs are kept; `$VARVE_HOST_CACHE`, else `.host` in the repository. */
  readonly cache?: string;
}

/** Cannot go on; `message` is a sentence for a person that ends with the next step. */
export class HostProblem extends Error {}

export const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * Answers the installed host and makes it first where it is missing or half made.
 * Built beside its final place and renamed: it is there whole or not at all. About 45 s and 500 MB; needs no
 * system library. Rejects with {@link HostProblem}.
 */
export async function installHost(options: InstallOptions = {}): Promise<InstalledHost> {
  const say = options.say ?? ((line) => process.stderr.write(`${line}\n`));
  const watcher = watcherPackage();
  const cache = resolve(options.cache ?? process.env['VARVE_HOST_CACHE'] ?? join(REPOSITORY, '.host'));
  const root = join(cache, `code-server-${CODE_SERVER_VERSION}-${process.platform}-${process.arch}`);
  const host = {
    root,
    node: process.execPath,
    entry: join(root, 'node_modules/code-server/out/node/entry.js'),
  };
  if (await isWhole(root)) return host;
  requireNode24();
  await mkdir(cache, { recursive: true });
  await sweepDeadBuilds(cache);
  say(
    `Installing VS Code (code-server ${CODE_SERVER_VERSION} from npm, once, about a minute, 500 MB) into ${root}`,
  );
  const build = await mkdtemp(join(cache, `building-${process.pid}-`));
  try {
    await fill(build, watcher, say);
    await rm(root, { recursive: true, force: true });
    await rename(build, root).catch(async (error: unknown) => {
      // Another process finished the same install between our check and our rename.
      if (!(await isWhole(root))) throw error;
    });
  } finally {
    await rm(build, { recursive: true, force: true });
  }
  say('VS Code is installed.');
  return host;
}

function watcherPackage(): string {
  const name = `${process.platform}-${process.arch}`;
  const known: Record<string, string> = {
    'linux-x64': 'linux-x64-glibc',
    'linux-arm64': 'linux-arm64-glibc',
    'darwin-x64': 'darwin-x64',
    'darwin-arm64': 'darwin-arm64',
  };
  const found = known[name];
  if (found) return `@parcel/watcher-${found}`;
  throw new HostProblem(
    `There is no VS Code from npm for ${name}: use Linux or macOS on x64 or arm64, or set VSCODE_EXECUTABLE_PATH to a desktop VS Code.`,
  );
}

function requireNode24(): void {
  if (process.versions.node.startsWith('24.')) return;
  throw new HostProblem(
    `VS Code from npm needs Node 24 and this is ${process.version}: start it with npm test or npm start, which bring their own.`,
  );
}

interface Stamp {
  readonly recipe: number;
  readonly version: string;
}

/** The stamp is written last, but a directory may also have been emptied since: the files that matter are looked at. */
async function isWhole(root: string): Promise<boolean> {
  try {
    const stamp = JSON.parse(await readFile(join(root, 'stamp.json'), 'utf8')) as Stamp;
    if (stamp.recipe !== RECIPE || stamp.version !== CODE_SERVER_VERSION) return false;
    const server = join(root, 'node_modules/code-server');
    await access(join(server, 'out/node/entry.js'));
    await access(join(server, 'lib/vscode/out/server-main.js'));
    await access(join(server, 'lib/vscode/node_modules/@parcel/watcher/package.json'));
    await access(join(server, 'lib/vscode/node_modules/node-pty/package.json'));
    return true;
  } catch {
    return false;
  }
}

/** Leftovers of builds whose process ended in the middle. */
async function sweepDeadBuilds(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /^building-(\d+)-/.exec(name)?.[1];
    if (pid && !isAlive(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function fill(build: string, watcher: string, say: (line: string) => void): Promise<void> {
  const installed = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await writeFile(join(build, 'package.json'), '{"private":true,"name":"varve-host"}\n');
  say('  1/4 the server');
  await npm(build, ['install', ...installed, '--no-save', `code-server@${CODE_SERVER_VERSION}`]);
  const vscode = join(build, 'node_modules/code-server/lib/vscode');
  say('  2/4 its parts');
  // Optional parts are left out (one is a 113 MB binary we do not use); the file watcher's is wanted by name.
  await npm(vscode, ['install', ...installed, '--omit=dev', '--omit=optional']);
  const version = await watcherVersion(vscode);
  await npm(vscode, [
    'install',
    ...installed,
    '--omit=dev',
    '--omit=optional',
    '--no-save',
    `${watcher}@${version}`,
  ]);
  say('  3/4 its built-in extensions');
  await npm(join(vscode, 'extensions'), ['install', ...installed, '--omit=dev']);
  say('  4/4 its log writer');
  await compile(vscode, say);
  const stamp: Stamp = { recipe: RECIPE, version: CODE_SERVER_VERSION };
  await writeFile(join(build, 'stamp.json'), `${JSON.stringify(stamp)}\n`);
}

async function watcherVersion(vscode: string): Promise<string> {
  const text = await readFile(join(vscode, 'npm-shrinkwrap.json'), 'utf8');
  const lock = JSON.parse(text) as { packages: Record<string, { version: string } | undefined> };
  const version = lock.packages['node_modules/@parcel/watcher']?.version;
  if (!version)
    throw new HostProblem(
      `code-server ${CODE_SERVER_VERSION} no longer lists its file watcher: adapt test/host/installed-host.ts.`,
    );
  return version;
}

/** Two native parts write logs and watch for a dead parent. VS Code works without them, with noise on its standard error. */
async function compile(vscode: string, say: (line: string) => void): Promise<void> {
  const headers = await nodeHeaders();
  const tools = await Promise.all(
    [
      ['make', '--version'],
      ['c++', '--version'],
      ['python3', '--version'],
    ].map(([program = '', ...args]) => runToEnd(program, args)),
  );
  if (!headers || tools.some((tool) => tool.code !== 0)) {
    say('      skipped: no make, C++ compiler, Python 3 or Node headers here; VS Code works without it');
    return;
  }
  const done = await runToEnd(
    'npm',
    ['rebuild', '--foreground-scripts', '@vscode/spdlog', '@vscode/native-watchdog'],
    {
      cwd: vscode,
      env: environmentForNpm({ npm_config_nodedir: headers, npm_config_ignore_scripts: 'false' }),
    },
  );
  if (done.code !== 0) say('      skipped: it did not compile; VS Code works without it');
}

/** Node's own headers as its platform package ships them, so that node-gyp downloads none. */
async function nodeHeaders(): Promise<string | undefined> {
  const prefix = process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node';
  const name = `${prefix}-${process.platform}-${process.arch}`;
  for (const place of [`node_modules/node/node_modules/${name}`, `node_modules/${name}`]) {
    const directory = join(REPOSITORY, place);
    const found = await access(join(directory, 'include/node/node.h')).then(
      () => true,
      () => false,
    );
    if (found) return directory;
  }
  return undefined;
}

async function npm(cwd: string, args: readonly string[]): Promise<void> {
  const done = await runToEnd('npm', args, { cwd, env: environmentForNpm() });
  if (done.code === 0) return;
  throw new HostProblem(
    `VS Code could not be installed from npm; check the network or the registry setting and run the command again. npm said:\n${lastLines(done.output, 12)}`,
  );
}
