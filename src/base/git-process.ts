import { type ChildProcess, spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import type { Git, GitOptions, GitProblem } from './git.ts';
import { errorCode } from './io-problem.ts';
import { failure, type Result, success } from './result.ts';
import { redact } from './secrets.ts';

export interface GitProcessOptions {
  /** Where git runs: the working tree or any directory in it. */
  readonly directory: string;
  /** Inherited environment; its `GIT_*` that would point elsewhere are dropped. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The git program; `git` unless told. */
  readonly program?: string;
}

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_COMPLAINT_BYTES = 64 * 1024;

/** Where the user keeps the configuration is the user's; where the repository is, is ours to say. */
const KEPT_VARIABLES = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_EXEC_PATH',
]);

const FIXED_VARIABLES = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: ':',
  // A partial clone would fetch what is missing; nothing here opens a socket. The first needs git 2.44.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  LC_ALL: 'C',
} as const;

/** Everything in a repository's configuration that names a program to run, and can be switched off by name. */
const SAFE_CONFIGURATION = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.quotePath=false',
  'log.showSignature=false',
  'submodule.recurse=false',
  'credential.helper=',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);

/** These would run the repository's external diff and textconv programs unless told not to. */
const DIFFING = new Set(['diff', 'log', 'show', 'diff-tree', 'diff-index', 'diff-files', 'format-patch']);

/**
 * Reads facts by the git program. Each run: argument arrays, no hooks, no fsmonitor, no filters (those named in the
 * repository's configuration are overridden), no pager, no prompt, no network, no signature program; subcommands that
 * diff get `--no-ext-diff --no-textconv`. With filters off, a file that a filter (LFS) changes on check-out shows
 * as modified where git has to look into it. Callers put `--` before paths.
 */
export function createGit(options: GitProcessOptions): Git {
  let filtersOff: Promise<readonly string[]> | undefined;
  const bytes: Git['bytes'] = async (args, runOptions = {}) => {
    filtersOff ??= configurationWithoutFilters(options);
    return runGit(
      options,
      [...SAFE_CONFIGURATION, ...(await filtersOff), ...safeArguments(args)],
      runOptions,
    );
  };
  return {
    directory: options.directory,
    bytes,
    text: async (args, runOptions) => {
      const answer = await bytes(args, runOptions);
      return answer.ok
        ? success(
            Buffer.from(answer.value)
              .toString('utf8')
              .replace(/\r?\n$/, ''),
          )
        : answer;
    },
  };
}

function safeArguments(args: readonly string[]): readonly string[] {
  const [subcommand = '', ...rest] = args;
  return DIFFING.has(subcommand) ? [subcommand, '--no-ext-diff', '--no-textconv', ...rest] : args;
}

async function configurationWithoutFilters(options: GitProcessOptions): Promise<readonly string[]> {
  const list = ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'];
  const answer = await runGit(options, [...SAFE_CONFIGURATION, ...list], {});
  if (!answer.ok) return [];
  const names = Buffer.from(answer.value).toString('utf8').split('\0').filter(Boolean);
  const overrides = names.map((name) => `${name}=${name.endsWith('.required') ? 'false' : ''}`);
  return overrides.flatMap((setting) => ['-c', setting]);
}

async function runGit(
  options: GitProcessOptions,
  args: readonly string[],
  { input, signal, maxBytes = MAX_BYTES, environment = {} }: GitOptions,
): Promise<Result<Uint8Array, GitProblem>> {
  if (signal?.aborted) return failure(cancelled());
  const child = spawn(options.program ?? 'git', [...args], {
    cwd: options.directory,
    env: { ...inherited(options.environment), ...FIXED_VARIABLES, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const stop = () => child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  child.stdin?.on('error', () => {});
  child.stdin?.end(input ?? '');
  const outcome = await collect(child, maxBytes).finally(() => signal?.removeEventListener('abort', stop));
  if (signal?.aborted) return failure(cancelled());
  if (outcome.error !== undefined) return failure(await notStarted(options, outcome.error));
  if (outcome.isTooLarge) return failure(tooLarge(maxBytes));
  if (outcome.code !== 0) return failure(refused(options, outcome.complaint));
  return success(outcome.bytes);
}

interface Outcome {
  readonly code: number | null;
  readonly bytes: Uint8Array;
  readonly complaint: string;
  readonly isTooLarge: boolean;
  readonly error?: unknown;
}

function collect(child: ChildProcess, maxBytes: number): Promise<Outcome> {
  const chunks: Buffer[] = [];
  const complaint: Buffer[] = [];
  let size = 0;
  let complaintSize = 0;
  child.stdout?.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= maxBytes) chunks.push(chunk);
    else child.kill('SIGKILL');
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    complaintSize += chunk.byteLength;
    if (complaintSize <= MAX_COMPLAINT_BYTES) complaint.push(chunk);
  });
  return new Promise((resolve) => {
    const end = (code: number | null, error?: unknown) =>
      resolve({
        code,
        bytes: Buffer.concat(chunks),
        complaint: Buffer.concat(complaint).toString('utf8'),
        isTooLarge: size > maxBytes,
        ...(error === undefined ? {} : { error }),
      });
    child.once('error', (error) => end(null, error));
    child.once('close', (code) => end(code));
  });
}

function inherited(environment: GitProcessOptions['environment']): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.toUpperCase().startsWith('GIT_') || KEPT_VARIABLES.has(name),
  );
  return Object.fromEntries(kept);
}

function cancelled(): GitProblem {
  return { kind: 'cancelled', message: 'Cancelled.' };
}

function tooLarge(maxBytes: number): GitProblem {
  return { kind: 'too-large', message: `Git answered with more than ${maxBytes} bytes.` };
}

async function notStarted(options: GitProcessOptions, error: unknown): Promise<GitProblem> {
  const isThere = await stat(options.directory).then(
    () => true,
    () => false,
  );
  if (!isThere) return { kind: 'failed', message: `The directory ${options.directory} is not there.` };
  if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EACCES') {
    return { kind: 'failed', message: `Git could not be started: ${errorCode(error) ?? 'unknown reason'}.` };
  }
  return { kind: 'no-git', message: 'Git was not found. Install git, or put it in PATH.' };
}

function refused(options: GitProcessOptions, complaint: string): GitProblem {
  if (/not a git repository|must be run in a work tree|cannot use bare repository/i.test(complaint)) {
    return { kind: 'no-repository', message: `${options.directory} is not inside a git working tree.` };
  }
  const lines = complaint.split(/\r?\n/).filter((line) => line.trim() !== '');
  const said = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? 'it gave no reason';
  return { kind: 'failed', message: `Git failed: ${withoutCredentials(said).slice(0, 500)}` };
}

function withoutCredentials(text: string): string {
  return redact(text.replace(/\/\/[^/\s@]{1,500}@/g, '//'));
}
