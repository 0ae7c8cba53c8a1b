// A repository as big as they get, made cheaply: empty files, and memory files with entries all over it.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FILES_PER_FOLDER = 20;
const FOLDERS_PER_GROUP = 100;
const ENTRIES_PER_FILE = 10;

export interface BigRepository {
  /** Where everything stands: the repository and the empty homes. */
  readonly base: string;
  readonly root: string;
  readonly files: number;
  readonly entries: number;
  /** Absolute, each in a folder of its own, the root's first. */
  readonly memoryFiles: readonly string[];
  readonly remove: () => Promise<void>;
}

/** `files` in all, a twentieth of them memory files of ten entries. All are in the index of git. */
export async function makeBigRepository(files: number): Promise<BigRepository> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-bench-')));
  const root = join(base, 'repository');
  const folders = Math.max(1, Math.round(files / FILES_PER_FOLDER));
  const listed: string[] = [];
  for (let folder = 0; folder < folders; folder += 1) listed.push(...(await makeFolder(root, folder)));
  putIntoIndex(root, listed);
  return {
    base,
    root,
    files: listed.length,
    entries: folders * ENTRIES_PER_FILE,
    memoryFiles: listed.filter((path) => path.endsWith('CLAUDE.md')).map((path) => join(root, path)),
    remove: () => rm(base, { recursive: true, force: true }),
  };
}

async function makeFolder(root: string, number: number): Promise<readonly string[]> {
  const place = number === 0 ? '' : `group${Math.floor(number / FOLDERS_PER_GROUP)}/part${number}/`;
  await mkdir(join(root, place), { recursive: true });
  const names = Array.from({ length: FILES_PER_FOLDER - 1 }, (_, index) => `${place}file${index}.ts`);
  await Promise.all(names.map((name) => writeFile(join(root, name), '')));
  await writeFile(join(root, place, 'CLAUDE.md'), memoryText(number));
  return [...names, `${place}CLAUDE.md`];
}

/** Ten entries that occur in no other file. */
export function memoryText(number: number): string {
  const entry = (index: number) =>
    `- In part ${number} rule ${index}: run \`npm test -- part${number}\` before **every** commit of ${index}\n`;
  const half = ENTRIES_PER_FILE / 2;
  const entries = Array.from({ length: ENTRIES_PER_FILE }, (_, index) => entry(index));
  return `# Part ${number}\n\n${entries.slice(0, half).join('')}\n## More\n\n${entries.slice(half).join('')}`;
}

// Straight into the index: what git lists does not depend on the contents.
function putIntoIndex(root: string, paths: readonly string[]): void {
  run(root, ['init', '-q'], '');
  const empty = run(root, ['hash-object', '-w', '--stdin'], '').trim();
  run(root, ['update-index', '--index-info'], paths.map((path) => `100644 ${empty}\t${path}\n`).join(''));
}

function run(directory: string, args: readonly string[], input: string): string {
  const done = spawnSync('git', ['-C', directory, ...args], { input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`git ${args[0]} failed: ${done.stderr}`);
  return done.stdout;
}
