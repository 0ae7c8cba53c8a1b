import { execFileSync } from 'node:child_process';
import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { isKnownObject } from '../../../src/memory/project/known-object.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';

interface Repository {
  readonly common: string;
  run(...args: readonly string[]): string;
  commits(): readonly string[];
}

async function repository(...options: readonly string[]): Promise<Repository> {
  const directory = await temporaryDirectory();
  const person = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'gc.auto=0'];
  const run = (...args: readonly string[]): string =>
    execFileSync('git', [...person, ...args], { cwd: directory, encoding: 'utf8' }).trim();
  run('init', '-q', '-b', 'main', ...options);
  for (let number = 0; number < 40; number += 1)
    run('commit', '-q', '--allow-empty', '-m', `commit ${number}`);
  return { common: join(directory, '.git'), run, commits: () => run('rev-list', 'HEAD').split('\n') };
}

const known = ({ common }: Repository, id: string): Promise<boolean> => isKnownObject(nodeFiles, common, id);

describe.each([
  ['SHA-1', []],
  ['SHA-256', ['--object-format=sha256']],
])('objects named by %s', (_name, options) => {
  it('are found loose, in one pack, and in several', async () => {
    const repo = await repository(...options);
    const looseOnes = repo.commits();
    for (const id of looseOnes) expect(await known(repo, id), id).toBe(true);
    repo.run('repack', '-adq');
    expect((await readdir(join(repo.common, 'objects/pack'))).length).toBeGreaterThan(0);
    for (const id of looseOnes) expect(await known(repo, id), id).toBe(true);
    repo.run('commit', '-q', '--allow-empty', '-m', 'one more');
    repo.run('repack', '-dq');
    for (const id of repo.commits()) expect(await known(repo, id), id).toBe(true);
  });

  it('are not found where they are not, nor by half of an id', async () => {
    const repo = await repository(...options);
    const other = await repository(...options);
    repo.run('commit', '-q', '--amend', '--allow-empty', '-m', 'nothing like it elsewhere');
    repo.run('repack', '-adq');
    const [newest = ''] = repo.commits();
    expect(await known(other, newest)).toBe(false);
    // Neighbours in the table of a pack: what lies across two ids is none.
    const ids = [...repo.commits()].sort();
    const across = ids.map((id, at) => id.slice(2) + (ids[at + 1] ?? id).slice(0, 2));
    for (const id of across) expect(await known(repo, id), id).toBe(ids.includes(id));
    expect(await known(repo, newest.slice(0, 12))).toBe(false);
    expect(await known(repo, `../../${newest}`)).toBe(false);
  });
});

it('says nothing of an index that is cut off, empty or of another kind', async () => {
  const repo = await repository();
  // The last of the table: it goes first.
  const id = [...repo.commits()].sort().at(-1) ?? '';
  repo.run('repack', '-adq');
  const name = (await readdir(join(repo.common, 'objects/pack'))).find((one) => one.endsWith('.idx'))!;
  const path = join(repo.common, 'objects/pack', name);
  expect(await known(repo, id)).toBe(true);
  execFileSync('chmod', ['u+w', path]);
  for (const size of [1200, 1000, 4, 0]) {
    await truncate(path, size);
    expect(await known(repo, id)).toBe(false);
  }
  await writeFile(path, Buffer.alloc(5000, 1));
  expect(await known(repo, id)).toBe(false);
  expect(await known({ ...repo, common: join(repo.common, 'gone') }, id)).toBe(false);
});
