import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMask } from '../../src/agent/guard/secret-mask.ts';
import { createSession } from '../../src/agent/session/session.ts';
import { systemClock } from '../../src/base/clock.ts';
import { nodeFiles } from '../../src/base/node-files.ts';
import { currentOwner } from '../../src/base/process-identity.ts';
import type { BenchResult } from './benches.ts';
import { type Pair, resultOf } from './pairs.ts';

const ROUNDS = 11;
const EVENTS = 200;
const TEXT = 'x'.repeat(400);

/** Events a second that are on disk, each by itself, beside a write and a sync of as many bytes. */
export async function measureJournal(): Promise<readonly BenchResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-bench-journal-'));
  try {
    const pairs: Pair[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const pair = { value: await journalled(directory), beside: await written(directory, round) };
      if (round > 0) pairs.push({ value: perSecond(pair.value), beside: perSecond(pair.beside) });
    }
    return [{ ...resultOf('journal: events on disk', 'write and fdatasync', pairs), unit: '1/s' }];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function journalled(directory: string): Promise<number> {
  const around = {
    files: nodeFiles,
    clock: systemClock,
    owner: await currentOwner(),
    directory,
    mask: createMask([]),
  };
  const made = await createSession(around, { project: 'bench', cwd: directory, worktree: directory });
  if (!made.ok) throw new Error(made.error.message);
  const started = performance.now();
  for (let event = 0; event < EVENTS; event += 1) await made.value.append({ type: 'notice', text: TEXT });
  const took = performance.now() - started;
  await made.value.close();
  return took;
}

async function written(directory: string, round: number): Promise<number> {
  const file = await open(join(directory, `plain-${round}`), 'a');
  const line = Buffer.from(`${JSON.stringify({ seq: 1, time: 0, type: 'notice', text: TEXT })}\n`);
  const started = performance.now();
  for (let event = 0; event < EVENTS; event += 1) {
    await file.write(line);
    await file.datasync();
  }
  const took = performance.now() - started;
  await file.close();
  return took;
}

function perSecond(milliseconds: number): number {
  return (EVENTS * 1_000) / milliseconds;
}
