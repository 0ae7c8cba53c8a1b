import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { keepSession } from '../../../../src/agent/history/archive/keep-session.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { FAULTS, faultyFiles } from '../../../fakes/faulty-files.ts';
import { deadOwner } from '../../../memory/ledger/scene.ts';
import { type ArchivePlace, line, makeArchivePlace, value } from './archive-place.ts';

const CHILD = fileURLToPath(new URL('./fixtures/keep-forever.ts', import.meta.url));
// Far more than one session needs: a loop that gets here never stopped injecting.
const MOST_CALLS = 400;

/** After a crash every call fails, so only what the first one leaves behind makes a difference. */
const TELLING = [
  { fault: 'ENOSPC' as const, crash: false },
  { fault: 'EXDEV' as const, crash: true },
  { fault: 'short-write' as const, crash: true },
];
const CASES =
  process.env['VARVE_FULL'] === '1'
    ? [
        ...TELLING,
        ...FAULTS.map((fault) => ({ fault, crash: false })),
        { fault: 'EIO' as const, crash: true },
      ]
    : TELLING;

type Contents = readonly Record<string, string>[];

/** What the archive holds, whole: a piece that is missing or a manifest that is damaged rejects. */
async function holdings(place: ArchivePlace): Promise<Contents> {
  return Promise.all((await place.manifests()).map((manifest) => place.contents(manifest)));
}

async function keepWith(place: ArchivePlace, files = nodeFiles, owner = place.around.owner) {
  const session = await place.session('one');
  const around = { ...place.around, files, owner };
  return keepSession(around, { ...place.machine, files }, place.reader, session);
}

it.each(CASES)(
  'an archive is before or after, never broken, whichever call fails ($fault, crash: $crash)',
  async ({ fault, crash }) => {
    const place = await makeArchivePlace();
    const own = await place.write('one', line('Begin'));
    const spilled = await place.write('one', 'spilled', { part: 'tool-results/1' });
    value(await keepWith(place));
    const [archive, saved] = [place.around.directory, join(place.root, 'saved')];
    await cp(archive, saved, { recursive: true, preserveTimestamps: true });
    const before = await holdings(place);
    await place.append('one', line('More'));
    await writeFile(spilled, 'written anew');
    const after = [{ [own]: line('Begin') + line('More'), [spilled]: 'written anew' }];
    const partly = [{ ...after[0], [spilled]: 'spilled' }];
    let failing = 1;
    for (; failing < MOST_CALLS; failing += 1) {
      await rm(archive, { recursive: true });
      await cp(saved, archive, { recursive: true, preserveTimestamps: true });
      const files = faultyFiles(nodeFiles, { failing, fault, crash });
      const done = await keepWith(place, files, await deadOwner());
      const where = `${fault} at call ${failing}`;
      const now = await holdings(place);
      // A part that could not be read stays as it was, and is told of.
      const isPart = done.ok && done.value.left.length > 0;
      expect(isPart ? [before, after, partly] : [before, after], where).toContainEqual(now);
      const isAfter = JSON.stringify(now) === JSON.stringify(after);
      if (done.ok && !isPart) expect(isAfter, `${where}: said to be done`).toBe(true);
      if (!done.ok) expect(done.error.message, where).not.toMatch(/injected|undefined|Error:/);
      value(await keepWith(place));
      expect(await holdings(place), `${where}: usable afterwards`).toEqual(after);
      if (!files.hasFired()) break;
    }
    expect(failing).toBeGreaterThan(40);
    expect(failing).toBeLessThan(MOST_CALLS);
  },
  300_000,
);

it('an archive is whole after kill -9 at any moment', async () => {
  const place = await makeArchivePlace();
  await place.write('one', line('Line 0'));
  let [torn, kept] = [0, 0];
  for (let round = 1; round <= 10; round += 1) {
    const child = spawn(process.execPath, [CHILD, place.home, place.around.directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await wait(Math.random() * 60);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    expect((await ended)[1]).toBe('SIGKILL');
    const [now] = await holdings(place);
    const text = await readFile((await place.session('one')).path, 'latin1');
    const [content = ''] = Object.values(now ?? {});
    expect(text.startsWith(content), `round ${round}`).toBe(true);
    expect(content).not.toBe('');
    kept += 1;
    if (content !== text) torn += 1;
  }
  // Else nothing was ever caught in the middle and this test has shown nothing.
  expect(torn).toBeGreaterThan(0);
  expect(kept).toBe(10);
}, 120_000);
