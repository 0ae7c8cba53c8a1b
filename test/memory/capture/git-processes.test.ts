import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Git } from '../../../src/base/git.ts';
import { createGit } from '../../../src/base/git-process.ts';
import { streamChangeSets } from '../../../src/memory/capture/read-change-sets.ts';
import { importCommits } from './fast-import.ts';
import { TemporaryRepository, unwrap } from './temporary-repository.ts';

let repository: TemporaryRepository;
let git: Git;
/** Where this test's temporary directories are made, away from those of others. */
let temporary: string;

beforeEach(() => {
  repository = TemporaryRepository.make();
  const program = join(repository.directory, '.git', 'git-counted');
  // `exec` keeps the process id, so that the list says which processes there were.
  writeFileSync(program, `#!/bin/sh\necho $$ >> "${repository.directory}/.git/started"\nexec git "$@"\n`);
  chmodSync(program, 0o755);
  temporary = join(repository.directory, '.git', 'temporary');
  mkdirSync(temporary);
  vi.stubEnv('TMPDIR', temporary);
  git = createGit({ directory: repository.directory, environment: process.env, program });
});

afterEach(() => {
  vi.unstubAllEnvs();
  repository.remove();
});

function started(): readonly number[] {
  const path = join(repository.directory, '.git', 'started');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map(Number) : [];
}

function running(): readonly number[] {
  return started().filter((pid) => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  });
}

function commitMany(count: number): void {
  importCommits(
    repository.directory,
    Array.from({ length: count }, (_, number) => ({
      message: `Commit ${number}`,
      changes: [
        { path: `file${number % 7}`, content: `${'line of text\n'.repeat(100)}${number}\n` },
        { path: 'package.json', content: `{"version":"1.0.${number}"}\n` },
      ],
    })),
  );
}

async function readAll(): Promise<number> {
  let count = 0;
  for await (const one of streamChangeSets(git)) {
    unwrap(one);
    count++;
  }
  return count;
}

describe('git processes', () => {
  test('are ten at most, whatever the number of commits', async () => {
    commitMany(20);
    expect(await readAll()).toBe(20);
    const few = started().length;
    commitMany(2_000);
    expect(await readAll()).toBe(2_000);
    expect(started().length - few).toBeLessThanOrEqual(few);
    expect(few).toBeLessThanOrEqual(10);
  });

  test('are gone when a look is cancelled, at any moment, and it says so', async () => {
    commitMany(2_000);
    for (const moment of [0, 1, 40, 700]) {
      const controller = new AbortController();
      let count = 0;
      let last: unknown;
      if (moment === 0) controller.abort();
      for await (const one of streamChangeSets(git, {}, { signal: controller.signal })) {
        last = one;
        count++;
        if (count === moment) controller.abort();
      }
      expect(last).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
      expect(count).toBeLessThanOrEqual(moment + 1);
      await vi.waitFor(() => expect(running()).toEqual([]));
      expect(readdirSync(temporary)).toEqual([]);
    }
  });

  test('are gone when the reader leaves early', async () => {
    commitMany(2_000);
    for await (const one of streamChangeSets(git)) if (unwrap(one).subject === 'Commit 5') break;
    await vi.waitFor(() => expect(running()).toEqual([]));
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('progress goes up to the number of commits', async () => {
    commitMany(250);
    const told: (readonly [number, number])[] = [];
    for await (const one of streamChangeSets(git, {}, { onProgress: (...at) => void told.push(at) }))
      unwrap(one);
    expect(told).toEqual([
      [100, 250],
      [200, 250],
      [250, 250],
    ]);
  });
});
