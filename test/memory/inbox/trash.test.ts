import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rejectedIds } from '../../../src/memory/inbox/rejected.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import {
  ada,
  idOf,
  makeReviewScene,
  openReviewScene,
  problem,
  proposalNamed,
  propose,
  put,
  type ReviewScene,
  recordOf,
  value,
  whereabouts,
} from './review-scene.ts';

async function withAccepted(...letters: readonly string[]): Promise<ReviewScene & { directory: string }> {
  const directory = await temporaryDirectory();
  const here = await makeReviewScene(directory);
  const proposals = [];
  for (const one of letters) proposals.push(await propose(here, one));
  if (proposals.length > 0) value(await here.reviewer.accept(proposals));
  return { ...here, directory };
}

describe('retire', () => {
  it('moves records with their evidence to the archive, index and delivery follow, undo restores the bytes', async () => {
    const here = await withAccepted('A', 'B');
    const before = await readTree(here.root);
    const entry = value(await here.reviewer.retire([idOf('A')], ' No longer true. '));
    expect(entry).toMatchObject({
      action: 'retire',
      subject: [idOf('A')],
      note: 'No longer true.',
      who: ada,
    });
    expect(await whereabouts(here)).toEqual({ A: 'archive retired', B: 'memory accepted' });
    expect(await readFile(here.places.index, 'utf8')).not.toContain('Use A');
    expect(await readFile(here.places.delivery, 'utf8')).not.toContain('Use A');
    // After a restart: another process has nothing but the files.
    value(await (await openReviewScene(here.directory)).reviewer.undo(undefined));
    expect(await readTree(here.root)).toEqual(before);
  });

  it('retires all or nothing, and says what it does not know', async () => {
    const here = await withAccepted('A');
    const before = await readTree(here.root);
    expect(problem(await here.reviewer.retire([idOf('A'), idOf('X')]))).toMatchObject({ kind: 'not-found' });
    expect(await readTree(here.root)).toEqual(before);
  });

  it('overwrites nothing that stands in the archive under the same name', async () => {
    const here = await withAccepted('A');
    const path = join(here.places.archive, `${recordOf('A', 'accepted').name}.md`);
    await put(path, 'mine');
    expect(problem(await here.reviewer.retire([idOf('A')]))).toMatchObject({ kind: 'conflict', path });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });
});

describe('trash', () => {
  it('holds what was rejected, retired and superseded, with time, who and title', async () => {
    const here = await withAccepted('A', 'B');
    value(await here.reviewer.reject([await propose(here, 'R', { body: 'Rejected body.' })]));
    value(await here.reviewer.retire([idOf('A')], 'Over.'));
    value(await here.reviewer.accept([await propose(here, 'C', { supersedes: ['B'] })]));
    await put(join(here.places.archive, `${recordOf('P', 'retired').name}.md`), 'no record');
    const items = await here.reviewer.trash();
    const seen = Object.fromEntries(items.map((item) => [item.title, item]));
    expect(Object.keys(seen).sort()).toEqual(['Use A', 'Use B', 'Use R']);
    expect(seen['Use R']).toMatchObject({ why: 'rejected', kind: 'decision', who: ada, id: idOf('R') });
    expect(seen['Use A']).toMatchObject({ why: 'retired', note: 'Over.', who: ada });
    expect(seen['Use B']).toMatchObject({ why: 'superseded', who: ada });
    expect(await readFile(seen['Use R']?.path ?? '', 'utf8')).toContain('Rejected body.');
    for (const item of items) expect(item.time).toMatch(/^\d{4}-.*Z$/);
  });

  it('says that it came by pull where no operation of this machine archived it', async () => {
    const here = await withAccepted();
    const record = recordOf('A', 'retired');
    const { renderRecord } = await import('../../../src/memory/record/record-file.ts');
    await put(join(here.places.archive, `${record.name}.md`), renderRecord(record));
    const [item] = await here.reviewer.trash();
    expect(item).toMatchObject({ title: 'Use A', why: 'retired' });
    expect(item?.time).toBeUndefined();
  });

  it('names a rejected one whose text was purged, and says that it cannot be restored', async () => {
    const here = await withAccepted();
    value(await here.reviewer.reject([await propose(here, 'ABCDEF')]));
    const [before] = await here.reviewer.trash();
    await rm(before?.path ?? '');
    const [item] = await here.reviewer.trash();
    expect(item).toMatchObject({ id: idOf('ABCDEF'), title: recordOf('ABCDEF', 'proposed').name });
    expect(item?.kind).toBeUndefined();
    expect(problem(await here.reviewer.restore(idOf('ABCDEF')))?.message).toMatch(/no longer kept/);
  });
});

