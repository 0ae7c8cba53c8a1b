import { readFile, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { SearchHit } from '../../../src/memory/search/search.ts';
import type { MemoryWorkspace } from '../../../src/memory/workspace/memory-workspace.ts';
import { makeEditPlace } from '../workspace/edit-place.ts';

async function setUp(
  workspace: MemoryWorkspace,
  place: 'repository' | 'private' = 'repository',
): Promise<void> {
  const plan = await workspace.planSetUp({
    place,
    claudeRules: true,
    agentsPointer: true,
    capture: 'proposed',
  });
  expect(plan.ok && (await workspace.apply(plan.value)).ok).toBe(true);
}

async function propose(workspace: MemoryWorkspace, title: string, body: string): Promise<string> {
  const draft = {
    kind: 'decision',
    title,
    body,
    source: 'person:Mara <mara@example.invalid>',
    group: 'person',
  } as const;
  const proposed = await workspace.propose(draft);
  if (!proposed.ok) throw new Error(proposed.error.message);
  return proposed.value.id;
}

/** Watchers tell in their own time. */
async function eventually(
  workspace: MemoryWorkspace,
  query: string,
  count: number,
): Promise<readonly SearchHit[]> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const hits = await workspace.search(query);
    if (hits.length === count) return hits;
    if (Date.now() > deadline) throw new Error(`${query} is found ${hits.length} times, not ${count}.`);
    await delay(20);
  }
}

describe('search in a workspace', () => {
  it('finds entries and files of the hierarchy, with what loads', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '# Harbor\n\n- Tests run with node\n');
    await place.write('packages/dock/CLAUDE.md', '# Dock\n\n- Cranes are tested by hand\n');
    const workspace = await place.open();
    const hits = await workspace.search('tested');
    expect(hits.map(({ path, line, state }) => ({ path, line, state }))).toEqual([
      { path: place.path('CLAUDE.md'), line: 2, state: 'loaded' },
      { path: place.path('packages/dock/CLAUDE.md'), line: 2, state: 'on-demand' },
    ]);
    expect(await workspace.search('dock claude.md')).toMatchObject([{ kind: 'file' }, {}, {}]);
  });

  it('finds a proposal as proposed and, once accepted, as a record; the delivery file does not answer again', async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    await setUp(workspace);
    const id = await propose(
      workspace,
      'Store sessions in SQLite',
      'Store sessions in SQLite.\n\n**Why:** files were slow.',
    );
    const [proposed] = await workspace.search('slow files');
    expect(proposed).toMatchObject({ kind: 'proposal', id, place: 'decision', state: 'proposed' });
    const line = (await readFile(proposed?.path ?? '', 'utf8')).split('\n')[proposed?.line ?? 0];
    expect(line).toContain('files were slow');
    await workspace.accept([id]);
    const hits = await workspace.search('sessions SQLite');
    expect(hits.map(({ kind, state }) => ({ kind, state }))).toEqual([{ kind: 'record', state: 'accepted' }]);
  });

  it('sees every change where nothing is watched', async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    expect(await workspace.search('lighthouse')).toEqual([]);
    await place.write('CLAUDE.md', '- The lighthouse blinks\n');
    expect(await workspace.search('lighthouse')).toHaveLength(1);
    await place.write('CLAUDE.md', '- The buoy blinks\n');
    expect(await workspace.search('lighthouse')).toEqual([]);
    await rm(place.path('CLAUDE.md'));
    expect(await workspace.search('buoy')).toEqual([]);
  });

  it('follows the disk where it is watched', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '- The lighthouse blinks\n');
    const workspace = await place.open();
    await setUp(workspace);
    workspace.watch();
    await eventually(workspace, 'lighthouse', 1);
    await place.write('CLAUDE.md', '- The buoy blinks\n');
    await eventually(workspace, 'buoy', 1);
    expect(await workspace.search('lighthouse')).toEqual([]);
    await propose(workspace, 'Moor ships at night', 'Moor ships at night.');
    expect(await workspace.search('moor')).toMatchObject([{ kind: 'proposal' }]);
  });

  it('reads nothing outside the folder in Restricted Mode', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '- Inside of the harbor\n');
    await place.write('~/.claude/CLAUDE.md', '- Outside of the harbor\n');
    const trusted = await place.open();
    await setUp(trusted, 'private');
    await trusted.accept([await propose(trusted, 'Private harbor', 'Private harbor.')]);
    await propose(trusted, 'Waiting harbor', 'Waiting harbor.');
    const seen = (await trusted.search('harbor')).map(({ kind, title }) => `${kind} ${title}`);
    expect(seen.sort()).toEqual([
      'entry Inside of the harbor',
      'entry Outside of the harbor',
      'proposal Waiting harbor',
      'record Private harbor',
    ]);
    const restricted = await place.open({ trusted: false });
    const shown = (await restricted.search('harbor')).map(({ kind, title }) => `${kind} ${title}`);
    expect(shown).toEqual(['entry Inside of the harbor']);
  });

  it('answers nothing to a question that was taken back, and many at once each with its own', async () => {
    const place = await makeEditPlace();
    await place.write('CLAUDE.md', '- tea\n\n- milk\n\n- sugar\n');
    const workspace = await place.open();
    expect(await workspace.search('tea', { signal: AbortSignal.abort() })).toEqual([]);
    const asked = ['tea', 'milk', 'sugar', 'salt'];
    const answers = await Promise.all(asked.map((word) => workspace.search(word)));
    expect(answers.map((hits) => hits.map(({ excerpt }) => excerpt))).toEqual([
      ['tea'],
      ['milk'],
      ['sugar'],
      [],
    ]);
  });
});
