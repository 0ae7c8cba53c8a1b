import { readdir, readFile } from 'node:fs/promises';
import type { RecordingPlace } from '../recording-place.ts';

/** The hub that the interface starts goes on without it: it is ended by its number, found by the project it names. */
export async function endHub({ project }: RecordingPlace): Promise<void> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes('--cline-hub-daemon') && line.split('\0').includes(project))
      process.kill(Number(pid), 'SIGKILL');
  }
}
