import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import type { Decide } from '../model-server/answer.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import type { CliPlace, Finished } from './cli-place.ts';

/** The real `claude -p` in a place of the terminal's tests, against a model server of its own. */
export interface ClaudePrint {
  readonly server: ModelServer;
  /** What a shell needs to run the program as it is run here. */
  readonly environment: Record<string, string | undefined>;
  run(args: readonly string[], options?: ClaudeOptions): Promise<Finished>;
}

interface ClaudeOptions {
  readonly input?: string;
  /** Sent once the first request has come. */
  readonly signal?: NodeJS.Signals;
}

const RUN_LIMIT_MS = 90_000;

export async function claudeIn(place: CliPlace, program: string, decide: Decide): Promise<ClaudePrint> {
  const server = await startModelServer({ decide });
  onTestFinished(() => server.close());
  const environment = {
    ...place.environment,
    TERM: 'dumb',
    ANTHROPIC_BASE_URL: server.url,
    ANTHROPIC_API_KEY: 'loopback',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '2',
    // Else it refuses to bypass permissions for the root user, which CI may be.
    IS_SANDBOX: '1',
  };
  return {
    server,
    environment,
    run: (args, options = {}) => run(program, args, place.repository, environment, server, options),
  };
}

function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Record<string, string | undefined>,
  server: ModelServer,
  { input, signal }: ClaudeOptions,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const stdin = input === undefined ? 'ignore' : 'pipe';
    const child = spawn(program, args, { cwd, env, stdio: [stdin, 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
    const asked = setInterval(() => {
      if (signal !== undefined && server.requests.length > 0) child.kill(signal);
    }, 50);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('error', reject);
    child.once('close', (code, ended) => {
      clearTimeout(limit);
      clearInterval(asked);
      resolve({ code, signal: ended, stdout, stderr });
    });
    if (input !== undefined) child.stdin?.end(input);
  });
}
