import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import type { Git, GitOptions, GitProblem, GitTalk, GitTalkOptions } from './git.ts';
import { gitEnvironment, SAFE_CONFIGURATION } from './git-environment.ts';
import { cancelled, notStarted, refused, tooLarge } from './git-problems.ts';
import { failure, type Result, success } from './result.ts';

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

/** These would run the repository's external diff and textconv programs unless told not to. */
const DIFFING = new Set(['diff', 'log', 'show', 'diff-tree', 'diff-index', 'diff-files', 'format-patch']);

/** These never look into files of the working tree, so no filter can run: the question for their names is spared. */
const NEVER_FILTERS = new Set([
  'version',
  'rev-parse',
  'config',
  'symbolic-ref',
  'for-each-ref',
  'rev-list',
  'merge-base',
]);

/** Options with which `ls-files` names files and opens none; `--modified` and others would compare contents. */
const NAMING_OPTIONS = new Set([
  '-z',
  '--cached',
  '--others',
  '--stage',
  '--ignored',
  '--directory',
  '--exclude-standard',
]);

function neverFilters([subcommand = '', ...rest]: readonly string[]): boolean {
  const end = rest.indexOf('--');
  const options = end < 0 ? rest : rest.slice(0, end);
  if (subcommand === 'cat-file') return options.every((option) => /^--batch(?:-check)?(?:=|$)/.test(option));
  if (subcommand === 'ls-files') return options.every((option) => NAMING_OPTIONS.has(option));
  return NEVER_FILTERS.has(subcommand);
}

/**
 * Reads facts by the git program. Each run: argument arrays, no hooks, no fsmonitor, no filters (those named in the
 * repository's configuration are overridden), no pager, no prompt, no network, no signature program, no replaced or
 * grafted commits; subcommands that diff get `--no-ext-diff --no-textconv`. With filters off, a file that a filter
 * (LFS) changes on check-out shows as modified where git has to look into it. Callers put `--` before paths.
 */
export function createGit(options: GitProcessOptions): Git {
  let filtersOff: Promise<readonly string[]> | undefined;
  const start = (args: readonly string[], talkOptions: GitTalkOptions): GitTalk | Promise<GitTalk> => {
    // At once: what is loaded meanwhile would keep it from being started.
    if (neverFilters(args)) return startGit(options, [...SAFE_CONFIGURATION, ...args], talkOptions);
    filtersOff ??= configurationWithoutFilters(options);
    return filtersOff.then((off) =>
      startGit(options, [...SAFE_CONFIGURATION, ...off, ...safeArguments(args)], talkOptions),
    );
  };
  const bytes: Git['bytes'] = async (args, runOptions = {}) =>
    collect(await start(args, runOptions), runOptions);
  return {
    directory: options.directory,
    bytes,
    text: async (args, runOptions) => {
      const answer = await bytes(args, runOptions);
      if (!answer.ok) return answer;
      return success(
        Buffer.from(answer.value)
          .toString('utf8')
          .replace(/\r?\n$/, ''),
      );
    },
    talk: async (args, talkOptions = {}) => start(args, talkOptions),
  };
}

function safeArguments(args: readonly string[]): readonly string[] {
  const [subcommand = '', ...rest] = args;
  return DIFFING.has(subcommand) ? [subcommand, '--no-ext-diff', '--no-textconv', ...rest] : args;
}

async function configurationWithoutFilters(options: GitProcessOptions): Promise<readonly string[]> {
  const list = ['config', '--null', '--name-only', '--get-regexp', '^filter\\.'];
  const answer = await collect(startGit(options, [...SAFE_CONFIGURATION, ...list], {}), {});
  if (!answer.ok) return [];
  const names = Buffer.from(answer.value).toString('utf8').split('\0').filter(Boolean);
  const overrides = names.map((name) => `${name}=${name.endsWith('.required') ? 'false' : ''}`);
  return overrides.flatMap((setting) => ['-c', setting]);
}

async function collect(
  talk: GitTalk,
  { input, maxBytes = MAX_BYTES }: GitOptions,
): Promise<Result<Uint8Array, GitProblem>> {
  if (input !== undefined) talk.write(input);
  talk.endInput();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of talk.output) {
    size += chunk.byteLength;
    if (size > maxBytes) break;
    chunks.push(chunk);
  }
  const ended = await talk.ended;
  if (size > maxBytes && (ended.ok || ended.error.kind !== 'cancelled')) return failure(tooLarge(maxBytes));
  return ended.ok ? success(Buffer.concat(chunks)) : ended;
}

function startGit(
  { directory, environment, program = 'git' }: GitProcessOptions,
  args: readonly string[],
  { signal, environment: extra = {} }: GitTalkOptions,
): GitTalk {
  if (signal?.aborted) return neverStarted(cancelled());
  let child: ChildProcessWithoutNullStreams;
  try {
    const env = gitEnvironment(environment, extra);
    child = spawn(program, [...args], { cwd: directory, env, windowsHide: true });
  } catch {
    // An argument with a NUL, or a list of them that is longer than the system takes.
    return neverStarted({ kind: 'failed', message: 'Git could not be started with these arguments.' });
  }
  const stop = (): void => {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  };
  signal?.addEventListener('abort', stop, { once: true });
  // The process may end before it has read everything: EPIPE is no failure of ours, its exit tells the story.
  child.stdin.on('error', () => {});
  return {
    output: outputOf(child, stop),
    write: (input) => void child.stdin.write(input),
    endInput: () => child.stdin.end(),
    ended: whenEnded(child, directory, signal).finally(() => signal?.removeEventListener('abort', stop)),
    stop,
  };
}

function neverStarted(problem: GitProblem): GitTalk {
  const nothing = (async function* (): AsyncGenerator<Uint8Array> {})();
  return {
    output: nothing,
    write: () => {},
    endInput: () => {},
    ended: Promise.resolve(failure(problem)),
    stop: () => {},
  };
}

async function* outputOf(
  child: ChildProcessWithoutNullStreams,
  stop: () => void,
): AsyncGenerator<Uint8Array> {
  let isRead = false;
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    isRead = true;
  } catch {
    // Stopped while it was read.
  } finally {
    if (!isRead) stop();
  }
}

async function whenEnded(
  child: ChildProcessWithoutNullStreams,
  directory: string,
  signal: AbortSignal | undefined,
): Promise<Result<void, GitProblem>> {
  const complaint: Buffer[] = [];
  let size = 0;
  child.stderr.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= MAX_COMPLAINT_BYTES) complaint.push(chunk);
  });
  const ending = await new Promise<{ readonly code: number | null } | { readonly error: unknown }>(
    (resolve) => {
      child.once('error', (error) => resolve({ error }));
      child.once('close', (code) => resolve({ code }));
    },
  );
  if (signal?.aborted) return failure(cancelled());
  if ('error' in ending) return failure(await notStarted(directory, ending.error));
  return ending.code === 0
    ? success(undefined)
    : failure(refused(directory, Buffer.concat(complaint).toString('utf8')));
}
