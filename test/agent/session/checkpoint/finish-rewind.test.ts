import { describe, expect, it } from 'vitest';
import { applyRewind } from '../../../../src/agent/session/checkpoint/apply-rewind.ts';
import { finishRewind } from '../../../../src/agent/session/checkpoint/finish-rewind.ts';
import { openSession } from '../../../../src/agent/session/session.ts';
import type { SessionState } from '../../../../src/agent/session/session-state.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { faultyFiles } from '../../../fakes/faulty-files.ts';
import { mask, runStart } from '../fixtures.ts';
import type { RewindPlace } from './rewind-place.ts';
import { freeLease, withoutScratch, wrecked } from './wrecked-place.ts';

const back = { checkpoint: 1, what: 'both' } as const;

/** Dies at this call of the file system. */
async function cutOff(place: RewindPlace, failing: number): Promise<void> {
  const files = faultyFiles(nodeFiles, { failing, fault: 'EIO', crash: true });
  await applyRewind({ ...place.around, files }, place.session, back);
  await freeLease(place);
}

/** As a run begins that goes on with the session. */
async function goOn(place: RewindPlace): Promise<{
  readonly before: SessionState;
  readonly told: string | undefined;
  readonly after: SessionState;
}> {
  const { around } = place;
  const opened = await openSession({ ...around, directory: around.sessionsDirectory, mask }, place.session);
  if (!opened.ok) throw new Error(opened.error.message);
  const before = opened.value.state;
  const told = await finishRewind(around, opened.value);
  const after = opened.value.state;
  await opened.value.close();
  return { before, told, after };
}

async function callsOfWhole(): Promise<number> {
  const { place } = await wrecked();
  const counting = faultyFiles(nodeFiles, { failing: Number.POSITIVE_INFINITY, fault: 'EIO' });
  await place.rewind(back, { files: counting });
  return counting.calls();
}

describe('a session whose rewind was cut off', () => {
  it('goes on from the end of the rewind, wherever that was cut off, or from before its beginning', async () => {
    const calls = await callsOfWhole();
    const step = process.env['VARVE_FULL'] ? 1 : 7;
    let finished = 0;
    for (let failing = 1 + (calls % step); failing <= calls; failing += step) {
      const { place, good, bad } = await wrecked();
      await cutOff(place, failing);
      const { before, told, after } = await goOn(place);
      const isDone = (await place.events()).some(({ type }) => type === 'rewind');
      const tree = await withoutScratch(place);
      expect({ failing, tree }).toEqual({ failing, tree: isDone ? good : bad });
      expect(after.cutOffRewind).toBeUndefined();
      expect(after.prompts).toEqual(isDone ? [] : ['Go']);
      expect({ failing, told: told !== undefined }).toEqual({
        failing,
        told: before.cutOffRewind !== undefined,
      });
      if (told === undefined) continue;
      finished += 1;
      expect(told).toContain('The rewind to checkpoint 1 was cut off, and is finished now.');
      await place.rewind({ redo: true });
      expect({ failing, tree: await withoutScratch(place) }).toEqual({ failing, tree: bad });
    }
    expect(finished).toBeGreaterThan(0);
  }, 600_000);

  it('is told of it where somebody changed something since, and nothing is touched', async () => {
    const calls = await callsOfWhole();
    // Before its end: the files that come are not all there.
    for (const change of ['kept.ts', 'new.ts']) {
      const { place } = await wrecked();
      await cutOff(place, calls - 30);
      await place.write(change, 'a person, afterwards\n');
      const tree = await place.tree();
      const { before, told, after } = await goOn(place);
      expect(before.cutOffRewind).toBe(1);
      expect(told).toMatch(
        /checkpoint 1 was cut off and is not finished: .*Files were changed since\. See .*: varve rewind \S+ 1 --dry-run$/,
      );
      expect(await place.tree()).toEqual(tree);
      expect(after.prompts).toEqual(['Go']);
      // Once a run has begun it is told no more.
      await place.append(runStart);
      expect(await goOn(place)).toMatchObject({ told: undefined });
      expect((await goOn(place)).before.cutOffRewind).toBeUndefined();
    }
  });
});
