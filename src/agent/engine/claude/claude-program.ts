import { delimiter, isAbsolute, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { startProcess } from '../../../base/process.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { claudeEnvironment } from './claude-arguments.ts';

/** An installed Claude Code. */
export interface ClaudeProgram {
  readonly path: string;
  readonly version: string;
}

export interface ClaudeProblem {
  readonly kind: 'not-found' | 'unusable' | 'too-old';
  readonly message: string;
}

export interface ClaudeSearch {
  readonly files: Files;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  /** 10,000 ms unless told. */
  readonly timeoutMs?: number;
}

/**
 * The oldest that this engine was checked against. Earlier ones speak the same control protocol, but not every answer
 * of a hook counts there: 2.0.0 does not ask where the hook says so, and names no call to it.
 */
const OLDEST: readonly [number, number, number] = [2, 1, 330];

/**
 * Looks for `claude` in the directories of PATH, then where its installers put it (`~/.local/bin`,
 * `~/.claude/local`), and asks it for its version. Relative directories of PATH are passed over: a repository could
 * have put something there.
 */
export async function findClaude(search: ClaudeSearch): Promise<Result<ClaudeProgram, ClaudeProblem>> {
  const path = await firstFile(search);
  if (path === undefined) {
    return failure({
      kind: 'not-found',
      message:
        'Claude Code is not installed here: no "claude" in PATH, ~/.local/bin or ~/.claude/local. Install it, or choose another model.',
    });
  }
  const version = await versionOf(path, search);
  if (version === undefined) {
    return failure({
      kind: 'unusable',
      message: `${path} did not answer --version like Claude Code. Update it, or choose another model.`,
    });
  }
  if (!isSupported(version)) {
    return failure({
      kind: 'too-old',
      message: `Claude Code ${version} is too old: ${OLDEST.join('.')} is the oldest that Varve can hold to its rules. Run "claude update".`,
    });
  }
  return success({ path, version });
}

async function firstFile({
  files,
  environment,
  homeDirectory,
  platform,
}: ClaudeSearch): Promise<string | undefined> {
  const named = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter(isAbsolute);
  const installed = [join(homeDirectory, '.local', 'bin'), join(homeDirectory, '.claude', 'local')];
  const name = platform === 'win32' ? 'claude.exe' : 'claude';
  for (const directory of [...named, ...installed]) {
    const path = join(directory, name);
    const status = await files.status(path).catch(() => undefined);
    if (status?.kind === 'file') return path;
  }
  return undefined;
}

async function versionOf(
  path: string,
  { environment, homeDirectory, timeoutMs = 10_000 }: ClaudeSearch,
): Promise<string | undefined> {
  let said = '';
  const { exit } = startProcess({
    command: path,
    args: ['--version'],
    cwd: homeDirectory,
    environment: claudeEnvironment(environment),
    signal: AbortSignal.timeout(timeoutMs),
    onOutput: (stream, bytes) => {
      if (stream === 'stdout' && said.length < 1_000) said += Buffer.from(bytes).toString('utf8');
    },
  });
  const { code } = await exit;
  return code === 0 ? /^(\d+\.\d+\.\d+)\S* \(Claude Code\)/.exec(said)?.[1] : undefined;
}

function isSupported(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of OLDEST.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}
