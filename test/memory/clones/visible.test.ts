import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { bob, type Clone, capture, decide, only, serverWithMemory, unwrap } from './clone-places.ts';

// Dozens of git processes each, on a machine that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** Bob's commit on a branch of the server, as Ada sees it: by somebody else, so it waits on her machine. */
async function othersBranch(): Promise<{ readonly here: Clone; readonly there: Clone; readonly id: string }> {
  const { server, first: here } = await serverWithMemory();
  const there = await server.clone(bob);
  there.git('checkout', '-q', '-b', 'topic');
  await decide(there, 'better-sqlite3');
  there.git('push', '-q', 'origin', 'topic');
  here.git('fetch', '-q');
  here.git('checkout', '-q', 'topic');
  const [proposal, ...others] = await capture(here);
  expect(others).toEqual([]);
  expect(proposal).toMatchObject({ place: 'machine', origin: 'untrusted', group: 'commit' });
  return { here, there, id: proposal?.id ?? '' };
}

async function shown(clone: Clone): Promise<readonly string[]> {
  return (await clone.workspace.proposals()).map(({ id }) => id);
}

describe('a proposal from another’s commit shows', () => {
  test('on branches that have the commit, and comes back with a merge', async () => {
    const { here, id } = await othersBranch();
    expect(await shown(here)).toEqual([id]);
    here.git('checkout', '-q', 'main');
    expect(await shown(here)).toEqual([]);
    here.git('merge', '-q', '--no-ff', '--no-edit', 'topic');
    expect(await shown(here)).toEqual([id]);
  });

  const ways: readonly [string, (clone: Clone) => void][] = [
    ['a rebase', (clone) => void clone.git('rebase', '-q', 'main')],
    [
      'a cherry-pick',
      (clone) => {
        clone.git('checkout', '-q', 'main');
        clone.git('cherry-pick', 'topic');
      },
    ],
    ['an amended message', (clone) => void clone.git('commit', '-q', '--amend', '-m', 'Say it otherwise')],
    [
      'a squash of one commit',
      (clone) => {
        clone.git('checkout', '-q', 'main');
        clone.git('merge', '-q', '--squash', 'topic');
        clone.git('commit', '-q', '-m', `All at once\n\n${clone.git('log', '-1', '--format=%B', 'topic')}`);
      },
    ],
    [
      'mail',
      (clone) => {
        const mail = clone.git('format-patch', '-1', '-o', '.git', 'topic');
        clone.git('checkout', '-q', 'main');
        clone.git('am', '-q', mail);
      },
    ],
  ];
  test.each(ways)('after %s', async (_name, move) => {
    const { here, id } = await othersBranch();
    here.git('checkout', '-q', 'main');
    await here.write('other.txt', 'x\n');
    here.commit('Something else');
    here.git('checkout', '-q', 'topic');
    move(here);
    here.git(
      'branch',
      '-q',
      '-D',
      here.tryGit('rev-parse', '--abbrev-ref', 'HEAD').said.trim() === 'main' ? 'topic' : 'main',
    );
    expect(await shown(here)).toEqual([id]);
    // The same commit once more is the same record, so nothing new is proposed.
    expect(await capture(here)).toEqual([]);
  });

  test('not where the change was reset away', async () => {
    const { here } = await othersBranch();
    here.git('reset', '-q', '--hard', 'HEAD~1');
    expect(await shown(here)).toEqual([]);
  });

  test('in the worktree that has it, not in the one beside', async () => {
    const { here, id } = await othersBranch();
    here.git('worktree', 'add', '-q', '../beside', 'main');
    const beside = await here.again(join(dirname(here.root), 'beside'));
    expect(await shown(beside)).toEqual([]);
    expect(await shown(here)).toEqual([id]);
  });

  test('after the folder was renamed', async () => {
    const { here, id } = await othersBranch();
    const moved = join(dirname(here.root), 'elsewhere', 'harbor-2');
    await mkdir(dirname(moved));
    await rename(here.root, moved);
    expect(await shown(await here.again(moved))).toEqual([id]);
  });
});

describe('what always shows', () => {
  test('is what a person proposed, on every branch', async () => {
    const { here } = await othersBranch();
    const draft = {
      kind: 'gotcha',
      title: 'The tide is wrong',
      body: 'The tide is wrong.',
      source: 'person:Ada <ada@example.org>',
      group: 'person',
    } as const;
    const { id } = unwrap(await here.workspace.propose(draft));
    here.git('checkout', '-q', 'main');
    expect(await shown(here)).toEqual([id]);
  });

  test('is what git does not let us judge', async () => {
    const { here, id } = await othersBranch();
    here.git('checkout', '-q', 'main');
    const first = here.git('rev-parse', 'main~1');
    await here.remove(`.git/objects/${first.slice(0, 2)}/${first.slice(2)}`);
    expect(await shown(here)).toEqual([id]);
  });
});

describe('a proposal in the working tree', () => {
  test('goes with the branch and with a stash, and comes back', async () => {
    const { first: here } = await serverWithMemory();
    here.git('checkout', '-q', '-b', 'topic');
    await decide(here, 'better-sqlite3');
    const [{ id, place } = { id: '', place: '' }] = await capture(here);
    expect(place).toBe('repository');
    here.git('stash', '-q', '--include-untracked');
    expect(await shown(here)).toEqual([]);
    here.git('stash', 'pop', '-q');
    expect(await shown(here)).toEqual([id]);
    here.commit('Proposals');
    here.git('checkout', '-q', 'main');
    expect(await shown(here)).toEqual([]);
    here.git('checkout', '-q', 'topic');
    expect((await only(await here.again())).id).toBe(id);
  });

  test('hides its double on this machine, and neither shows once it was decided', async () => {
    const { here, there, id } = await othersBranch();
    await capture(there);
    there.commit('Proposals');
    there.git('push', '-q', 'origin', 'topic');
    here.git('pull', '-q');
    expect(await only(here)).toMatchObject({ id, place: 'repository', origin: 'untrusted' });
    unwrap(await there.workspace.accept([id]));
    there.commit('Accept');
    there.git('push', '-q', 'origin', 'topic');
    here.git('pull', '-q');
    expect(await only(here)).toMatchObject({ id, group: 'arrived' });
  });

  test('that was rejected here does not come back with another branch', async () => {
    const { first: here } = await serverWithMemory();
    await decide(here, 'better-sqlite3');
    const [{ id } = { id: '' }] = await capture(here);
    here.commit('Proposals');
    here.git('branch', 'other');
    unwrap(await here.workspace.reject([id]));
    here.commit('Reject');
    here.git('checkout', '-q', 'other');
    expect(await shown(here)).toEqual([]);
    here.git('checkout', '-q', 'main');
    unwrap(await here.workspace.undo());
    expect(await shown(here)).toEqual([id]);
  });
});
