import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { bob, type Clone, type Server, serverWithMemory } from './clone-places.ts';
import { type Counts, noCounts, seeded, Worker } from './concurrent-clone.ts';

const operationsEach = 40;
const seeds = (process.env['VARVE_SEEDS'] ?? '1').split(',').map(Number);

interface Mode {
  readonly name: string;
  /** What the clients' git is told besides `.gitattributes`. */
  readonly attributes: string;
  /** The server merges branches too, as servers do: without any attributes. */
  readonly serverMerges: boolean;
}

const modes: readonly Mode[] = [
  { name: 'with attributes honoured', attributes: '', serverMerges: false },
  {
    name: 'with attributes ignored, by clients and by a server that merges',
    attributes: '/.varve/memory/MEMORY.md merge\n/.claude/rules/varve.md merge\n',
    serverMerges: true,
  },
];

describe.each(modes)('two clones, $name', (mode) => {
  test.each(seeds)('end equal (seed %i)', { timeout: 600_000 }, async (seed) => {
    const random = seeded(seed);
    const { server, first } = await serverWithMemory();
    const second = await server.clone(bob);
    const counts = noCounts();
    const workers = [new Worker('ada', first, random, counts), new Worker('bob', second, random, counts)];
    await workers[0]?.prepare(12);
    second.git('pull', '-q');
    for (const { clone } of workers) await clone.write('.git/info/attributes', mode.attributes);
    for (let done = 0; done < operationsEach * 2; done++) {
      // In turns of random length, so that both go far apart now and then.
      await workers[random(3) === 0 ? 1 - (done % 2) : done % 2]?.operate();
      if (mode.serverMerges && random(12) === 0) mergeOnServer(server, first, counts);
    }
    await bringTogether(workers);
    console.log(`seed ${seed}, ${mode.name}: ${JSON.stringify({ ...counts, ...(await kept(first)) })}`);
    await holdTogether(first, second);
    expect(counts.operations).toBe(operationsEach * 2);
  });
});

/** A merge of what one clone has with main, as by the button of a server: where it conflicts, it is refused. */
function mergeOnServer(server: Server, clone: Clone, counts: Counts): void {
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', server.path, '-c', 'user.name=Server', '-c', 'user.email=server@example.org', ...args],
      {
        encoding: 'utf8',
      },
    ).trim();
  clone.git('push', '-q', '--force', 'origin', 'HEAD:refs/heads/topic');
  const [main, topic] = [git('rev-parse', 'main'), git('rev-parse', 'topic')];
  if (git('merge-base', main, topic) === topic) return;
  const merged = spawnSync('git', ['-C', server.path, 'merge-tree', '--write-tree', main, topic], {
    encoding: 'utf8',
  });
  if (merged.status !== 0) {
    counts.serverRefusals++;
    return;
  }
  const tree = merged.stdout.trim();
  const commit = git('commit-tree', '-p', main, '-p', topic, '-m', 'Merge topic', tree);
  git('update-ref', 'refs/heads/main', commit, main);
  counts.serverMerges++;
}

async function bringTogether(workers: readonly Worker[]): Promise<void> {
  for (let round = 0; round < 3; round++) {
    for (const worker of workers) {
      await worker.pull('merge');
      if (!worker.push()) throw new Error('The push was refused although nobody else pushes.');
    }
  }
}

async function kept(clone: Clone): Promise<object> {
  const count = (directory: string): number =>
    clone.git('ls-files', `.varve/${directory}/*-??????.md`).split('\n').filter(Boolean).length;
  return { accepted: count('memory'), archived: count('archive'), proposed: count('proposed') };
}

async function holdTogether(first: Clone, second: Clone): Promise<void> {
  expect(second.git('rev-parse', 'HEAD')).toBe(first.git('rev-parse', 'HEAD'));
  for (const clone of [first, second]) {
    // What a clone has not looked at in a long time: everything is read anew.
    const { workspace } = await clone.again();
    expect(await workspace.regenerate()).toEqual({ ok: true, value: undefined });
    expect(clone.git('status', '--porcelain')).toBe('');
    const { problems } = await workspace.check();
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    const ids = (await workspace.records()).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
  const [here, there] = await Promise.all([first, second].map((clone) => snapshotTree(clone.path('.varve'))));
  expect(there).toEqual(here);
  expect(await second.read('.claude/rules/varve.md')).toBe(await first.read('.claude/rules/varve.md'));
}
