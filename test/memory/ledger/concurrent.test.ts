import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { sha256 } from '../../../src/base/hash.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { currentOwner } from '../../../src/base/process-identity.ts';
import { Ledger } from '../../../src/memory/ledger/ledger.ts';
import type { LedgerEntry } from '../../../src/memory/ledger/operation.ts';
import { fromStoredPath } from '../../../src/memory/ledger/stored-path.ts';
import { renderDelivery } from '../../../src/memory/record/delivery.ts';
import { renderIndex } from '../../../src/memory/record/memory-index.ts';
import { parseRecord } from '../../../src/memory/record/record-file.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { openMemoryWorkspace } from '../../../src/memory/workspace/open-workspace.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import { value } from '../inbox/review-scene.ts';
import { RandomChoice } from './fixtures/random-choice.ts';

const WRITER = fileURLToPath(new URL('./fixtures/random-writer.ts', import.meta.url));
const FOREIGN = fileURLToPath(new URL('./fixtures/foreign-writer.ts', import.meta.url));
const isFull = process.env['VARVE_FULL'] === '1';
const OPERATIONS = isFull ? 500 : 60;
const seed = Number(process.env['VARVE_SEED'] ?? 4);
const ROLES = ['window-1', 'window-2', 'cli'] as const;

interface Line {
  readonly at: number;
  readonly name: string;
  readonly ok?: boolean;
  readonly entry?: string;
  readonly proposed?: string;
  readonly problem?: string;
}

async function openHere(directory: string): Promise<MemoryWorkspace> {
  const environment = { ...process.env, VARVE_HOME: join(directory, 'home', '.varve') };
  return value(
    await openMemoryWorkspace({
      folder: join(directory, 'root'),
      files: nodeFiles,
      gitFor: (folder) => createGit({ directory: folder, environment }),
      clock: systemClock,
      environment,
      homeDirectory: join(directory, 'home'),
      managedDirectory: join(directory, 'managed'),
      platform: process.platform,
      random: (count) => new Uint8Array(count).fill(3),
      trusted: true,
      unsavedFiles: { isUnsaved: () => Promise.resolve(false) },
      runTimes: () => Promise.resolve([]),
    }),
  );
}

async function makeProject(directory: string): Promise<void> {
  const root = join(directory, 'root');
  await mkdir(root, { recursive: true });
  const git = (...args: readonly string[]) => execFileSync('git', ['-C', root, ...args]);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@example.org');
  const names = ['start', 'better-sqlite3', 'zod', 'fastify', 'undici'];
  for (const [at, name] of names.entries()) {
    const dependencies = Object.fromEntries(names.slice(1, at + 1).map((one) => [one, '1.0.0']));
    await writeFile(
      join(root, 'package.json'),
      `${JSON.stringify({ name: 'harbor', dependencies }, null, 2)}\n`,
    );
    git('add', '-A');
    git('commit', '-q', '-m', `Use ${name}\n\nWe use ${name} instead of our own because it is smaller.`);
  }
  const workspace = await openHere(directory);
  const options = {
    place: 'repository',
    claudeRules: true,
    agentsPointer: true,
    capture: 'proposed',
  } as const;
  value(await workspace.apply(value(await workspace.planSetUp(options))));
  workspace.dispose();
}

async function linesOf(log: string): Promise<readonly Line[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);
}

/** A Varve process that is started again, where it stopped, as often as it is killed. */
class Writer {
  readonly log: string;
  readonly #directory: string;
  readonly #role: string;
  #child: ChildProcess | undefined;
  #starts = 0;

  constructor(directory: string, role: string) {
    this.#directory = directory;
    this.#role = role;
    this.log = join(directory, `${role}.log`);
  }

