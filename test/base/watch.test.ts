import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Watcher, watchPaths } from '../../src/base/watch.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';

interface Watched {
  readonly watcher: Watcher;
  readonly seen: Set<string>;
  readonly until: (path: string) => Promise<void>;
}

async function watch(paths: readonly string[]): Promise<Watched> {
  const seen = new Set<string>();
  const watcher = watchPaths({
    paths,
    onChange: (changed) => {
      for (const path of changed) seen.add(path);
    },
    onError: (error) => seen.add(`error: ${error.message}`),
    settleMs: 10,
  });
  onTestFinished(() => watcher.dispose());
  await watcher.ready;
  const until = async (path: string) => {
    const deadline = Date.now() + 15_000;
    while (!seen.has(path)) {
      if (Date.now() > deadline) throw new Error(`${path} was not reported, only ${[...seen].join(', ')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    seen.clear();
  };
  return { watcher, seen, until };
}

describe('watching', () => {
  it('reports change, atomic replacement, removal and return of a file', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'CLAUDE.md');
    await writeFile(path, 'one');
    const { until } = await watch([path]);
    await writeFile(path, 'two');
    await until(path);
    // Many in a row: some fall into the few milliseconds in which the watcher is re-armed.
    for (let save = 3; save < 15; save += 1) {
      await writeFile(`${path}.new`, `save ${save}`);
      await rename(`${path}.new`, path);
      await until(path);
    }
    await rm(path);
    await until(path);
    await writeFile(path, 'back');
    await until(path);
    await writeFile(path, 'and changed');
    await until(path);
  });

  it('finds a file in directories that were made a moment ago', async () => {
    for (let round = 0; round < 10; round += 1) {
      const directory = await temporaryDirectory();
      const path = join(directory, 'deep', 'er', 'CLAUDE.md');
      const { until } = await watch([path]);
      await mkdir(join(directory, 'deep', 'er'), { recursive: true });
      await writeFile(path, 'new');
      await until(path);
    }
  });

  it('finds a file whose directories come while the watch above them is being opened', async () => {
    const made = Array.from({ length: 160 }, async (_watch, index) => {
      // Eight at a time, so that opening takes a while; each step falls a little later than the one before.
      await new Promise((resolve) => setTimeout(resolve, Math.floor(index / 8) * 60));
      const directory = await temporaryDirectory();
      const path = join(directory, 'deep', 'er', 'CLAUDE.md');
      const { watcher, until } = await watch([path]);
      await mkdir(join(directory, 'deep'));
      await new Promise((resolve) => setTimeout(resolve, index % 9));
      await mkdir(join(directory, 'deep', 'er'));
      await new Promise((resolve) => setTimeout(resolve, index % 7));
      await writeFile(path, 'new');
      await until(path);
      watcher.dispose();
    });
    await Promise.all(made);
  });

  it('reports the children of a directory, not what is deeper or beside it', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'rules', 'deep'), { recursive: true });
    await writeFile(join(directory, 'rules', 'old.md'), 'x');
    const { until, seen } = await watch([join(directory, 'rules')]);
    expect([...seen]).toEqual([]);
    await writeFile(join(directory, 'beside.md'), 'x');
    await writeFile(join(directory, 'rules', 'deep', 'er.md'), 'x');
    await writeFile(join(directory, 'rules', 'new.md'), 'x');
    const deadline = Date.now() + 15_000;
    while (!seen.has(join(directory, 'rules', 'new.md')) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect([...seen].sort()).toEqual(
      [
        ...new Set([
          join(directory, 'rules', 'new.md'),
          ...[...seen].filter((path) => path.endsWith('/deep')),
        ]),
      ].sort(),
    );
    seen.clear();
    await rm(join(directory, 'rules'), { recursive: true });
    await until(join(directory, 'rules'));
    await mkdir(join(directory, 'rules'));
    await writeFile(join(directory, 'rules', 'again.md'), 'x');
    await until(join(directory, 'rules', 'again.md'));
  });

  it('follows an update, and is silent once disposed', async () => {
    const directory = await temporaryDirectory();
    const [one, other] = [join(directory, 'one.md'), join(directory, 'other.md')];
    await writeFile(one, 'x');
    const { watcher, until, seen } = await watch([one]);
    await watcher.update([other]);
    await writeFile(one, 'y');
    await writeFile(other, 'y');
    const deadline = Date.now() + 15_000;
    while (!seen.has(other) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([...seen]).toEqual([other]);
    seen.clear();
    await watcher.update([one, other]);
    await writeFile(one, 'z');
    await until(one);
    watcher.dispose();
    await watcher.update([one]);
    await writeFile(one, 'zz');
    expect([...seen]).toEqual([]);
  });

  it('follows a link to the file behind it', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'AGENTS.md'), 'x');
    await symlink('AGENTS.md', join(directory, 'CLAUDE.md'));
    const { until } = await watch([join(directory, 'CLAUDE.md')]);
    await writeFile(join(directory, 'AGENTS.md'), 'y');
    await until(join(directory, 'CLAUDE.md'));
  });

  it('loses no change that falls between two arrangements', async () => {
    const directory = await temporaryDirectory();
    const [one, other] = [join(directory, 'one.md'), join(directory, 'other.md')];
    await writeFile(one, 'x');
    const { watcher, until } = await watch([one]);
    for (let round = 0; round < 10; round += 1) {
      const updated = watcher.update(round % 2 === 0 ? [one, other] : [one]);
      await new Promise((resolve) => setTimeout(resolve, round));
      await writeFile(one, 'x'.repeat(round + 2));
      await updated;
      await until(one);
    }
  });

  it('loses no change of a child that falls between two arrangements', async () => {
    const directory = await temporaryDirectory();
    const child = join(directory, 'rules', 'old.md');
    await mkdir(join(directory, 'rules'));
    await writeFile(child, 'x');
    const { watcher, until } = await watch([join(directory, 'rules')]);
    for (let round = 0; round < 10; round += 1) {
      const deep = join(directory, 'rules', 'deep.md', 'er.md');
      const updated = watcher.update([join(directory, 'rules'), ...(round % 2 === 0 ? [child, deep] : [])]);
      await new Promise((resolve) => setTimeout(resolve, round));
      await writeFile(child, 'x'.repeat(round + 2));
      await updated;
      await until(child);
    }
  });
});
