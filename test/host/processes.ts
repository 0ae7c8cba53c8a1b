// The processes of this machine as tests ask for them: which belong to a server, which survived it.
import { readdir, readFile } from 'node:fs/promises';
import { runToEnd } from './host-process.ts';
import type { CodeServer } from './server.ts';
import { until } from './until.ts';

export interface RunningProcess {
  readonly pid: number;
  /** Arguments, and the environment where the system shows it to us (our own processes). */
  readonly text: string;
}

/** Every process whose arguments or environment hold `marker`, e.g. the path of a throw-away `VARVE_HOME`. */
export async function processesWith(marker: string): Promise<readonly RunningProcess[]> {
  const all = process.platform === 'linux' ? await ofProc() : await ofPs();
  return all.filter((one) => one.pid !== process.pid && one.text.includes(marker));
}

/** The extension hosts of a server: one per open window. */
export async function extensionHosts(server: Pick<CodeServer, 'base'>): Promise<readonly number[]> {
  const own = await processesWith(server.base);
  return own.filter((one) => one.text.includes('--type=extensionHost')).map((one) => one.pid);
}

/** Kills the extension host (signal 9) as a crash would, and resolves when VS Code has started another. */
export async function killExtensionHost(server: Pick<CodeServer, 'base'>): Promise<void> {
  const before = await extensionHosts(server);
  if (before.length === 0) throw new Error('There is no extension host to kill.');
  for (const pid of before) process.kill(pid, 'SIGKILL');
  await until('VS Code starts another extension host', async () =>
    (await extensionHosts(server)).some((pid) => !before.includes(pid)),
  );
}

async function ofProc(): Promise<readonly RunningProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  return Promise.all(
    pids.map(async (pid) => {
      // A process may end between the two reads, and others' environments are closed to us.
      const [command, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      );
      return { pid: Number(pid), text: `${command}\0${environment}`.replaceAll('\0', ' ') };
    }),
  );
}

async function ofPs(): Promise<readonly RunningProcess[]> {
  const { output } = await runToEnd('ps', ['-A', '-E', '-ww', '-o', 'pid=,command=']);
  return output.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(.*)$/.exec(line);
    return found ? [{ pid: Number(found[1]), text: found[2] ?? '' }] : [];
  });
}
