// npm run bench [-- NAME … | REPORT flags]: JSON on standard output, talk on standard error. A value stands beside a plain
// neighbour measured in turn with it, so that a busy machine slows both; `ratio` is what to compare over time.

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { BENCHES, type BenchResult, REPORTS } from './bench/benches.ts';
import { passThrough } from './tool.ts';

const chosen = process.argv.slice(2);
const report = REPORTS[chosen[0] ?? ''];
if (report !== undefined) {
  // On its own and on one line: what is printed is read by programs.
  const answer = await report(chosen.slice(1)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  process.exit(0);
}
const unknown = chosen.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  process.stderr.write(
    `There is no bench "${unknown}": choose from ${[...Object.keys(BENCHES), ...Object.keys(REPORTS)].join(', ')}.\n`,
  );
  process.exit(2);
}
if ((await passThrough([process.execPath, 'scripts/build.mjs', '--quiet'])) !== 0) process.exit(1);
const results: BenchResult[] = [];
for (const [name, measure] of Object.entries(BENCHES)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  process.stderr.write(`${name}\n`);
  results.push(...(await measure()));
}
const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
const machine = { cpus: availableParallelism(), node: process.version };
process.stdout.write(`${JSON.stringify({ version, machine, results }, null, 2)}\n`);
