import { readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withStatus } from '../../../src/memory/record/record-file.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { readTree } from '../../fakes/tree.ts';
import {
  type Draft,
  idOf,
  makeReviewScene,
  problem,
  propose,
  put,
  type ReviewScene,
  recordOf,
  value,
  whereabouts,
} from './review-scene.ts';

const chain: readonly (readonly [string, Draft])[] = [
  ['A', {}],
  ['B', { supersedes: ['A'] }],
  ['C', { supersedes: ['B'] }],
];

async function scene(): Promise<ReviewScene> {
  return makeReviewScene(await temporaryDirectory());
}

async function acceptNamed(of: ReviewScene, ...drafts: readonly (readonly [string, Draft])[]) {
  const proposals = [];
  for (const [letters, draft] of drafts) proposals.push(await propose(of, letters, draft));
  return of.reviewer.accept(proposals);
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('accepting what supersedes', () => {
  it('archives the older record with its evidence in the same transaction and delivers only the newer', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    const before = await readTree(here.root);
    const entry = value(await acceptNamed(here, ['B', { supersedes: ['A'] }]));
    expect(await whereabouts(here)).toEqual({ A: 'archive superseded', B: 'memory accepted' });
    const index = await readFile(here.places.index, 'utf8');
    expect(index).toContain('Use B');
    expect(index).not.toContain('Use A');
    expect(await readFile(here.places.delivery, 'utf8')).not.toContain('Use A');
    expect(entry.subject).toEqual([idOf('B')]);
    expect((await here.ledger.entries()).filter(({ action }) => action === 'accept').length).toBe(2);

    value(await here.reviewer.undo(undefined));
    const { [join('.varve', 'proposed', `${recordOf('B', 'proposed').name}.md`)]: _b, ...rest } =
      await readTree(here.root);
    delete rest[join('.varve', 'proposed', `${idOf('B')}.json`)];
    expect(rest).toEqual(before);
  });

  it('changes nothing of a record but its status', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    const name = `${recordOf('A', 'accepted').name}.md`;
    const edited = `${await readFile(join(here.places.memory, name), 'utf8')}A line by hand, CRLF\r\nand more`;
    await writeFile(join(here.places.memory, name), edited);
    value(await acceptNamed(here, ['B', { supersedes: ['A'] }]));
    expect(await readFile(join(here.places.archive, name), 'utf8')).toBe(withStatus(edited, 'superseded'));
    expect(withStatus(edited, 'superseded').replace('superseded', 'accepted')).toBe(edited);
  });

  it.each(permutations(chain).map((order) => ({ order })))(
    'ends the same in any order, at once and one after the other ($order)',
    async ({ order }) => {
      const [atOnce, inTurn] = [await scene(), await scene()];
      value(await acceptNamed(atOnce, ...order));
      for (const one of order) value(await acceptNamed(inTurn, one));
      const end = { A: 'archive superseded', B: 'archive superseded', C: 'memory accepted' };
      expect(await whereabouts(atOnce)).toEqual(end);
      expect(await readTree(inTurn.root)).toEqual(await readTree(atOnce.root));
    },
  );

  it('leaves what only waits, and what nobody knows, alone', async () => {
    const here = await scene();
    await propose(here, 'A');
    value(await acceptNamed(here, ['B', { supersedes: ['A', 'UNKNOWN'] }]));
    expect(await whereabouts(here)).toEqual({ A: 'proposed proposed', B: 'memory accepted' });
  });

  it('puts two that supersede each other both away, and never one that names itself', async () => {
    const here = await scene();
    value(
      await acceptNamed(
        here,
        ['A', { supersedes: ['B'] }],
        ['B', { supersedes: ['A'] }],
        ['S', { supersedes: ['S'] }],
      ),
    );
    expect(await whereabouts(here)).toEqual({
      A: 'archive superseded',
      B: 'archive superseded',
      S: 'memory accepted',
    });
  });

  it('names the file where the superseded record cannot be read, and writes nothing', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['ABCDEF', {}]));
    const path = join(here.places.memory, `${recordOf('ABCDEF', 'accepted').name}.md`);
    await writeFile(path, 'broken by hand');
    const before = await readTree(here.root);
    const b = await propose(here, 'B', { supersedes: ['ABCDEF'] });
    expect(problem(await here.reviewer.accept([b]))).toMatchObject({ kind: 'invalid', path });
    expect(await readTree(here.root)).toMatchObject(before);
  });
});

describe('accepting what is past already', () => {
  it.each([
    ['superseded', 'archive superseded'],
    ['deprecated', 'archive retired'],
    ['rejected', 'archive retired'],
    ['proposed', 'memory accepted'],
    ['accepted', 'memory accepted'],
  ] as const)('%s → %s', async (standing, end) => {
    const here = await scene();
    value(await acceptNamed(here, ['A', { standing }]));
    expect(await whereabouts(here)).toEqual({ A: end });
    expect((await readFile(here.places.index, 'utf8')).includes('Use A')).toBe(end.startsWith('memory'));
  });

  it.each(['rejected', 'proposed'] as const)('a %s decision takes the place of nothing', async (standing) => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    value(await acceptNamed(here, ['B', { standing, supersedes: ['A'] }]));
    expect((await whereabouts(here))['A']).toBe('memory accepted');
  });
});

