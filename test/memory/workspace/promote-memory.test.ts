import { describe, expect, it } from 'vitest';
import { projectSlug } from '../../../src/memory/hierarchy/places.ts';
import { snapshotTree } from '../../fakes/snapshot-tree.ts';
import { type EditPlace, makeEditPlace, problem, value } from './edit-place.ts';

const topic = `---
name: tests-need-docker
description: Integration tests need Docker to run
metadata:
  node_type: memory
  type: feedback
  originSessionId: 6e0c2c4e-0000-4000-8000-000000000000
---
Start Docker before the integration tests.

**Why:** they use a real database.
`;

function autoPath(place: EditPlace, name: string): string {
  return `~/.claude/projects/${projectSlug(place.root)}/memory/${name}`;
}

async function withAutoMemory(): Promise<EditPlace> {
  const place = await makeEditPlace();
  await place.write('CLAUDE.md', '- mine\n');
  await place.write(autoPath(place, 'tests-need-docker.md'), topic);
  await place.write(
    autoPath(place, 'MEMORY.md'),
    '- [Docker](tests-need-docker.md) — for tests\n- Deploys happen on Friday\n',
  );
  return place;
}

describe('promoting auto memory', () => {
  it('proposes a record that names its origin; the original stays; accept and undo work', async () => {
    const place = await withAutoMemory();
    const workspace = await place.open();
    const path = place.path(autoPath(place, 'tests-need-docker.md'));
    const claude = await snapshotTree(place.path('~/.claude'));
    const before = await snapshotTree(place.root);
    const proposal = value(await workspace.edits.promote({ path }));
    expect(proposal).toMatchObject({ origin: 'agent', group: 'other agent', place: 'machine' });
    expect(proposal.record).toMatchObject({
      kind: 'convention',
      status: 'proposed',
      description: 'Integration tests need Docker to run',
      body: 'Start Docker before the integration tests.\n\n**Why:** they use a real database.',
    });
    expect(proposal.evidence).toMatchObject({
      source: 'agent:Claude Code auto memory',
      evidence: [{ path: 'tests-need-docker.md' }],
    });
    expect(JSON.stringify(proposal.evidence)).not.toContain(place.home);
    expect(proposal.evidence.reason).toContain('tests-need-docker.md');
    expect(problem(await workspace.edits.promote({ path })).message).toMatch(/waits for review/);
    value(await workspace.undo());
    expect(await workspace.proposals()).toEqual([]);
    expect(await snapshotTree(place.root)).toEqual(before);
    const again = value(await workspace.edits.promote({ path, kind: 'gotcha' }));
    value(await workspace.accept([again.id]));
    expect((await workspace.records()).map(({ kind, status }) => [kind, status])).toEqual([
      ['gotcha', 'accepted'],
    ]);
    expect(problem(await workspace.edits.promote({ path })).message).toMatch(/is in project memory already/);
    expect(await snapshotTree(place.path('~/.claude'))).toEqual(claude);
  });

  it('takes the topic file that an index line names, and the line itself where it names none', async () => {
    const place = await withAutoMemory();
    const workspace = await place.open();
    const index = autoPath(place, 'MEMORY.md');
    const [first, second] = [await place.piece(workspace, index, 1), await place.piece(workspace, index, 2)];
    const drafts = [
      value(await workspace.edits.planPromotion(first)),
      value(await workspace.edits.planPromotion(second)),
    ];
    expect(drafts.map(({ title, kind, body }) => [title, kind, body.split('\n')[0]])).toEqual([
      ['Integration tests need Docker to run', 'convention', 'Start Docker before the integration tests.'],
      ['Deploys happen on Friday', 'decision', 'Deploys happen on Friday'],
    ]);
    const whole = await workspace.edits.planPromotion({ path: place.path(index) });
    expect(problem(whole).message).toMatch(/is an index/);
  });

  it('refuses a secret, one’s own file, a file that is gone, and Restricted Mode', async () => {
    const place = await withAutoMemory();
    await place.write(autoPath(place, 'key.md'), `The key is ghp_${'a1B2'.repeat(9)}\n`);
    const workspace = await place.open();
    const promote = (path: string) => workspace.edits.promote({ path: place.path(path) });
    expect(problem(await promote(autoPath(place, 'key.md'))).kind).toBe('secret');
    expect(problem(await promote('CLAUDE.md')).message).toMatch(/are moved, not promoted/);
    expect(problem(await promote(autoPath(place, 'none.md'))).kind).toBe('changed-meanwhile');
    const restricted = await place.open({ trusted: false });
    const path = place.path(autoPath(place, 'tests-need-docker.md'));
    expect(problem(await restricted.edits.promote({ path })).kind).toBe('restricted');
  });
});
