import { describe, expect, it, vi } from 'vitest';
import type { Proposal } from '../../src/memory/inbox/proposal.ts';
import { evidenceLine, inboxRows } from '../../src/views/inbox/inbox-rows.ts';

vi.mock('vscode', () => import('../fakes/vscode.ts'));

const NOW = Date.parse('2026-11-22T12:00:00.000Z');

function proposal(id: string, rest: Partial<Proposal> = {}, modified = '2026-11-22T10:00:00.000Z'): Proposal {
  return {
    id,
    record: {
      id,
      kind: 'decision',
      status: 'proposed',
      name: id,
      description: `Decide ${id}`,
      modified,
      body: '',
    },
    evidence: {
      version: 1,
      id,
      source: 'commit:Ada <a@b>',
      supersedes: [],
      requirements: [],
      anchors: [],
      evidence: [],
    },
    origin: 'owner',
    place: 'repository',
    path: `/r/.varve/proposed/${id}.md`,
    group: 'commit',
    ...rest,
  };
}

describe('the rows of the Inbox', () => {
  it('stand by source, newest first', () => {
    const rows = inboxRows(
      [
        {
          folder: '/r',
          name: 'r',
          proposals: [
            proposal('old', {}, '2026-11-20T10:00:00.000Z'),
            proposal('new'),
            proposal('run', { group: 'run', origin: 'agent' }),
          ],
          unreadable: [],
        },
      ],
      NOW,
    );
    expect(rows.map(({ label, children }) => [label, children?.map((row) => row.label)])).toEqual([
      ['From commits', ['Decide new', 'Decide old']],
      ['From runs', ['Decide run']],
    ]);
  });

  it('say who it came from where that is not the owner', () => {
    const describe = (one: Proposal) =>
      inboxRows([{ folder: '/r', name: 'r', proposals: [one], unreadable: [] }], NOW)[0]?.children?.[0]
        ?.description;
    expect(describe(proposal('a'))).toBe('Decision · 2 h ago');
    expect(describe(proposal('a', { origin: 'untrusted' }))).toBe('Decision · 2 h ago · by somebody else');
  });

  it('keep a proposal that an edit broke in sight, with the reason', () => {
    const unreadable = [{ path: '/r/.varve/proposed/decision-x.md', message: 'It has no front matter.' }];
    const [group] = inboxRows([{ folder: '/r', name: 'r', proposals: [], unreadable }], NOW);
    expect(group).toMatchObject({ label: 'Cannot be read', description: '1' });
    expect(group?.children?.[0]).toMatchObject({
      label: 'decision-x.md',
      description: 'It has no front matter.',
      open: { kind: 'file', path: '/r/.varve/proposed/decision-x.md' },
    });
  });

  it('stand below their folder only where several have some', () => {
    const one = { folder: '/a', name: 'a', proposals: [proposal('x')], unreadable: [] };
    expect(inboxRows([one, { folder: '/b', name: 'b', proposals: [], unreadable: [] }], NOW)[0]?.label).toBe(
      'From commits',
    );
    expect(
      inboxRows([one, { folder: '/b', name: 'b', proposals: [proposal('y')], unreadable: [] }], NOW).map(
        ({ label }) => label,
      ),
    ).toEqual(['a', 'b']);
  });

  it('lead from evidence to its line in the code', () => {
    expect(evidenceLine({ path: 'src/a.ts', line: 7, text: ' // Decision: x ' })).toEqual({
      label: 'src/a.ts:7',
      detail: '// Decision: x',
      path: 'src/a.ts',
      line: 6,
    });
  });
});
