import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');

it('makes a word of vscode in the core realm a type error', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'varve-realm-'));
  try {
    await symlink(join(repository, 'node_modules'), join(directory, 'node_modules'));
    await symlink(join(repository, 'types'), join(directory, 'types'));
    await mkdir(join(directory, 'src/memory'), { recursive: true });
    await writeFile(
      join(directory, 'src/memory/planted.ts'),
      "import type { Uri } from 'vscode';\nexport type Planted = Uri;\n",
    );
    for (const name of ['tsconfig.json', 'tsconfig.core.json'])
      await symlink(join(repository, name), join(directory, name));
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '--preserveSymlinks', '-p', join(directory, 'tsconfig.core.json')];
    const { stdout } = await run(process.execPath, args, { cwd: directory }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toContain('planted.ts');
    expect(stdout).toMatch(/no exported member '?"?Uri|has no exported member/);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
