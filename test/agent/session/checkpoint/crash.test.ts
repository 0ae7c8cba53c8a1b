import { describe, expect, it } from 'vitest';
import { applyRewind } from '../../../../src/agent/session/checkpoint/apply-rewind.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { faultyFiles } from '../../../fakes/faulty-files.ts';
import { freeLease, withoutScratch, wrecked } from './wrecked-place.ts';

const back = { checkpoint: 1, what: 'both' } as const;

describe('a rewind that is cut off', () => {
  it('comes to the same end when it is begun again, and can be taken back to what stood before', async () => {
    const counted = await wrecked();
    const counting = faultyFiles(nodeFiles, { failing: Number.POSITIVE_INFINITY, fault: 'EIO' });
    await counted.place.rewind(back, { files: counting });
    expect(await counted.place.tree()).toEqual(counted.good);
    const calls = counting.calls();
    // Every call in the full run; else some of each kind.
    const step = process.env['VARVE_FULL'] ? 1 : 13;
    let interrupted = 0;
    for (let failing = 1 + (calls % step); failing <= calls; failing += step) {
      const { place, good, bad } = await wrecked();
      const files = faultyFiles(nodeFiles, { failing, fault: 'EIO', crash: true });
      await applyRewind({ ...place.around, files }, place.session, back);
      await freeLease(place);
      const tree = await place.tree();
      if (JSON.stringify(tree) !== JSON.stringify(bad)) interrupted += 1;
      await place.rewind(back);
      expect({ failing, tree: await withoutScratch(place) }).toEqual({ failing, tree: good });
      await place.rewind({ redo: true });
      expect({ failing, tree: await withoutScratch(place) }).toEqual({ failing, tree: bad });
    }
    expect(interrupted).toBeGreaterThan(0);
  }, 600_000);

  it('that had come to its end is not done twice: it can still be taken back', async () => {
    const { place, good, bad } = await wrecked();
    const first = await place.rewind(back);
    expect(await place.rewind(back)).toMatchObject({ undo: first.undo, conflicts: [] });
    expect(await place.tree()).toEqual(good);
    expect((await place.events()).filter(({ type }) => type === 'rewind')).toHaveLength(1);
    await place.rewind({ redo: true });
    expect(await place.tree()).toEqual(bad);
    // What was changed since is another rewind.
    await place.rewind(back);
    await place.write('kept.ts', 'a person, afterwards\n');
    await place.rewind(back);
    await place.rewind({ redo: true });
    expect((await place.tree())['kept.ts']).toContain('a person, afterwards');
  });

  it('goes on with a taking back that was cut off', async () => {
    const { place, good, bad } = await wrecked();
    await place.rewind(back);
    const counting = faultyFiles(nodeFiles, { failing: Number.POSITIVE_INFINITY, fault: 'EIO' });
    await place.rewind({ redo: true }, { files: counting });
    await place.rewind({ redo: true });
    expect(await place.tree()).toEqual(good);
    // Among the last calls the files are written; the very last ones note that it is done.
    const files = faultyFiles(nodeFiles, { failing: counting.calls() - 12, fault: 'EIO', crash: true });
    await applyRewind({ ...place.around, files }, place.session, { redo: true });
    await freeLease(place);
    await place.rewind({ redo: true });
    expect(await withoutScratch(place)).toEqual(bad);
  });

  it('keeps what somebody changed after it was cut off', async () => {
    const { place, good } = await wrecked();
    const counting = faultyFiles(nodeFiles, { failing: Number.POSITIVE_INFINITY, fault: 'EIO' });
    await place.rewind(back, { files: counting });
    await place.rewind({ redo: true });
    const files = faultyFiles(nodeFiles, { failing: counting.calls() - 30, fault: 'EIO', crash: true });
    await applyRewind({ ...place.around, files }, place.session, back);
    await freeLease(place);
    await place.write('kept.ts', 'a person, afterwards\n');
    await place.rewind(back);
    expect(await withoutScratch(place)).toEqual(good);
    await place.rewind({ redo: true });
    expect((await place.tree())['kept.ts']).toContain('a person, afterwards');
  });
});
