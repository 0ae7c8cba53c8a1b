import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Answer } from '../../test/model-server/answer.ts';
import { startModelServer } from '../../test/model-server/server.ts';
import type { BenchResult } from './benches.ts';
import { type Pair, resultOf, round } from './pairs.ts';
import { type BenchPlace, makeBenchPlace, plainEnvironment, runToEnd } from './run-place.ts';

const ROUNDS = 5;
const FEW = 5;
const MANY = 55;
const LONG_RUN = 500;

/**
 * What a turn with one small call costs us above the bare SDK that asks the same: whole processes, the difference of a
 * long and a short run divided by the turns between them, so that starting counts for neither.
 */
export async function measureTurn(): Promise<readonly BenchResult[]> {
  const place = await makeBenchPlace();
  try {
    const pairs: Pair[] = [];
    for (let time = 0; time <= ROUNDS; time += 1) {
      const pair = { value: await perTurn(place, varve), beside: await perTurn(place, bareSdk) };
      if (time > 0) pairs.push(pair);
    }
    const above = pairs.map(({ value, beside }) => ({ value: value - beside, beside }));
    return [
      resultOf('varve -p: a turn', 'the bare SDK', pairs),
      resultOf('varve -p: a turn, above the bare SDK', 'the bare SDK', above),
    ];
  } finally {
    await place.dispose();
  }
}

/** Memory of the process when it sends its 500th request. Linux only, where the system says it. */
export async function measureRss(): Promise<readonly BenchResult[]> {
  if (process.platform !== 'linux') return [];
  const place = await makeBenchPlace();
  try {
    const [early, late] = [await rssAt(place, 10), await rssAt(place, LONG_RUN)];
    const name = `varve -p: RSS after ${LONG_RUN} turns`;
    const beside = { name: 'after 10 turns', value: round(early) };
    return [{ name, unit: 'MB', value: round(late), beside, ratio: round(late / early) }];
  } finally {
    await place.dispose();
  }
}

type Program = (
  place: BenchPlace,
  url: string,
  onStart?: (pid: number | undefined) => void,
) => Promise<unknown>;

const varve: Program = (place, url, onStart) =>
  runToEnd(
    process.execPath,
    [resolve('dist/cli.js'), '-p', 'Go on until you are told to end.', '--max-turns', '1000'],
    place.repository,
    { ...environment(place, url), VARVE_HOME: join(place.home, 'varve') },
    onStart,
  );

const bareSdk: Program = (place, url) =>
  runToEnd(process.execPath, [resolve('scripts/bench/bare-sdk.mjs')], resolve('.'), environment(place, url));

function environment(place: BenchPlace, url: string): Record<string, string | undefined> {
  return { ...plainEnvironment(place.home), ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'loopback' };
}

async function perTurn(place: BenchPlace, program: Program): Promise<number> {
  const few = await elapsed(place, program, FEW);
  return ((await elapsed(place, program, MANY)) - few) / (MANY - FEW);
}

async function elapsed(place: BenchPlace, program: Program, turns: number): Promise<number> {
  const server = await startModelServer({ decide: ({ index }) => answerTo(index, turns) });
  const started = performance.now();
  try {
    await program(place, server.url);
    const took = performance.now() - started;
    if (server.requests.length !== turns)
      throw new Error(`${server.requests.length} turns in place of ${turns}.`);
    return took;
  } finally {
    await server.close();
  }
}

async function rssAt(place: BenchPlace, turns: number): Promise<number> {
  let pid: number | undefined;
  let megabytes = Number.NaN;
  const server = await startModelServer({
    decide: async ({ index }) => {
      if (index === turns - 1) megabytes = await rssOf(pid);
      return answerTo(index, turns);
    },
  });
  try {
    await varve(place, server.url, (started) => {
      pid = started;
    });
  } finally {
    await server.close();
  }
  if (Number.isNaN(megabytes)) throw new Error(`The run ended before turn ${turns}.`);
  return megabytes;
}

async function rssOf(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024;
}

/** One small call a turn, never the same twice in a row, and a text in the last. */
function answerTo(index: number, turns: number): Answer {
  if (index >= turns - 1) return { content: [{ type: 'text', text: 'Done.' }] };
  return { content: [{ type: 'tool_use', name: 'glob', input: { pattern: `src/*.${index}` } }] };
}
