// A long history, made in seconds by `git fast-import`: small changes to source files, now and then a manifest, a
// rename, a removal, a merge and a tag, as histories are. The same number gives the same commits.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES = 600;
const LINES_PER_FILE = 120;
const START = 1_600_000_000;

export interface LongHistory {
  readonly root: string;
  readonly remove: () => Promise<void>;
}

export async function makeLongHistory(commits: number): Promise<LongHistory> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'varve-bench-')));
  await git(root, ['init', '-q', '-b', 'main']);
  const child = spawn('git', ['-C', root, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(child, 'close');
  for (const part of history(commits)) if (!child.stdin.write(part)) await once(child.stdin, 'drain');
  child.stdin.end('done\n');
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`git fast-import ended with code ${code}.`);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

interface SourceFile {
  path: string;
  readonly lines: string[];
}

function* history(commits: number): Generator<string> {
  const random = randomNumbers(42);
  const files: SourceFile[] = [];
  const add = (): SourceFile => {
    const number = files.length;
    const lines = Array.from({ length: LINES_PER_FILE }, (_, line) => sentence(random, number, line));
    const file = { path: `src/part${number % 40}/file${number}.ts`, lines };
    files.push(file);
    return file;
  };
  for (let number = 1; number <= commits; number += 1) {
    const changes: string[] = [];
    for (let count = number === 1 ? 40 : 1 + Math.floor(random() * 4); count > 0; count -= 1) {
      const isNew = files.length < FILES && (number === 1 || random() < 0.08);
      const file = isNew ? add() : files[Math.floor(random() * files.length)];
      if (file === undefined) continue;
      if (!isNew) edit(file, random, number);
      if (!isNew && number % 90 === 0 && count === 1) changes.push(rename(file, number));
      changes.push(content(file.path, `${file.lines.join('\n')}\n`));
    }
    if (number % 25 === 1) changes.push(content('package.json', manifest(Math.floor(number / 25))));
    yield `commit refs/heads/main\nmark :${number}\n${people(number)}${data(message(number))}`;
    if (number % 50 === 0) yield `from :${number - 1}\nmerge :${number - 20}\n`;
    yield `${changes.join('')}\n`;
    if (number % 100 === 0)
      yield `tag v1.${number / 100}.0\nfrom :${number}\n${tagger(number)}${data(`Release ${number}\n`)}`;
  }
}

function edit({ lines }: SourceFile, random: () => number, number: number): void {
  const at = Math.floor(random() * lines.length);
  const count = 1 + Math.floor(random() * 6);
  lines.splice(
    at,
    Math.floor(random() * count),
    ...Array.from({ length: count }, (_, line) => sentence(random, number, line)),
  );
  if (lines.length > 2 * LINES_PER_FILE) lines.splice(0, LINES_PER_FILE);
}

function rename(file: SourceFile, number: number): string {
  const before = file.path;
  file.path = before.replace(/[^/]+$/, `renamed${number}.ts`);
  return `R ${before} ${file.path}\n`;
}

const words =
  'return const value await store reader entry when after nothing first changed index state of'.split(' ');

function sentence(random: () => number, number: number, line: number): string {
  const chosen = Array.from({ length: 6 }, () => words[Math.floor(random() * words.length)]);
  return `  ${chosen.join(' ')} ${number}.${line};`;
}

function manifest(count: number): string {
  const names = Array.from({ length: 10 + (count % 30) }, (_, index) => [
    `library-${index}`,
    `^${1 + (count >> 4)}.0.0`,
  ]);
  return `${JSON.stringify({ name: 'long-history', dependencies: Object.fromEntries(names) }, null, 2)}\n`;
}

function message(number: number): string {
  return number % 40 === 0
    ? `feat: store number ${number}\n\nWe use one file instead of two because it is read at once.\n`
    : `part ${number % 40}: change number ${number}\n\nA line that says what was done and why.\n`;
}

const people = (number: number): string =>
  `author Ada <ada@example.org> ${START + number * 600} +0000\ncommitter Ada <ada@example.org> ${START + number * 600} +0000\n`;
const tagger = (number: number): string => `tagger Ada <ada@example.org> ${START + number * 600} +0000\n`;
const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
const content = (path: string, text: string): string => `M 100644 inline ${path}\n${data(text)}`;

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function git(directory: string, args: readonly string[]): Promise<void> {
  const child = spawn('git', ['-C', directory, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`git ${args[0]} ended with code ${code}.`);
}
