import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { findProgram, installProgram } from '../../test/claude-code/program.ts';
import { startModelServer } from '../../test/model-server/server.ts';
import type { BenchResult } from './benches.ts';
import { installCodex } from './codex-program.ts';
import { median, type Pair, resultOf, round } from './pairs.ts';
import { type BenchPlace, makeBenchPlace, plainEnvironment, runToEnd } from './run-place.ts';

const ROUNDS = 15;

/** A program that is given a task, and the milliseconds until its first request to the model arrives. */
interface Contender {
  readonly name: string;
  start(place: BenchPlace): Promise<number>;
}

/**
 * From the start of the process to its first request: memory loaded, prompt and request on disk. Interleaved, on the
 * same repository, against a server on loopback. What is not installed and cannot be is said and left out.
 */
export async function measureRunStart(): Promise<readonly BenchResult[]> {
  const place = await makeBenchPlace();
  try {
    const [varve, ...others] = await contenders();
    if (varve === undefined) return [];
    const taken = new Map<Contender, number[]>([varve, ...others].map((one) => [one, []]));
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const [contender, times] of taken) {
        const took = await contender.start(place);
        // The first round fills caches, of the disk and of each program.
        if (round > 0) times.push(took);
      }
    }
    return results(varve, others, taken);
  } finally {
    await place.dispose();
  }
}

function results(
  varve: Contender,
  others: readonly Contender[],
  taken: ReadonlyMap<Contender, readonly number[]>,
): readonly BenchResult[] {
  const ours = taken.get(varve) ?? [];
  if (others.length === 0)
    return [{ name: `${varve.name}: start to first request`, unit: 'ms', value: round(median(ours)) }];
  return others.map((other) => {
    const theirs = taken.get(other) ?? [];
    const pairs: readonly Pair[] = ours.map((value, index) => ({
      value,
      beside: theirs[index] ?? Number.NaN,
    }));
    return resultOf(`${varve.name}: start to first request`, other.name, pairs);
  });
}

async function contenders(): Promise<readonly Contender[]> {
  const varve: Contender = {
    name: 'varve -p',
    start: (place) =>
      messagesRun(process.execPath, [resolve('dist/cli.js'), '-p', 'Say hello.'], place, {
        VARVE_HOME: join(place.home, 'varve'),
      }),
  };
  const claude = (await findProgram()) ?? (await installProgram().catch(() => leftOut('claude -p')));
  const codex = await installCodex().catch(() => leftOut('codex exec'));
  return [
    varve,
    ...(claude === undefined ? [] : [claudeContender(claude)]),
    ...(codex === undefined ? [] : [codexContender(codex)]),
  ];
}

function leftOut(name: string): undefined {
  process.stderr.write(`${name} cannot be installed here and is left out.\n`);
}

function claudeContender(program: string): Contender {
  return {
    name: 'claude -p',
    start: (place) =>
      messagesRun(program, ['-p', 'Say hello.'], place, {
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
        DISABLE_AUTOUPDATER: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      }),
  };
}

/** Codex speaks another protocol: its request is taken and refused, which ends it. */
function codexContender(program: string): Contender {
  return {
    name: 'codex exec',
    start: async (place) => {
      const codexHome = join(place.home, 'codex');
      await mkdir(codexHome, { recursive: true });
      let arrived: number | undefined;
      const server = createServer((request: IncomingMessage, response: ServerResponse) => {
        if (request.method === 'POST') arrived ??= performance.now();
        response.writeHead(request.method === 'POST' ? 400 : 404, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"Said by the bench."}}');
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      const { port } = server.address() as AddressInfo;
      const provider = `{name="bench",base_url="http://127.0.0.1:${port}/v1",env_key="BENCH_KEY",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
      const settings = ['-c', 'model_provider="bench"', '-c', `model_providers.bench=${provider}`];
      const started = performance.now();
      try {
        await runToEnd(
          program,
          ['exec', ...settings, '--sandbox', 'read-only', 'Say hello.'],
          place.repository,
          {
            ...plainEnvironment(place.home),
            CODEX_HOME: codexHome,
            BENCH_KEY: 'loopback',
          },
        );
      } finally {
        server.closeAllConnections();
        server.close();
      }
      return since(started, arrived, 'codex exec');
    },
  };
}

async function messagesRun(
  program: string,
  args: readonly string[],
  place: BenchPlace,
  more: Readonly<Record<string, string>>,
): Promise<number> {
  let arrived: number | undefined;
  const server = await startModelServer({
    decide: () => {
      arrived ??= performance.now();
      return { content: [{ type: 'text', text: 'Hello.' }] };
    },
  });
  const started = performance.now();
  try {
    await runToEnd(program, args, place.repository, {
      ...plainEnvironment(place.home),
      ANTHROPIC_BASE_URL: server.url,
      ANTHROPIC_API_KEY: 'loopback',
      ...more,
    });
  } finally {
    await server.close();
  }
  return since(started, arrived, program);
}

function since(started: number, arrived: number | undefined, name: string): number {
  if (arrived === undefined) throw new Error(`${name} sent no request.`);
  return arrived - started;
}
