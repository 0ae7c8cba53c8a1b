// What a checkpoint costs on a large repository when little has changed: real files, real commits, one git beside it.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTreeCapture, storeManifest } from '../../src/agent/session/checkpoint/capture-tree.ts';
import { systemClock } from '../../src/base/clock.ts';
import { createGit } from '../../src/base/git-process.ts';
import { nodeFiles } from '../../src/base/node-files.ts';

const FILES = 20_000;
const FILES_PER_FOLDER = 20;
const ROUNDS = 11;

/**
 * `milliseconds`: the median of one more checkpoint after a small change, and of the first one (`first`); beside it
 * `git status` of the same tree, taken in turn. `bytes`: what such a checkpoint adds to the local state.
 */
export async function measureCheckpoint(): Promise<object> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-bench-')));
  try {
    const root = join(base, 'repository');
    const state = join(base, 'state');
    await makeRepository(root);
    const git = createGit({ directory: root, environment: process.env });
    const place = {
      files: nodeFiles,
      clock: systemClock,
      git,
      root,
      objectsDirectory: join(state, 'objects'),
      cacheDirectory: join(state, 'cache'),
      keepIgnored: false,
      platform: process.platform,
    };
    const take = async (): Promise<number> => {
      const began = performance.now();
      const captured = await createTreeCapture(place).capture();
      if (!captured.ok) throw new Error(captured.error.message);
      await storeManifest(place, captured.value);
      return performance.now() - began;
    };
    const first = await take();
    const before = await bytesBelow(state);
    const [times, statuses]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      await writeFile(join(root, `group0/part${round}/file0.ts`), `export const changed = ${round};\n`);
      await writeFile(join(root, 'new.txt'), `${round}\n`);
      times.push(await take());
      const began = performance.now();
      run(root, ['status', '--porcelain=v2', '--untracked-files=all']);
      statuses.push(performance.now() - began);
    }
    return {
      files: FILES,
      milliseconds: Math.round(median(times)),
      first: Math.round(first),
      gitStatus: Math.round(median(statuses)),
      bytes: Math.round(((await bytesBelow(state)) - before) / ROUNDS),
    };
  } finally {
    await rm(base, { recursive: true, force: true });
  }
}

async function makeRepository(root: string): Promise<void> {
  for (let folder = 0; folder < FILES / FILES_PER_FOLDER; folder += 1) {
    const directory = join(root, `group${Math.floor(folder / 100)}/part${folder}`);
    await mkdir(directory, { recursive: true });
    const names = Array.from({ length: FILES_PER_FOLDER }, (_, index) => `file${index}.ts`);
    await Promise.all(
      names.map((name, index) =>
        writeFile(join(directory, name), `export const value${index} = '${name} of ${folder}';\n`.repeat(20)),
      ),
    );
  }
  await writeFile(join(root, '.gitignore'), 'node_modules/\n');
  run(root, ['init', '-q']);
  // A tidying that goes on in the background would be measured, too.
  run(root, ['config', 'gc.auto', '0']);
  run(root, ['add', '.']);
  run(root, ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '-m', 'All']);
  run(root, ['gc', '-q']);
}

function run(directory: string, args: readonly string[]): void {
  const done = spawnSync('git', ['-C', directory, ...args], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`git ${args[0]} failed: ${done.stderr}`);
}

async function bytesBelow(directory: string): Promise<number> {
  const names = await readdir(directory, { recursive: true });
  const sizes = await Promise.all(
    names.map(async (name) => {
      const status = await stat(join(directory, name));
      return status.isFile() ? status.size : 0;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
