// Gets a fresh clone ready and hands over: node scripts/bootstrap.mjs NAME [arguments] runs scripts/NAME under the
// repository's own Node. Plain JavaScript for Node 20.19 and newer, no dependencies: nothing is installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
const stamp = join(modules, '.varve-stamp');
const windows = process.platform === 'win32';
const ownNode = join(modules, 'node', 'bin', windows ? 'node.exe' : 'node');

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** One sentence with the next step, and no stack. */
function stop(sentence) {
  say(sentence);
  process.exit(1);
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function checkMachine() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    stop(
      `Varve needs Node 20.19 or newer to set itself up and this is ${process.version}: install it from https://nodejs.org and run the command again.`,
    );
  }
  if (spawnSync('git', ['--version'], { stdio: 'ignore' }).status !== 0) {
    stop(
      'Varve needs git and there is none on the PATH: install it from https://git-scm.com and run the command again.',
    );
  }
}

function lockHash() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}`;
}

/** What npm says it installed, against what the lock file asks for: true also for an install that somebody else made. */
function isInstalled() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash()) return true;
  const wanted = readJson(join(root, 'package-lock.json'))?.packages;
  const there = readJson(join(modules, '.package-lock.json'))?.packages;
  if (!wanted || !there) return false;
  const missing = Object.entries(wanted).some(
    ([path, entry]) =>
      path !== '' && !entry.optional && !entry.peer && there[path]?.version !== entry.version,
  );
  if (!missing) writeFileSync(stamp, lockHash());
  return !missing;
}

/** Runs npm with its output in a log file; answers whether it went well. */
function npm(args, log) {
  const own = process.env.npm_execpath?.endsWith('npm-cli.js') ? process.env.npm_execpath : undefined;
  const env = { ...process.env };
  for (const name of Object.keys(env))
    if (
      /^npm_(package_|lifecycle_|config_(ignore_scripts|omit|dry_run|loglevel|json|prefix|local_prefix|global_prefix)$)/i.test(
        name,
      )
    )
      delete env[name];
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, env };
  const done = own
    ? spawnSync(process.execPath, [own, ...args], options)
    : spawnSync('npm', args, { ...options, shell: windows });
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}${done.error ? `${done.error.message}\n` : ''}`;
  mkdirSync(dirname(log), { recursive: true });
  writeFileSync(log, output);
  return { ok: done.status === 0, output };
}

function explain(output, log, what) {
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output);
  const last = output
    .trimEnd()
    .split('\n')
    .slice(-8)
    .map((line) => `  ${line}`)
    .join('\n');
  const reason = offline
    ? `The npm registry could not be reached, so ${what}: check the network or the proxy and run the command again.`
    : `npm failed, so ${what}: correct what it says and run the command again.`;
  stop(`${last}\n${reason} (all of its output: ${log})`);
}

function install() {
  const common = ['--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
  if (!isInstalled()) {
    say('Installing dependencies (npm ci, about half a minute)');
    const log = join(root, 'artifacts', 'npm-ci.log');
    const done = npm(['ci', '--include=dev', ...common], log);
    if (!done.ok) explain(done.output, log, 'the dependencies are not installed');
    writeFileSync(stamp, lockHash());
  }
  if (runs(ownNode)) return;
  say('Installing the Node 24 of this repository (npm rebuild node)');
  const log = join(root, 'artifacts', 'npm-rebuild-node.log');
  const done = npm(['rebuild', 'node', '--ignore-scripts=false', '--foreground-scripts', ...common], log);
  if (!runs(ownNode) && !process.versions.node.startsWith('24.'))
    explain(done.output, log, 'Node 24 is not installed');
}

function runs(program) {
  return existsSync(program) && spawnSync(program, ['-e', '0'], { stdio: 'ignore' }).status === 0;
}

function handOver(name, args) {
  const script = ['ts', 'mjs']
    .map((end) => join(root, 'scripts', `${name}.${end}`))
    .find((path) => existsSync(path));
  if (!script || name === 'bootstrap') stop(`There is no script "${name}": npm run lists what there is.`);
  const node = existsSync(ownNode) ? ownNode : process.execPath;
  const path = [join(modules, '.bin'), dirname(node), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(node, [script, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: path },
  });
  // Ctrl+C reaches the child by itself, as it shares our terminal: it decides what to do, we wait. Others we pass on.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) =>
    stop(`${node} could not be started (${error.message}): remove node_modules and run the command again.`),
  );
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}

const [name, ...args] = process.argv.slice(2);
if (!name) stop('Say which script to run: npm start, npm test, npm run build.');
checkMachine();
install();
handOver(name, args);
