import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import { openLedger, type Scene } from './scene.ts';

const CHILD = fileURLToPath(new URL('./fixtures/transact-forever.ts', import.meta.url));
const ROUNDS = 30;

/** Two writers at once, both killed with SIGKILL in the middle of whatever they do. */
async function killInTheMiddle({ root, stateDirectory }: Scene, writers: number): Promise<void> {
  const children = Array.from({ length: writers }, () =>
    spawn(process.execPath, [CHILD, root, stateDirectory], { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  await Promise.all(children.map((child) => once(child.stdout, 'data')));
  await wait(Math.random() * 120);
  const ended = children.map((child) => once(child, 'exit'));
  for (const child of children) child.kill('SIGKILL');
  const exits = await Promise.all(ended);
  expect(exits.map(([, signal]) => signal)).toEqual(children.map(() => 'SIGKILL'));
}

it('all files are of one generation after kill -9 at any moment, and the chain holds', async () => {
  const directory = await temporaryDirectory();
  const scene = { root: join(directory, 'root'), stateDirectory: join(directory, 'state') };
  await mkdir(scene.root);
  let settled = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await killInTheMiddle(scene, 1 + (round % 2));
    const ledger = await openLedger(scene);
    settled += ledger.notices.length;
    const generation = (await ledger.entries()).length;
    const text = String(generation);
    const isOdd = generation % 2 === 1;
    expect(await readTree(scene.root), `round ${round}`).toEqual(
      generation === 0
        ? {}
        : {
            'a.md': text,
            'b.md': text,
            'deep/': '',
            'deep/c.md': text,
            ...(isOdd ? { 'odd/': '', 'odd/odd.md': text } : {}),
          },
    );
    expect(await ledger.verify(), `round ${round}`).toEqual([]);
    expect(ledger.notices.filter(({ kind }) => kind === 'foreign-edit' || kind === 'not-recovered')).toEqual(
      [],
    );
  }
  // Else nothing was ever caught in the middle and this test has shown nothing.
  expect(settled).toBeGreaterThan(0);
}, 300_000);