describe('what somebody else did meanwhile', () => {
  it('takes a proposal away that was accepted elsewhere with the same text', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    const path = join(here.places.memory, `${recordOf('A', 'accepted').name}.md`);
    const before = await readFile(path);
    value(await acceptNamed(here, ['A', {}]));
    expect(await readFile(path)).toEqual(before);
    expect(await whereabouts(here)).toEqual({ A: 'memory accepted' });
  });

  it.each([
    ['accepted with other text', 'memory', 'Another body.'],
    ['retired', 'archive', undefined],
  ] as const)('asks where the record was %s, and overwrites nothing', async (_what, place, body) => {
    const here = await scene();
    value(await acceptNamed(here, ['A', body === undefined ? {} : { body }]));
    if (place === 'archive') value(await here.reviewer.retire([idOf('A')]));
    const a = await propose(here, 'A');
    const before = await readTree(here.root);
    const name = `${recordOf('A', 'accepted').name}.md`;
    const refused = problem(await here.reviewer.accept([a]));
    expect(refused).toMatchObject({ kind: 'conflict', path: join(here.places[place], name) });
    expect(refused?.message).toMatch(/reject/);
    expect(await readTree(here.root)).toEqual(before);
  });

  it('overwrites no file of somebody that has the name of the record', async () => {
    const here = await scene();
    const a = await propose(here, 'A');
    const path = join(here.places.memory, basename(a.path));
    await put(path, 'mine');
    expect(problem(await here.reviewer.accept([a]))).toMatchObject({ kind: 'conflict', path });
    expect(await readFile(path, 'utf8')).toBe('mine');
  });

  it('refuses bytes that are not UTF-8 instead of changing them', async () => {
    const here = await scene();
    const a = await propose(here, 'A');
    await writeFile(a.path, Buffer.concat([await readFile(a.path), Buffer.from([0xff, 0x0a])]));
    expect(problem(await here.reviewer.accept([a]))).toMatchObject({ kind: 'invalid', path: a.path });
  });

  it('takes both copies of one record away', async () => {
    const here = await scene();
    await propose(here, 'A', { place: 'machineInbox' });
    value(await acceptNamed(here, ['A', {}]));
    expect(await whereabouts(here)).toEqual({ A: 'memory accepted' });
    await propose(here, 'R', { place: 'machineInbox' });
    value(await here.reviewer.reject([await propose(here, 'R')]));
    expect(await whereabouts(here)).toEqual({ A: 'memory accepted' });
  });

  it('asks about a file with unsaved edits that a supersession would move', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    const path = join(here.places.memory, `${recordOf('A', 'accepted').name}.md`);
    here.unsaved.add(path);
    expect(problem(await acceptNamed(here, ['B', { supersedes: ['A'] }]))).toMatchObject({
      kind: 'unsaved',
      path,
    });
  });
});

describe('text written by hand into a generated file', () => {
  it.each(['index', 'delivery'] as const)('is kept and told of (%s)', async (file) => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    const path = here.places[file];
    const byHand = `${await readFile(path, 'utf8')}- Never deploy on a Friday\n`;
    await writeFile(path, byHand);
    const entry = value(await acceptNamed(here, ['B', {}]));
    expect(await readFile(path, 'utf8')).not.toContain('Friday');
    expect(entry.note).toContain(basename(path));
    const kept = /kept in (\S+)\. /.exec(entry.note ?? '')?.[1] ?? '';
    expect(await readFile(kept, 'utf8')).toBe(byHand);
    expect((await here.ledger.entries()).at(-1)?.note).toBe(entry.note);
  });

  it('is told of where a line about a record was edited', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}]));
    await writeFile(here.places.index, (await readFile(here.places.index, 'utf8')).replace('Use A', 'Use Z'));
    expect(value(await here.reviewer.regenerate())?.note).toContain('MEMORY.md');
  });

  it('is not claimed where nobody wrote: records that changed, a union merge, a file that was taken away', async () => {
    const here = await scene();
    value(await acceptNamed(here, ['A', {}], ['B', {}]));
    const both = await readFile(here.places.index, 'utf8');
    const a = join(here.places.memory, `${recordOf('A', 'accepted').name}.md`);
    await writeFile(a, (await readFile(a, 'utf8')).replace('Use A', 'Use another A'));
    expect(value(await here.reviewer.regenerate())?.note).toBeUndefined();
    value(await here.reviewer.retire([idOf('B')]));
    await writeFile(
      here.places.index,
      `${await readFile(here.places.index, 'utf8')}${both.split('\n').find((line) => line.includes('Use B'))}\n`,
    );
    expect(value(await here.reviewer.regenerate())?.note).toBeUndefined();
    await rm(here.places.index);
    expect(value(await here.reviewer.regenerate())?.note).toBeUndefined();
  });

  it('stays where a person took the delivery file over', async () => {
    const here = await scene();
    await writeFile(here.places.delivery, 'mine now\n');
    const entry = value(await acceptNamed(here, ['A', {}]));
    expect(await readFile(here.places.delivery, 'utf8')).toBe('mine now\n');
    expect(entry.note).toBeUndefined();
  });
});
