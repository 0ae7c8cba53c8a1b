import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { errorCode } from '../../base/io-problem.ts';
import type { Finding } from './finding.ts';

export interface MachineSurroundings {
  readonly files: Files;
  readonly git: Git;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** `v24.1.0`. */
  readonly nodeVersion: string;
  readonly varveHome: string;
}

/** What `engines` of the package asks for. */
const OLDEST_NODE = { major: 22, minor: 15 };
const OPEN_TO_OTHERS = 0o077;

/** Node, git, the place of the state, and the container it may be in. Never rejects. */
export async function examineMachine(around: MachineSurroundings): Promise<readonly Finding[]> {
  const container = await examineContainer(around);
  return [
    examineNode(around.nodeVersion),
    await examineGit(around.git),
    await examineHome(around),
    ...(container === undefined ? [] : [container]),
  ];
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const { major: oldest, minor: andMinor } = OLDEST_NODE;
  const isOld = major < oldest || (major === oldest && minor < andMinor);
  if (!isOld) return { subject: 'Node', state: 'good', text: version };
  const text = `${version} is older than ${oldest}.${andMinor}, with which Varve is tested.`;
  return { subject: 'Node', state: 'warning', text, next: 'Install a newer Node.' };
}

async function examineGit(git: Git): Promise<Finding> {
  const said = await git.text(['version']);
  if (said.ok) return { subject: 'Git', state: 'good', text: said.value.replace(/^git version /, '') };
  return {
    subject: 'Git',
    state: 'warning',
    text: `${said.error.message} Without it there is no capture, and a project is known by its folder only.`,
    next: 'Install git, or put it in PATH.',
  };
}

async function examineHome({ files, varveHome, platform }: MachineSurroundings): Promise<Finding> {
  const subject = 'Local state';
  const status = await files.status(varveHome).catch(() => undefined);
  if (status === undefined)
    return { subject, state: 'good', text: `${varveHome} is made when something is kept.` };
  const refused = await writeRefused(files, varveHome);
  if (refused !== undefined) {
    const text = `${varveHome} cannot be written (${refused}): no run can start and nothing is saved.`;
    return {
      subject,
      state: 'error',
      text,
      next: 'Make it writable, or set VARVE_HOME to another directory.',
    };
  }
  if (platform !== 'win32' && (status.mode & OPEN_TO_OTHERS) !== 0) {
    const text = `${varveHome} can be read by other users of this machine; prompts and outputs are kept in it.`;
    return { subject, state: 'warning', text, next: `Run: chmod 700 "${varveHome}"` };
  }
  return { subject, state: 'good', text: varveHome };
}

async function writeRefused(files: Files, directory: string): Promise<string | undefined> {
  const probe = join(directory, `doctor-${process.pid}`);
  try {
    await files.writeNew(probe, new Uint8Array(), 0o600);
    await files.removeFile(probe);
    return undefined;
  } catch (error) {
    return errorCode(error) ?? 'unknown reason';
  }
}

/** State inside a container is gone with it unless its directory is a mount of its own. */
async function examineContainer({
  files,
  environment,
  varveHome,
}: MachineSurroundings): Promise<Finding | undefined> {
  const isDevContainer =
    environment['REMOTE_CONTAINERS'] === 'true' || environment['DEVCONTAINER'] !== undefined;
  const isContainer =
    isDevContainer || (await files.status('/.dockerenv').catch(() => undefined)) !== undefined;
  if (!isContainer || (await isOnMount(files, varveHome))) return undefined;
  return {
    subject: 'Container',
    state: 'warning',
    text: `This runs in a container, and ${varveHome} is on no volume: sessions and checkpoints are lost when it is rebuilt.`,
    next: 'Mount a volume there, or set VARVE_HOME to a mounted directory.',
  };
}

/** From the mount table of Linux (proc(5): the fifth field is the mount point, spaces as `\040`). */
async function isOnMount(files: Files, directory: string): Promise<boolean> {
  const table = await files.readFile('/proc/self/mountinfo').catch(() => undefined);
  if (table === undefined) return true;
  const points = Buffer.from(table)
    .toString('utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4]?.replaceAll('\\040', ' ') ?? []);
  return points.some((point) => point !== '/' && `${directory}/`.startsWith(`${point}/`));
}