  async run(): Promise<void> {
    for (;;) {
      const begun = await this.begun();
      if (begun >= OPERATIONS) return;
      this.#starts += 1;
      const own = ROLES.indexOf(this.#role as (typeof ROLES)[number]) * 7_919 + this.#starts * 104_729;
      const args = [WRITER, this.#directory, this.#role, this.log, begun, OPERATIONS, seed * 31 + own];
      this.#child = spawn(process.execPath, args.map(String), { stdio: ['ignore', 'ignore', 'pipe'] });
      let said = '';
      this.#child.stderr?.on('data', (data) => {
        said += data;
      });
      const [code, signal] = await once(this.#child, 'exit');
      if (signal !== 'SIGKILL' && code !== 0) throw new Error(`${this.#role} ended with ${code}: ${said}`);
    }
  }

  async begun(): Promise<number> {
    return (await linesOf(this.log)).filter(({ ok }) => ok === undefined).length;
  }

  kill(): boolean {
    return this.#child?.kill('SIGKILL') ?? false;
  }
}

/** Never half a file, at any moment that somebody looks. Answers how many files it looked at. */
async function lookOn(directory: string, isOver: () => boolean): Promise<number> {
  const base = join(directory, 'root', '.varve');
  const statuses = { memory: ['accepted'], archive: ['retired', 'superseded'], proposed: ['proposed'] };
  let looked = 0;
  while (!isOver()) {
    for (const [place, allowed] of Object.entries(statuses)) {
      for (const name of await readdir(join(base, place)).catch(() => [])) {
        if (!name.endsWith('.md') || name === 'MEMORY.md' || name.includes('-foreign-')) continue;
        const text = await readFile(join(base, place, name), 'utf8').catch(() => undefined);
        if (text === undefined) continue;
        looked += 1;
        const record = value(parseRecord(name, text));
        expect(allowed, `${place}/${name}`).toContain(record.status);
        expect(text.endsWith('\n'), `${place}/${name} is whole`).toBe(true);
        if (record.body.startsWith('First line.')) expect(record.body).toMatch(/End of record\.$/);
      }
    }
    await wait(15);
  }
  return looked;
}

async function stateOf(directory: string): Promise<string> {
  const projects = join(directory, 'home', '.varve', 'projects');
  return join(projects, (await readdir(projects))[0] ?? '');
}

/** What the history says every file holds: the last committed operation on each path. */
function replay(entries: readonly LedgerEntry[], stateDirectory: string): Map<string, string | null> {
  const files = new Map<string, string | null>();
  for (const { root, targets } of entries) {
    for (const { path, post } of targets) files.set(fromStoredPath(path, { root, stateDirectory }), post);
  }
  return files;
}

async function expectAsReplayed(directory: string, stateDirectory: string, entries: readonly LedgerEntry[]) {
  const expected = replay(entries, stateDirectory);
  const found = new Map<string, string>();
  for (const [base, tree] of [
    [join(directory, 'root'), await readTree(join(directory, 'root'))],
    [stateDirectory, await readTree(stateDirectory)],
  ] as const) {
    for (const [path, content] of Object.entries(tree)) {
      // A process that was killed while it wrote an object or a ticket leaves that draft; nobody reads it.
      const isKilledDraft = /(?:^|\/)(?:objects|lock)\/draft-[0-9a-f]{16}$/.test(path);
      if (!isKilledDraft) expect(basename(path), 'no scratch file is left').not.toMatch(/^\.varve-|^draft-/);
      found.set(join(base, path), sha256(Buffer.from(content, 'latin1')));
    }
  }
  const generated = /MEMORY\.md$|varve\.md$/;
  for (const [path, post] of expected) {
    if (!generated.test(path) && !path.includes('-foreign-'))
      expect(found.get(path) ?? null, path).toBe(post);
  }
  for (const path of found.keys()) {
    const isOurs =
      /\.varve\/(memory|archive|proposed|evidence)\/|\/inbox\//.test(path) && !path.endsWith('/');
    if (isOurs && !path.includes('-foreign-'))
      expect(expected.has(path), `${path} is in the history`).toBe(true);
  }
}

async function expectEachOnce(directory: string, stateDirectory: string): Promise<number> {
  const base = join(directory, 'root', '.varve');
  const places = ['memory', 'archive', 'proposed'].map((name) => join(base, name));
  const seen = new Map<string, string>();
  for (const place of [...places, join(stateDirectory, 'inbox')]) {
    for (const name of await readdir(place).catch(() => [])) {
      if (!name.endsWith('.md') || name === 'MEMORY.md' || name.includes('-foreign-')) continue;
      const record = value(parseRecord(name, await readFile(join(place, name), 'utf8')));
      expect(seen.get(record.id), `${record.id} stands once`).toBeUndefined();
      seen.set(record.id, place);
      const evidence = basename(place) === 'memory' ? join(base, 'evidence') : place;
      expect(JSON.parse(await readFile(join(evidence, `${record.id}.json`), 'utf8'))).toMatchObject({
        id: record.id,
      });
    }
  }
  return seen.size;
}

async function expectGenerated(directory: string, workspace: MemoryWorkspace): Promise<void> {
  value(await workspace.regenerate());
  const records = await workspace.records();
  const root = join(directory, 'root');
  expect(await readFile(join(root, '.varve', 'memory', 'MEMORY.md'), 'utf8')).toBe(renderIndex(records));
  const delivery = await readFile(join(root, '.claude', 'rules', 'varve.md'), 'utf8').catch(() => undefined);
  // The foreign program may have deleted it, or made one that does not begin as ours do: then it stays as it is.
  if (delivery?.startsWith('<!-- Generated by Varve')) expect(delivery).toBe(renderDelivery(records));
}

it(`two windows, a terminal and a program that ignores the lock, ${OPERATIONS} operations each, lose nothing (seed ${seed})`, async () => {
  const directory = await temporaryDirectory();
  await makeProject(directory);
  const writers = ROLES.map((role) => new Writer(directory, role));
  const random = new RandomChoice(seed);
  let isOver = false;
  let kills = 0;
  const looking = lookOn(directory, () => isOver);
  const killing = Promise.all(
    writers.map(async (writer) => {
      // After some operations, in the middle of whatever comes then.
      let next = 2 + random.below(12);
      while (!isOver) {
        await wait(20 + random.below(60));
        if ((await writer.begun()) < next) continue;
        await wait(random.below(150));
        if (!isOver && writer.kill()) kills += 1;
        next = (await writer.begun()) + 2 + random.below(isFull ? 60 : 25);
      }
    }),
  );
  const foreign = spawn(process.execPath, [FOREIGN, directory, String(OPERATIONS), String(seed), '60'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = '';
  foreign.stdout.on('data', (data) => {
    last += data;
  });
  const foreignEnded = once(foreign, 'close');
  await Promise.all(writers.map((writer) => writer.run())).finally(() => {
    isOver = true;
  });
  await foreignEnded;
  await killing;
  const looked = await looking;

  const workspace = await openHere(directory);
  await workspace.log();
  const stateDirectory = await stateOf(directory);
  await expectGenerated(directory, workspace);
  const ledger = value(
    await Ledger.open({
      files: nodeFiles,
      clock: systemClock,
      owner: await currentOwner(),
      root: join(directory, 'root'),
      stateDirectory,
    }),
  );
  expect(await ledger.verify()).toEqual([]);
  const entries = await ledger.entries();
  await expectAsReplayed(directory, stateDirectory, entries);
  const records = await expectEachOnce(directory, stateDirectory);
  for (const [path, text] of Object.entries(JSON.parse(last) as Record<string, string | null>)) {
    const now = await readFile(path, 'utf8').catch(() => null);
    expect(now, `${basename(dirname(path))}/${basename(path)} is the foreign program's`).toBe(text);
  }
  await expectToldIsTrue(writers, entries);
  workspace.dispose();
  const lines = (await Promise.all(writers.map(({ log }) => linesOf(log)))).flat();
  const done = lines.filter(({ ok }) => ok === true).length;
  const refused = lines.filter(({ ok }) => ok === false);
  const io = refused.filter(({ problem }) => problem?.startsWith('io:'));
  expect(io, 'no operation failed for a reason nobody made').toEqual([]);
  expect(kills).toBeGreaterThan(0);
  expect(looked).toBeGreaterThan(0);
  if (process.env['VARVE_FIGURES'] !== undefined) {
    const counts: Record<string, number> = {};
    for (const { problem = '' } of refused) {
      const reason = problem.replace(/\/\S+/g, 'PATH').slice(0, 60);
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    const figures = { seed, done, refused: counts, kills, looked, entries: entries.length, records };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  }
}, 3_600_000);

/** What a process was told is done is in the history, also where it was killed a moment later. */
async function expectToldIsTrue(writers: readonly Writer[], entries: readonly LedgerEntry[]): Promise<void> {
  const ids = new Set(entries.map(({ id }) => id));
  const proposed = new Set(
    entries.filter(({ action }) => action === 'propose').flatMap(({ subject }) => subject),
  );
  for (const { log } of writers) {
    for (const line of await linesOf(log)) {
      if (line.entry !== undefined) expect(ids, `${log}: ${line.name} ${line.at}`).toContain(line.entry);
      if (line.proposed !== undefined) expect(proposed).toContain(line.proposed);
    }
  }
}
