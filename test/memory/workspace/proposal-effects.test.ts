import { describe, expect, it } from 'vitest';
import type { MemoryWorkspace, RecordDraft } from '../../../src/memory/workspace/memory-workspace.ts';
import { makeEditPlace, value } from './edit-place.ts';

async function setUp(
  workspace: MemoryWorkspace,
  place: 'repository' | 'private' = 'repository',
): Promise<void> {
  const options = { place, claudeRules: true, agentsPointer: false, capture: 'proposed' } as const;
  value(await workspace.apply(value(await workspace.planSetUp(options))));
}

const draft: RecordDraft = {
  kind: 'decision',
  title: 'Boats are named by their hull number',
  body: 'Boats are named by their hull number.\n\n**Why:** names change when boats are sold.',
  source: 'person:Mara <mara@example.invalid>',
  group: 'person',
};

describe('what accepting a proposal would change', () => {
  // Which of two of one moment comes first is chance: both ways have to be right.
  it('is exactly what accepting it changes', { repeats: 3 }, async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    await setUp(workspace);
    await workspace.accept([value(await workspace.propose({ ...draft, title: 'First', body: 'First.' })).id]);
    const before = new Map<string, readonly string[]>();
    for (const file of ['.varve/memory/MEMORY.md', '.claude/rules/varve.md'])
      before.set(place.path(file), (await place.read(file)).split('\n'));
    const { id } = value(await workspace.propose(draft));
    const [effect] = await workspace.effects();
    expect(effect).toMatchObject({ proposal: id, replaces: [] });
    expect(effect?.lines).toHaveLength(2);
    value(await workspace.accept([id]));
    for (const { path, line, text } of effect?.lines ?? []) {
      const now = (await place.read(path.slice(place.root.length + 1))).split('\n');
      expect(now).toEqual(before.get(path)?.toSpliced(line, 0, text));
    }
    expect(await place.read(effect?.target.slice(place.root.length + 1) ?? '')).toContain('hull number');
  });

  it('leaves out a delivery file that a person took over', async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    await setUp(workspace);
    await place.write('.claude/rules/varve.md', 'My own rules.\n');
    await workspace.propose(draft);
    const [effect] = await workspace.effects();
    expect(effect?.lines.map(({ path }) => path)).toEqual([place.path('.varve/memory/MEMORY.md')]);
  });
});

describe('the commit a proposal came from', () => {
  it('is shown with its patch, also when it was rebased', async () => {
    const place = await makeEditPlace();
    await place.write('a.txt', 'one\n');
    place.git('add', '.');
    place.git('commit', '-q', '-m', 'Begin');
    const workspace = await place.open();
    await setUp(workspace);
    await place.write('dates.txt', 'UTC\n');
    place.git('add', 'dates.txt');
    place.git('commit', '-q', '-m', 'Decision: keep dates in UTC because servers differ');
    value(await workspace.capture());
    const [proposal] = await workspace.proposals();
    const shown = value(await workspace.evidenceCommit(proposal?.id ?? ''));
    expect(shown).toMatch(/^commit [0-9a-f]{40}\n/);
    expect(shown).toContain('+UTC');
    // Another committer and another time make another commit of the same patch.
    place.git('-c', 'user.name=Else', 'commit', '-q', '--amend', '--no-edit');
    expect(value(await workspace.evidenceCommit(proposal?.id ?? ''))).toContain('+UTC');
  });

  it('is refused with a sentence where there is none', async () => {
    const place = await makeEditPlace();
    const workspace = await place.open();
    await setUp(workspace);
    const { id } = value(await workspace.propose(draft));
    expect(await workspace.evidenceCommit(id)).toMatchObject({ ok: false, error: { kind: 'not-found' } });
    expect(await workspace.evidenceCommit('nobody')).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
  });
});

describe('a record by hand', () => {
  it('is kept without a repository where memory is private', async () => {
    const place = await makeEditPlace();
    const folder = place.path('~/notes');
    await place.write('~/notes/readme.txt', 'No git here.\n');
    const workspace = await place.open({ folder });
    await setUp(workspace, 'private');
    const proposal = value(await workspace.propose({ ...draft, source: await workspace.person() }));
    expect(proposal.group).toBe('person');
    expect(proposal.path.startsWith(workspace.stateDirectory)).toBe(true);
    value(await workspace.accept([proposal.id]));
    expect((await workspace.records()).map(({ description }) => description)).toEqual([draft.title]);
  });
});
