import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import type { Decide } from '../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  readonly stdout: () => string;
}

/** A repository, a home and a state directory of its own, and the built terminal to be run in them. */
export interface CliPlace {
  /** The built terminal. */
  readonly cli: string;
  readonly repository: string;
  readonly home: string;
  readonly varveHome: string;
  readonly environment: Record<string, string | undefined>;
  start(args: readonly string[], options?: StartOptions): StartedCli;
  run(args: readonly string[], options?: StartOptions): Promise<Finished>;
  git(...args: readonly string[]): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** Answers the Messages API for the runs of this place. */
  serve(decide: Decide): Promise<ModelServer>;
}

export interface StartOptions {
  /** Standard input; nothing unless told. `open`: a pipe that the test writes to. */
  readonly input?: string | 'open';
  readonly cwd?: string;
  readonly environment?: Record<string, string | undefined>;
}

export async function makeCliPlace(cli: string): Promise<CliPlace> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-place-')));
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));
  const [repository, home, varveHome] = [join(root, 'demo'), join(root, 'user'), join(root, 'state')];
  await Promise.all([mkdir(repository), mkdir(home)]);
  const environment: Record<string, string | undefined> = {
    PATH: process.env['PATH'],
    HOME: home,
    VARVE_HOME: varveHome,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    LANG: 'C.UTF-8',
  };
  const place: CliPlace = {
    cli,
    repository,
    home,
    varveHome,
    environment,
    start: (args, options = {}) => startCli(cli, args, { cwd: repository, ...options }, environment),
    run: (args, options) => place.start(args, options).finished,
    git: async (...args) =>
      (await promisify(execFile)('git', [...args], { cwd: repository, env: environment })).stdout,
    write: async (path, text) => {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), text);
    },
    serve: async (decide) => {
      const server = await startModelServer({ decide });
      onTestFinished(() => server.close());
      environment['ANTHROPIC_BASE_URL'] = server.url;
      environment['ANTHROPIC_API_KEY'] = 'test-key';
      return server;
    },
  };
  await place.git('init', '-q', '-b', 'main');
  await place.git('config', 'user.name', 'Ada');
  await place.git('config', 'user.email', 'ada@example.com');
  await place.write('CLAUDE.md', '# Demo\n\n- Answer briefly.\n');
  await place.git('add', '.');
  await place.git('commit', '-q', '-m', 'Begin');
  return place;
}

function startCli(
  cli: string,
  args: readonly string[],
  options: StartOptions,
  environment: Record<string, string | undefined>,
): StartedCli {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: options.cwd,
    env: { ...environment, ...options.environment },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  if (options.input !== undefined && options.input !== 'open') child.stdin?.end(options.input);
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, finished, stdout: () => stdout };
}

/** What a read command says with `--json`, version 1. */
export async function json<T>(place: CliPlace, ...args: readonly string[]): Promise<T> {
  const done = await place.run([...args, '--json']);
  expect({ args, code: done.code, stderr: done.stderr }).toEqual({ args, code: 0, stderr: '' });
  const value = JSON.parse(done.stdout) as T & { version: unknown };
  expect(value.version).toBe(1);
  return value;
}

/** Polls until `find` answers something; fails loudly when it does not within the time. */
export async function until<T>(what: string, find: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`Waited too long for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
