import { describe, expect, it } from 'vitest';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { type EditPlace, makeEditPlace, value } from './edit-place.ts';

async function setUpPlace(): Promise<{ readonly place: EditPlace; readonly workspace: MemoryWorkspace }> {
  const place = await makeEditPlace();
  await place.write('src/search.ts', 'export const search = 1;\n');
  await place.write('docs/notes.md', '# Notes\n\nNothing yet.\n');
  place.git('add', '-A');
  place.git('commit', '-q', '-m', 'Start');
  const workspace = await place.open();
  const choice = {
    place: 'repository',
    claudeRules: true,
    agentsPointer: true,
    capture: 'proposed',
  } as const;
  value(await workspace.apply(value(await workspace.planSetUp(choice))));
  place.git('add', '-A');
  place.git('commit', '-q', '-m', 'Set up');
  value(await workspace.capture());
  return { place, workspace };
}

const stated = '// We decided to use SQLite for search because the index was nine times larger.\n';

describe('a save', () => {
  it('proposes what its uncommitted lines state in so many words, once, and the commit joins it', async () => {
    const { place, workspace } = await setUpPlace();
    await place.write('src/search.ts', `${stated}export const search = 2;\n`);
    const proposal = value(await workspace.sources.saved(place.path('src/search.ts')));
    expect(proposal).toMatchObject({ place: 'machine', origin: 'owner', group: 'person' });
    expect(proposal?.record.description).toMatch(/^Use SQLite for search; the index was nine times larger/i);
    expect(proposal?.evidence).toMatchObject({
      rule: 'stated-decision',
      anchors: [{ path: 'src/search.ts' }],
      evidence: [{ path: 'src/search.ts', text: stated.slice(3).trim() }],
    });
    // A burst of saves, and the same line with more around it.
    await place.write('src/search.ts', `${stated}export const search = 3;\n`);
    const again = [1, 2, 3].map(() => workspace.sources.saved(place.path('src/search.ts')));
    expect((await Promise.all(again)).map(value)).toEqual([undefined, undefined, undefined]);
    place.git('commit', '-q', '-am', 'Search in SQLite');
    value(await workspace.capture());
    const all = await workspace.proposals();
    expect(all.map(({ id }) => id)).toEqual([proposal?.id]);
    expect(all[0]?.origin).toBe('owner');
  });

  it('is not asked again once rejected, neither by a save nor by its commit', async () => {
    const { place, workspace } = await setUpPlace();
    await place.write('src/search.ts', `${stated}export const search = 2;\n`);
    const proposal = value(await workspace.sources.saved(place.path('src/search.ts')));
    value(await workspace.reject([proposal?.id ?? '']));
    expect(value(await workspace.sources.saved(place.path('src/search.ts')))).toBeUndefined();
    place.git('commit', '-q', '-am', 'Search in SQLite');
    value(await workspace.capture());
    expect(await workspace.proposals()).toEqual([]);
  });

  it('is quiet about what was committed, only looks like a decision, is memory, or is outside', async () => {
    const { place, workspace } = await setUpPlace();
    const quiet: readonly (readonly [path: string, text: string])[] = [
      ['src/search.ts', '// Use SQLite instead of a map because it is smaller.\nexport const search = 1;\n'],
      ['docs/notes.md', '# Notes\n\nShould we decide to use SQLite because it is smaller?\n'],
      ['CLAUDE.md', stated.slice(3)],
      ['~/elsewhere.ts', stated],
      ['src/data.bin', `\0${stated}`],
    ];
    for (const [path, text] of quiet) {
      await place.write(path, text);
      expect([path, value(await workspace.sources.saved(place.path(path)))]).toEqual([path, undefined]);
    }
    await place.write('src/search.ts', stated);
    place.git('commit', '-q', '-am', 'wip');
    expect(value(await workspace.sources.saved(place.path('src/search.ts')))).toBeUndefined();
  });
});

describe('a check that passes again', () => {
  it('is a milestone bound to the tree, one a day', async () => {
    const { place, workspace } = await setUpPlace();
    const proposal = value(await workspace.sources.passedAgain('npm test'));
    expect(proposal).toMatchObject({ record: { kind: 'milestone', description: 'npm test passes again' } });
    expect(proposal?.evidence.evidence).toEqual([
      {
        check: 'npm test',
        tree: place.git('rev-parse', 'HEAD^{tree}').trim(),
        exit: 0,
        at: '2026-03-02T00:00:00.000Z',
      },
    ]);
    expect(value(await workspace.sources.passedAgain('npm test'))).toBeUndefined();
    expect(value(await workspace.sources.passedAgain('npm run lint'))).toBeDefined();
  });

  it('says nothing with changes that are not committed, but for its own proposals', async () => {
    const { place, workspace } = await setUpPlace();
    await place.write('src/search.ts', 'export const search = 9;\n');
    expect(value(await workspace.sources.passedAgain('npm test'))).toBeUndefined();
    place.git('checkout', '-q', '--', 'src/search.ts');
    await place.write('.varve/proposed/decision-x.md', 'anything\n');
    expect(value(await workspace.sources.passedAgain('npm test'))).toBeDefined();
  });
});
