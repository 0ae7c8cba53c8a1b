// Sessions at the size of years: 20,000 of Claude Code in 2 GB (or VARVE_BENCH_SESSIONS, a tenth of a megabyte each),
// read, listed and searched by `varve sessions --serve`, the process that an editor asks. What it takes stands beside the
// plainest program that does as much.
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { SessionCatalogue } from '../../src/agent/history/catalogue/catalogue.ts';
import { createCatalogueClient } from '../../src/agent/history/catalogue/catalogue-client.ts';
import type { Result } from '../../src/base/result.ts';
import type { BenchResult } from './benches.ts';
import { addSession, Language, makeManySessions } from './many-sessions.ts';
import { type Pair, resultOf, round } from './pairs.ts';

const BYTES_EACH = 100_000;
const STARTS = 5;
const QUESTIONS = 200;
const CHANGES = 5;
const SHOWN = 500;
const PART = 100;

export async function measureHistory(): Promise<readonly BenchResult[]> {
  const base = await mkdtemp(join(tmpdir(), 'varve-bench-history-'));
  try {
    const place: Place = {
      base,
      projects: join(base, '.claude/projects'),
      sessions: Number(process.env['VARVE_BENCH_SESSIONS'] ?? 20_000),
    };
    const made = await makeManySessions(place.projects, place.sessions, place.sessions * BYTES_EACH);
    talk(`${made.sessions} sessions, ${Math.round(made.bytes / 1e6)} MB`);
    return [
      ...(await measureBuild(place, made.bytes)),
      await measureFirstList(place),
      ...(await measureSearch(place)),
      await measureOneMore(place),
    ];
  } finally {
    await rm(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Place {
  /** The home directory of who has these sessions. */
  readonly base: string;
  readonly projects: string;
  readonly sessions: number;
}

async function measureBuild(place: Place, bytes: number): Promise<readonly BenchResult[]> {
  const paths = await sessionPaths(place);
  const reading = await elapsed(async () => {
    for (const path of paths) await readFile(path);
  });
  const report = join(place.base, 'report.json');
  const client = serve(place, report);
  let read = 0;
  const building = await elapsed(async () => {
    ({ read } = must(await client.refresh()));
  });
  if (read !== place.sessions) throw new Error(`${read} of ${place.sessions} sessions were read.`);
  client.dispose();
  const { before, most } = JSON.parse(await whenWritten(report)) as { before: number; most: number };
  const perSecond = (ms: number): number => (place.sessions * 1_000) / ms;
  const pair = { value: perSecond(building), beside: perSecond(reading) };
  const [growth, all] = [(most - before) / 1e6, bytes / 1e6];
  return [
    { ...resultOf('history: sessions indexed', 'reading the same files', [pair]), unit: '1/s' },
    {
      ...resultOf('history: memory that indexing took', 'the sessions', [{ value: growth, beside: all }]),
      unit: 'MB',
    },
  ];
}

/** From the start of the process, as when a view opens first. */
async function measureFirstList(place: Place): Promise<BenchResult> {
  const pairs: Pair[] = [];
  for (let run = 0; run <= STARTS; run += 1) {
    const client = serve(place);
    const value = await elapsed(async () => {
      const { sessions, total } = must(await client.list({ limit: SHOWN }));
      if (total !== place.sessions || sessions.length === 0) throw new Error(`Only ${total} are listed.`);
    });
    client.dispose();
    const beside = await elapsed(async () => {
      const text = await readFile(join(place.base, '.varve/cache/history/rows.jsonl'), 'utf8');
      for (const line of text.split('\n')) if (line !== '') JSON.parse(line);
    });
    if (run > 0) pairs.push({ value, beside });
  }
  return resultOf('history: first list of a new process', 'parsing its cache', pairs);
}

/** Questions of one to four words that are said somewhere, every other one still being typed. */
async function measureSearch(place: Place): Promise<readonly BenchResult[]> {
  const language = new Language();
  const client = serve(place);
  must(await client.list({ limit: 1 }));
  const paths = (await sessionPaths(place)).slice(-Math.ceil(place.sessions / PART));
  const found: Pair[] = [];
  const shown: Pair[] = [];
  let hits = 0;
  for (let number = -10; number < QUESTIONS; number += 1) {
    const words = Array.from({ length: 1 + (Math.abs(number) % 4) }, () => language.word());
    const query = number % 2 === 0 ? `${words.join(' ')} ` : words.join(' ');
    let keys: readonly { readonly key: string; readonly entries: readonly string[] }[] = [];
    const value = await elapsed(async () => {
      const answer = must(await client.search({ query, limit: 20 }));
      if (answer.notes.length > 0) throw new Error(answer.notes.join(' '));
      keys = answer.hits.map(({ session: { key }, entries }) => ({
        key,
        entries: entries.map(({ entry }) => entry),
      }));
    });
    const excerpts = await elapsed(async () =>
      must(await client.excerpts({ query, hits: keys.slice(0, 10) })),
    );
    if (number < 0) continue;
    hits += keys.length;
    const beside = number % 20 === 0 ? await elapsed(() => scan(paths, words)) : (found.at(-1)?.beside ?? 0);
    found.push({ value, beside });
    shown.push({ value: value + excerpts, beside });
  }
  client.dispose();
  talk(`${hits} hits in ${QUESTIONS} searches`);
  return [
    resultOf('history: search, median', SCAN, found),
    atPercentile('history: search, p95', found, 0.95),
    atPercentile('history: search with ten excerpts, p95', shown, 0.95),
  ];
}

const SCAN = 'looking through a hundredth of the sessions';

/** Until what a new session says is found. */
async function measureOneMore(place: Place): Promise<BenchResult> {
  const client = serve(place);
  must(await client.refresh());
  const pairs: Pair[] = [];
  for (let change = 0; change < CHANGES; change += 1) {
    const word = `freshly${change}`;
    await addSession(place.projects, place.sessions + change, BYTES_EACH, word);
    const value = await elapsed(async () => {
      const { read } = must(await client.refresh());
      const { hits } = must(await client.search({ query: `${word} `, limit: 5 }));
      if (read !== 1 || hits.length !== 1) throw new Error(`${read} were read, ${hits.length} are found.`);
    });
    pairs.push({ value, beside: await elapsed(() => sessionPaths(place)) });
  }
  client.dispose();
  return resultOf('history: refresh after one new session', 'listing the files with their times', pairs);
}

/** `report`: where the process leaves how much memory it took. */
function serve({ base }: Place, report?: string): SessionCatalogue {
  const reporting = report === undefined ? [] : ['--import', resolve('scripts/bench/report-memory.mjs')];
  return createCatalogueClient({
    command: process.execPath,
    args: [...reporting, resolve('dist/cli.js')],
    cwd: base,
    environment: {
      PATH: process.env['PATH'],
      HOME: base,
      VARVE_HOME: join(base, '.varve'),
      VARVE_BENCH_REPORT: report,
    },
  });
}

async function sessionPaths({ projects }: Place): Promise<readonly string[]> {
  const names = await readdir(projects, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.jsonl')).map((name) => join(projects, name));
  for (const path of paths) await stat(path);
  return paths;
}

async function scan(paths: readonly string[], words: readonly string[]): Promise<number> {
  let found = 0;
  for (const path of paths) {
    const text = await readFile(path, 'utf8');
    if (words.every((word) => text.includes(word))) found += 1;
  }
  return found;
}

async function whenWritten(path: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text !== '') return text;
    await wait(20);
  }
}

function must<T>(result: Result<T, { readonly message: string }>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function atPercentile(name: string, pairs: readonly Pair[], part: number): BenchResult {
  const at = (values: readonly number[], place: number): number =>
    values.toSorted((one, other) => one - other)[Math.floor(values.length * place)] ?? Number.NaN;
  const value = at(
    pairs.map((pair) => pair.value),
    part,
  );
  const beside = at(
    pairs.map((pair) => pair.beside),
    0.5,
  );
  return {
    name,
    unit: 'ms',
    value: round(value),
    beside: { name: SCAN, value: round(beside) },
    ratio: round(value / beside),
  };
}

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function talk(line: string): void {
  process.stderr.write(`  ${line}\n`);
}