describe('restore', () => {
  it.each(['proposed', 'machineInbox'] as const)(
    'puts one of several rejected ones back where it stood (%s)',
    async (place) => {
      const here = await withAccepted();
      const proposals = [await propose(here, 'R', { place }), await propose(here, 'S', { place })];
      const before = await readTree(here.directory);
      value(await here.reviewer.reject(proposals));
      expect([...rejectedIds(await here.ledger.entries())].sort()).toEqual([idOf('R'), idOf('S')]);
      value(await here.reviewer.restore(idOf('R')));
      expect(await whereabouts(here)).toEqual({ R: `${place} proposed` });
      expect([...rejectedIds(await here.ledger.entries())]).toEqual([idOf('S')]);
      expect((await here.reviewer.trash()).map(({ title }) => title)).toEqual(['Use S']);
      const path = (await proposalNamed(here, 'R')).path;
      expect(await readFile(path, 'latin1')).toBe(before[path.slice(here.directory.length + 1)]);
      // Taking the restoration back is a rejection again.
      value(await here.reviewer.undo(undefined));
      expect([...rejectedIds(await here.ledger.entries())].sort()).toEqual([idOf('R'), idOf('S')]);
      expect(await whereabouts(here)).toEqual({});
    },
  );

  it('makes a retired record accepted again to the byte, and what superseded it does not take it away again', async () => {
    const here = await withAccepted('A');
    const before = await readTree(here.root);
    value(await here.reviewer.retire([idOf('A')]));
    value(await here.reviewer.restore(idOf('A')));
    expect(await readTree(here.root)).toEqual(before);
    value(await here.reviewer.accept([await propose(here, 'B', { supersedes: ['A'] })]));
    value(await here.reviewer.restore(idOf('A')));
    value(await here.reviewer.accept([await propose(here, 'C')]));
    expect(await whereabouts(here)).toEqual({
      A: 'memory accepted',
      B: 'memory accepted',
      C: 'memory accepted',
    });
  });

  it('overwrites nothing, and says what it does not know', async () => {
    const here = await withAccepted('A');
    expect(problem(await here.reviewer.restore(idOf('A')))?.kind).toBe('not-found');
    value(await here.reviewer.retire([idOf('A')]));
    const path = join(here.places.memory, `${recordOf('A', 'accepted').name}.md`);
    await put(path, 'mine');
    expect(problem(await here.reviewer.restore(idOf('A')))).toMatchObject({ kind: 'conflict', path });
    const rejected = await propose(here, 'R');
    value(await here.reviewer.reject([rejected]));
    await put(rejected.path, 'mine too');
    expect(problem(await here.reviewer.restore(idOf('R')))).toMatchObject({ kind: 'conflict' });
    expect(await readFile(rejected.path, 'utf8')).toBe('mine too');
  });
});

describe('edit', () => {
  it('merges what changed on disk since the edit began, and asks where the lines clash', async () => {
    const here = await withAccepted();
    const a = await propose(here, 'A', { body: 'First.\n\nSecond.\n\nThird.' });
    const base = await readFile(a.path, 'utf8');
    await writeFile(a.path, base.replace('Third.', 'Third, by another program.'));
    value(await here.reviewer.edit([a], base.replace('First.', 'First, by me.'), base));
    const merged = await readFile(a.path, 'utf8');
    expect(merged).toContain('First, by me.');
    expect(merged).toContain('Third, by another program.');

    await writeFile(a.path, merged.replace('Second.', 'Theirs.'));
    const clash = problem(await here.reviewer.edit([a], merged.replace('Second.', 'Mine.'), merged));
    expect(clash).toMatchObject({ kind: 'conflict', path: a.path });
    expect(await readFile(a.path, 'utf8')).toContain('Theirs.');
  });
});

describe('undo', () => {
  it('names the later operation that has to be undone first', async () => {
    const here = await withAccepted('A');
    const [accepted] = (await here.ledger.entries()).filter(({ action }) => action === 'accept');
    const retired = value(await here.reviewer.retire([idOf('A')]));
    const refused = problem(await here.reviewer.undo(accepted?.id));
    expect(refused?.kind).toBe('conflict');
    expect(refused?.message).toContain(`retire, ${retired.id}`);
    value(await here.reviewer.undo(retired.id));
    value(await here.reviewer.undo(accepted?.id));
    expect(await whereabouts(here)).toEqual({ A: 'proposed proposed' });
  });

  it('is done in the worktree of the operation, whichever process asks', async () => {
    const here = await withAccepted('A');
    const other = join(here.directory, 'other');
    await put(join(other, '.varve', 'memory', 'MEMORY.md'), 'No accepted records yet.\n');
    const there = await openReviewScene(here.directory, { root: other });
    const [before, untouched] = [await readTree(here.root), await readTree(other)];
    const retired = value(await here.reviewer.retire([idOf('A')]));
    // The last operation of this person, but of another worktree: not this one's to undo unless it is named.
    expect(problem(await there.reviewer.undo(undefined))?.kind).toBe('not-found');
    value(await there.reviewer.undo(retired.id));
    expect(await readTree(here.root)).toEqual(before);
    expect(await readTree(other)).toEqual(untouched);
  });
});
