import { pathToFileURL } from 'node:url';
import type { SandboxManager } from '@anthropic-ai/sandbox-runtime';
import type { Files } from '../../base/files.ts';
import { startProcess } from '../../base/process.ts';
import type { Sandbox } from './sandbox.ts';
import { type SandboxPolicy, steeringIn } from './sandbox-policy.ts';

/** `auto`: on where it can run. `on`: a run that cannot have it does not start. */
export type SandboxSetting = 'auto' | 'on' | 'off';

export interface SandboxOptions {
  readonly files: Files;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly setting: SandboxSetting;
  readonly platform: NodeJS.Platform;
  /** Main file of the runtime; undefined where it is not installed. */
  readonly runtime: string | undefined;
  /** Loads a module that is no part of this program, by its URL. */
  readonly importModule: (url: string) => Promise<unknown>;
  readonly policy: SandboxPolicy;
  /** Path or name of the shell that starts the confined program. */
  readonly shell?: string;
}

const probeTimeoutMs = 20_000;

const install = 'npm install --prefix ~/.varve/sandbox @anthropic-ai/sandbox-runtime@0.0.83';

/**
 * The sandbox of a run. Where it is off its `state` says why, and whether that is what was asked for; the caller refuses
 * a run that wants it `on`. One at a time in a process: the runtime keeps one policy.
 */
export async function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { setting, platform, runtime, policy } = options;
  if (setting === 'off') return noSandbox('It is switched off in the settings.');
  if (platform !== 'linux' && platform !== 'darwin') return noSandbox(`There is none for ${platform}.`);
  if (runtime === undefined) return noSandbox(`Its runtime is not installed. To have it: ${install}`);
  try {
    const manager = await load(options, runtime);
    const missing = manager.checkDependencies().errors;
    if (missing.length > 0) return noSandbox(`It cannot run here: ${missing.join('; ')}.`);
    await manager.initialize({ ...policy });
    const sandbox = confining(manager, options);
    const refusal = await probe(sandbox, options);
    if (refusal === undefined) return sandbox;
    await sandbox.dispose();
    return noSandbox(`It cannot run here: ${refusal}`);
  } catch (error) {
    return noSandbox(`It could not be started: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** The same programs, not confined. */
function noSandbox(reason: string): Sandbox {
  return {
    state: { on: false, reason },
    wrap: async (program) => program,
    tidy: async () => {},
    dispose: async () => {},
  };
}

type Manager = typeof SandboxManager;

/** Not bundled: the runtime with its programs weighs more than all of Varve, and most places have none or their own. */
async function load({ importModule }: SandboxOptions, runtime: string): Promise<Manager> {
  const loaded = await importModule(pathToFileURL(runtime).href);
  if (typeof loaded !== 'object' || loaded === null || !('SandboxManager' in loaded))
    throw new Error(`${runtime} is not the sandbox runtime`);
  return loaded.SandboxManager as Manager;
}

function confining(manager: Manager, { files, policy, shell = 'bash' }: SandboxOptions): Sandbox {
  return {
    state: { on: true, reason: 'Commands write to the workspace and to temporary files only.' },
    wrap: async ({ command, args, environment }, cwd) => {
      const line = `exec ${[command, ...args].map(quoted).join(' ')}`;
      const { filesystem } = at(policy, cwd);
      const confinement = {
        filesystem: { ...filesystem, denyWrite: await standing(files, filesystem.denyWrite) },
      };
      const { argv } = await manager.wrapWithSandboxArgv(line, shell, confinement, undefined, cwd);
      const [program = shell, ...rest] = argv;
      // A shell of level one with a socket for input takes itself for a remote login and reads the user's start files.
      return { command: program, args: rest, environment: { SHLVL: '2', ...environment } };
    },
    tidy: async () => {
      try {
        manager.cleanupAfterCommand();
      } catch {
        // What is left is empty and goes when the sandbox ends.
      }
    },
    dispose: () => manager.reset().catch(() => {}),
  };
}

/**
 * What is not there cannot be held back without putting an empty file in its place, which every program would see
 * while commands run; what comes there is taken back afterwards.
 */
async function standing(files: Files, paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    paths.map(async (path) =>
      (await files.linkStatus(path).catch(() => undefined)) === undefined ? [] : [path],
    ),
  );
  return found.flat();
}

/** Why a confined program cannot be run, e.g. where the system denies name spaces; undefined: it can. */
async function probe(
  sandbox: Sandbox,
  { environment, shell = 'bash' }: SandboxOptions,
): Promise<string | undefined> {
  const program = await sandbox.wrap({ command: shell, args: ['-c', 'exit 0'] }, '/');
  let said = '';
  const { exit } = startProcess({
    command: program.command,
    args: program.args,
    cwd: '/',
    environment: { PATH: environment['PATH'], ...program.environment },
    signal: AbortSignal.timeout(probeTimeoutMs),
    onOutput: (_, bytes) => {
      said += Buffer.from(bytes).toString('utf8').slice(0, 500);
    },
  });
  const ended = await exit;
  await sandbox.tidy();
  if (ended.code === 0) return undefined;
  return (
    ended.problem?.message ?? (said.trim() || `a confined program ended with ${ended.code ?? ended.signal}.`)
  );
}

/** The policy for a directory that is a workspace of its own, e.g. the work tree of a subagent. */
function at(policy: SandboxPolicy, cwd: string): SandboxPolicy {
  const { filesystem } = policy;
  if (cwd === '/' || filesystem.allowWrite.some((root) => cwd === root || cwd.startsWith(`${root}/`)))
    return policy;
  return {
    ...policy,
    filesystem: {
      ...filesystem,
      allowRead: [...filesystem.allowRead, cwd],
      allowWrite: [...filesystem.allowWrite, cwd],
      denyWrite: [...filesystem.denyWrite, ...steeringIn(cwd)],
    },
  };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
