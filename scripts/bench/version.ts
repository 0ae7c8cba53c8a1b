import { spawnSync } from 'node:child_process';
import type { BenchResult } from './benches.ts';
import { type Pair, resultOf } from './pairs.ts';

const RUNS = 21;

/** `varve --version` beside `node -e 0`: what our start adds to Node's. */
export async function measureVersion(): Promise<readonly BenchResult[]> {
  const pairs: Pair[] = [];
  for (let run = 0; run <= RUNS; run += 1) {
    const pair = { value: elapsed(['dist/cli.js', '--version']), beside: elapsed(['-e', '0']) };
    // The first pair fills the disk cache.
    if (run > 0) pairs.push(pair);
  }
  return [resultOf('varve --version', 'node -e 0', pairs)];
}

function elapsed(args: readonly string[]): number {
  const start = performance.now();
  const done = spawnSync(process.execPath, args, { stdio: 'ignore' });
  const took = performance.now() - start;
  if (done.status !== 0) throw new Error(`node ${args.join(' ')} ended with code ${done.status}.`);
  return took;
}
