// The reading of a long history as capture does it, beside the plain `git log -p --stat` of the same commits.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './benches.ts';
import { makeLongHistory } from './long-history.ts';
import { type Pair, resultOf } from './pairs.ts';

const COMMITS = 10_000;
const RUNS = 5;
const MIB = 1024 * 1024;
const reader = fileURLToPath(new URL('./read-history.ts', import.meta.url));

interface Read {
  readonly commits: number;
  readonly milliseconds: number;
  /** Of the resident memory of the process, in bytes, at its highest. */
  readonly growth: number;
}

/** 10,000 commits read to change sets, and by how many MiB the process grew meanwhile. */
export async function measureCaptureSpeed(): Promise<readonly BenchResult[]> {
  const history = await makeLongHistory(COMMITS);
  try {
    const pairs: Pair[] = [];
    let growth = 0;
    for (let run = 0; run <= RUNS; run += 1) {
      const beside = plainLog(history.root);
      const read = readAll(history.root);
      growth = Math.max(growth, read.growth);
      // The first pair fills the disk cache.
      if (run > 0) pairs.push({ value: read.milliseconds, beside });
    }
    return [
      resultOf(`capture: read ${COMMITS} commits`, 'git log -p --stat', pairs),
      { name: 'capture: memory while reading, in MiB', unit: 'count', value: Math.round(growth / MIB) },
    ];
  } finally {
    await history.remove();
  }
}

function readAll(root: string): Read {
  const done = spawnSync(process.execPath, [reader, root], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`Reading the history failed: ${done.stderr}`);
  const read = JSON.parse(done.stdout) as Read;
  if (read.commits !== COMMITS) throw new Error(`${read.commits} commits were read, not ${COMMITS}.`);
  return read;
}

function plainLog(root: string): number {
  const start = performance.now();
  const done = spawnSync('git', ['-C', root, 'log', '-p', '--stat'], { stdio: 'ignore' });
  const took = performance.now() - start;
  if (done.status !== 0) throw new Error(`git log ended with code ${done.status}.`);
  return took;
}
