import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { missingEntries } from '../../scripts/complete-lock.ts';

const read = async () => JSON.parse(await readFile('package-lock.json', 'utf8'));

describe('the lock file', () => {
  it('holds the packages of every platform, or npm ci refuses it (node scripts/complete-lock.ts adds them)', async () => {
    expect(missingEntries(await read()).map(([path]) => path)).toEqual([]);
  });

  it('is seen to be incomplete when a platform is taken out', async () => {
    const lock = await read();
    delete lock.packages['node_modules/@biomejs/cli-linux-x64-musl'];
    expect(missingEntries(lock)).toEqual([
      [
        'node_modules/@biomejs/cli-linux-x64-musl',
        { version: '2.6.8', cpu: ['x64'], os: ['linux'], libc: ['musl'], dev: true, optional: true },
      ],
    ]);
  });

  it('names no registry', async () => {
    const { packages } = (await read()) as { packages: Record<string, { resolved?: string }> };
    expect(Object.values(packages).filter((entry) => entry.resolved !== undefined)).toEqual([]);
  });
});
