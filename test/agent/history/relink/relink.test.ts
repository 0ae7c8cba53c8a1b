import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refuseCandidates, relinkSessions } from '../../../../src/agent/history/relink/relink-sessions.ts';
import { relinksPath } from '../../../../src/agent/history/relink/relinks-file.ts';
import { readTree } from '../../../fakes/tree.ts';
import { filesOf, makeRelinkPlace, type RelinkPlace, session } from './relink-place.ts';

const SUBJECT = { kind: 'session', tool: 'claude-code', id: 'one' } as const;

describe('a session whose directory is there', () => {
  it('belongs to the repository there, known or not, from any folder in it, behind a link, or with no git', async () => {
    const place = await makeRelinkPlace();
    const [known, unknown] = [await place.repository('known'), await place.repository('unknown')];
    const { id } = await place.used(known);
    await symlink(known, place.path('link'));
    await mkdir(place.path('plain'));
    for (const cwd of [known, join(known, 'src'), place.path('link', 'src')])
      expect(await place.belonging({ cwd })).toMatchObject({
        kind: 'known',
        how: 'there',
        root: known,
        project: { id },
      });
    expect(await place.belonging({ cwd: unknown })).toEqual({ kind: 'known', how: 'there', root: unknown });
    expect(await place.belonging({ cwd: place.path('plain') })).toEqual({
      kind: 'known',
      how: 'there',
      root: place.path('plain'),
    });
  });

  it('of two directories that Claude Code gives one name belongs to the one it names itself', async () => {
    const place = await makeRelinkPlace();
    const [dashed, nested] = [await place.repository('a-b'), await place.repository('a', 'b')];
    const [first, second] = [await place.used(dashed), await place.used(nested)];
    expect(await place.belonging({ cwd: dashed })).toMatchObject({ root: dashed, project: { id: first.id } });
    expect(await place.belonging({ cwd: nested })).toMatchObject({
      root: nested,
      project: { id: second.id },
    });
    await rm(nested, { recursive: true });
    expect(await place.belonging({ cwd: nested })).toMatchObject({
      kind: 'known',
      project: { id: second.id },
    });
  });

  it('is asked about where another repository took the place of one that moved', async () => {
    const place = await makeRelinkPlace();
    const old = await place.repository('demo');
    const { id } = await place.used(old);
    await rename(old, place.path('demo-old'));
    await place.used(place.path('demo-old'));
    const fresh = await place.repository('demo');
    await place.used(fresh, 'new');
    const found = await place.belonging({ cwd: fresh });
    expect(found).toMatchObject({
      kind: 'ambiguous',
      candidates: [{ root: fresh }, { root: place.path('demo-old'), project: { id } }],
    });
  });
});

describe('a session whose directory was renamed or moved', () => {
  it('belongs to the project that was seen there, where Varve has seen it since', async () => {
    const place = await makeRelinkPlace();
    const old = await place.repository('demo');
    const { id } = await place.used(old);
    const moved = place.path('work', 'renamed');
    await mkdir(place.path('work'));
    await rename(old, moved);
    // Nobody has opened it: where it is can only be told from the open folder.
    expect(await place.belonging({ cwd: join(old, 'src') }, moved)).toMatchObject({
      kind: 'known',
      how: 'seen',
      root: moved,
      project: { id },
    });
    await place.used(moved);
    for (const cwd of [old, join(old, 'src')])
      expect(await place.belonging({ cwd })).toMatchObject({
        kind: 'known',
        how: 'seen',
        root: moved,
        project: { id },
      });
  });

  it('that Varve never saw is offered where commits, files or the name speak for it, and never decided', async () => {
    const place = await makeRelinkPlace();
    const old = await place.repository('demo');
    const commit = place.git(old, 'rev-parse', '--short', 'HEAD');
    await place.repository('other');
    const renamed = place.path('renamed');
    await rename(old, renamed);
    const cases = [{ commits: [commit] }, { files: filesOf(old) }];
    for (const traces of cases) {
      const found = await place.belonging({ cwd: join(old, 'src'), ...traces });
      expect(found).toMatchObject({ kind: 'ambiguous' });
      expect(found.kind === 'ambiguous' && found.candidates[0]?.root).toBe(renamed);
    }
    const [byCommit] = await candidatesOf(place, { cwd: old, commits: [commit] });
    expect(byCommit).toEqual({ root: renamed, why: 'It has 1 of the commits that the session names.' });
    expect(await place.belonging({ cwd: old })).toEqual({ kind: 'unknown' });
    expect(await place.belonging({ cwd: old, commits: ['0123456789abcdef'] })).toEqual({ kind: 'unknown' });
  });

  it('with directories above it is found by its files, whichever of them was its root', async () => {
    const place = await makeRelinkPlace();
    const old = await place.repository('gone', 'deep', 'demo');
    const moved = place.path('moved');
    await rename(old, moved);
    await rm(place.path('gone'), { recursive: true });
    const [first] = await candidatesOf(place, { cwd: join(old, 'src'), files: filesOf(old) }, moved);
    expect(first).toMatchObject({ root: moved, why: '2 of 2 files of the session stand there.' });
  });

  it('and whose folder in a repository is gone belongs to that repository where it was part of it', async () => {
    const place = await makeRelinkPlace();
    const root = await place.repository('demo');
    await place.write(join(root, 'old', 'a.ts'));
    place.git(root, 'add', '.');
    place.git(root, 'commit', '-q', '-m', 'Add old');
    place.git(root, 'rm', '-q', '-r', 'old');
    place.git(root, 'commit', '-q', '-m', 'Remove old');
    expect(await place.belonging({ cwd: join(root, 'old') })).toEqual({ kind: 'known', how: 'above', root });
    // A repository of somebody's home directory holds everything; that makes nothing part of it.
    expect(await place.belonging({ cwd: join(root, ':(glob)**') })).toEqual({ kind: 'unknown' });
    expect(await place.belonging({ cwd: join(root, 'never') })).toEqual({ kind: 'unknown' });
    const { id } = await place.used(root);
    expect(await place.belonging({ cwd: join(root, 'never') })).toEqual({ kind: 'unknown' });
    expect(await place.belonging({ cwd: join(root, 'old') })).toMatchObject({
      kind: 'known',
      root,
      project: { id },
    });
  });
});

describe('a session of a clone', () => {
  it('that is gone belongs to the project, which is in another clone now', async () => {
    const place = await makeRelinkPlace();
    const origin = await place.repository('origin');
    const [first, second] = [place.path('first'), place.path('second')];
    place.git(place.directory, 'clone', '-q', origin, first);
    const { id } = await place.used(first);
    place.git(place.directory, 'clone', '-q', origin, second);
    expect(await place.belonging({ cwd: first }, second)).toMatchObject({ root: first, project: { id } });
    await rm(first, { recursive: true });
    expect(await place.belonging({ cwd: first }, second)).toMatchObject({
      kind: 'known',
      root: second,
      project: { id },
    });
    // Nobody says that the other clone is of it.
    expect((await candidatesOf(place, { cwd: first })).map(({ root }) => root)).toEqual([second]);
    await place.used(second);
    expect(await place.belonging({ cwd: first })).toMatchObject({ root: second, project: { id } });
  });

  it('is offered a shallow clone by the remote alone: its commits and roots are not there', async () => {
    const place = await makeRelinkPlace();
    const origin = await place.repository('origin');
    const [first, shallow] = [place.path('first'), place.path('shallow')];
    const url = `file://${origin}`;
    place.git(place.directory, 'clone', '-q', url, first);
    const old = place.git(first, 'rev-parse', 'HEAD');
    const { id } = await place.used(first);
    place.git(origin, 'mv', 'origin.md', 'first.md');
    place.git(origin, 'mv', 'src', 'lib');
    place.git(origin, 'commit', '-q', '-m', 'Second');
    place.git(place.directory, 'clone', '-q', '--depth', '1', url, shallow);
    await rm(first, { recursive: true });
    const traces = { cwd: first, commits: [old], files: filesOf(first, 'origin') };
    const offered = await candidatesOf(place, traces, shallow);
    expect(offered.find(({ root }) => root === shallow)?.why).toBe('It has the same remote.');
    // The origin has the commit, so it is offered, too.
    expect(offered.map(({ root }) => root)).toEqual([origin, shallow]);
    await rm(origin, { recursive: true });
    expect(await candidatesOf(place, traces, shallow)).toHaveLength(1);
    await rm(shallow, { recursive: true });
    expect(await place.belonging(traces)).toMatchObject({ kind: 'known', how: 'seen', project: { id } });
    expect(await place.belonging(traces)).not.toHaveProperty('root');
  });

  it('or of its fork is asked about where both are there, and belongs to the one it was worked in', async () => {
    const place = await makeRelinkPlace();
    const origin = await place.repository('origin');
    const [own, fork] = [place.path('own'), place.path('fork')];
    for (const path of [own, fork]) place.git(place.directory, 'clone', '-q', origin, path);
    place.git(fork, 'remote', 'set-url', 'origin', 'https://example.org/fork.git');
    const commit = place.git(own, 'rev-parse', 'HEAD');
    const [first, second] = [await place.used(own), await place.used(fork, 'new')];
    expect(first.id).not.toBe(second.id);
    expect(await place.belonging({ cwd: own })).toMatchObject({ root: own, project: { id: first.id } });
    expect(await place.belonging({ cwd: fork })).toMatchObject({ root: fork, project: { id: second.id } });
    const third = place.path('elsewhere', 'third');
    const offered = await candidatesOf(place, {
      cwd: third,
      commits: [commit],
      files: filesOf(third, 'origin'),
    });
    expect(offered.map(({ root }) => root).toSorted()).toEqual([fork, origin, own].toSorted());
  });
});

describe('a session of a worktree that was removed', () => {
  it('belongs to its repository while git lists it, or Varve has seen it', async () => {
    const place = await makeRelinkPlace();
    const root = await place.repository('demo');
    const { id } = await place.used(root);
    const [deleted, removed] = [place.path('deleted'), place.path('removed')];
    for (const path of [deleted, removed]) place.git(root, 'worktree', 'add', '-q', path);
    await place.used(removed);
    await rm(deleted, { recursive: true });
    place.git(root, 'worktree', 'remove', removed);
    const expected = { kind: 'known', root, project: { id } };
    expect(await place.belonging({ cwd: join(deleted, 'src') })).toMatchObject({
      ...expected,
      how: 'worktree',
    });
    expect(await place.belonging({ cwd: removed })).toMatchObject({ ...expected, how: 'seen' });
    const standing = place.path('standing');
    place.git(root, 'worktree', 'add', '-q', standing);
    expect(await place.belonging({ cwd: standing })).toMatchObject({
      how: 'there',
      root: standing,
      project: { id },
    });
  });

  it('of a repository that is open and not known, and one that Claude Code made inside', async () => {
    const place = await makeRelinkPlace();
    const root = await place.repository('demo');
    const deleted = place.path('deleted');
    place.git(root, 'worktree', 'add', '-q', deleted);
    await rm(deleted, { recursive: true });
    expect(await place.belonging({ cwd: deleted }, root)).toEqual({ kind: 'known', how: 'worktree', root });
    const inside = join(root, '.claude', 'worktrees', 'brave-fox');
    expect(await place.belonging({ cwd: inside })).toEqual({ kind: 'known', how: 'worktree', root });
  });

  it('that nobody remembers is offered by its branch and commits', async () => {
    const place = await makeRelinkPlace();
    const root = await place.repository('demo');
    const gone = place.path('demo-wt');
    place.git(root, 'worktree', 'add', '-q', '-b', 'feature', gone);
    place.git(gone, 'commit', '-q', '--allow-empty', '-m', 'Work');
    const commit = place.git(gone, 'rev-parse', '--short=9', 'HEAD');
    place.git(root, 'worktree', 'remove', gone);
    const [offered] = await candidatesOf(place, { cwd: gone, commits: [commit], branch: 'feature' });
    expect(offered?.why).toBe('It has 1 of the commits that the session names; it has the branch.');
    const hostile = await place.belonging({
      cwd: gone,
      branch: '--upload-pack=touch /tmp/x',
      commits: ['$(id)'],
    });
    expect(hostile).toEqual({ kind: 'unknown' });
  });
});

describe('an answer', () => {
  async function renamed() {
    const place = await makeRelinkPlace();
    const old = await place.repository('demo');
    const files = filesOf(old);
    const now = place.path('renamed');
    await rename(old, now);
    return { place, old, now, files };
  }

  it('is asked for once, and holds for the session', async () => {
    const { place, old, now, files } = await renamed();
    const traces = { cwd: old, files };
    expect(await place.belonging(traces)).toMatchObject({ kind: 'ambiguous' });
    const done = await relinkSessions(place.around, { subject: SUBJECT, to: join(now, 'src') });
    expect(done).toMatchObject({ ok: true, value: { root: now } });
    expect(await place.belonging(traces)).toMatchObject({ kind: 'known', how: 'answered', root: now });
    expect(await place.belonging({ ...traces, id: 'two' })).toMatchObject({ kind: 'ambiguous' });
  });

  it('for a directory holds for all that was worked in at it or below, the nearest first, wherever it moves on', async () => {
    const { place, old, now } = await renamed();
    const other = await place.repository('other');
    const under = (directory: string) => ({ kind: 'under', directory }) as const;
    await relinkSessions(place.around, { subject: under(old), to: now });
    await relinkSessions(place.around, { subject: under(join(old, 'src')), to: other });
    expect(await place.belonging({ cwd: old })).toMatchObject({ how: 'answered', root: now });
    expect(await place.belonging({ cwd: join(old, 'docs') })).toMatchObject({ how: 'answered', root: now });
    expect(await place.belonging({ cwd: join(old, 'src', 'deep') })).toMatchObject({ root: other });
    expect(await place.belonging({ cwd: `${old}-2` })).toEqual({ kind: 'unknown' });
    await relinkSessions(place.around, { subject: SUBJECT, to: other });
    expect(await place.belonging({ cwd: old })).toMatchObject({ root: other });
    const moved = place.path('moved-on');
    await rename(now, moved);
    await place.used(moved);
    expect(await place.belonging({ cwd: join(old, 'docs'), id: 'two' })).toMatchObject({
      how: 'answered',
      root: moved,
    });
  });

  it('that it is none of them is not asked again, and can be changed', async () => {
    const { place, now } = await renamed();
    await place.used(now);
    const copy = place.path('copy-of-demo');
    const traces = { cwd: copy, files: filesOf(copy, 'demo') };
    const offered = await candidatesOf(place, traces);
    expect(offered.map(({ root }) => root)).toEqual([now]);
    expect(await refuseCandidates(place.around, SUBJECT, offered)).toMatchObject({ ok: true });
    expect(await place.belonging(traces)).toEqual({ kind: 'unknown' });
    expect(await place.belonging({ ...traces, id: 'two' })).toMatchObject({ kind: 'ambiguous' });
    await relinkSessions(place.around, { subject: SUBJECT, to: now });
    expect(await place.belonging(traces)).toMatchObject({ how: 'answered', root: now });
  });

  it('never stands in a file that cannot be understood, which is left as it is', async () => {
    const { place, old, now } = await renamed();
    const { stateDirectory } = await place.used(now);
    for (const text of ['no JSON', '{"version":9,"relinks":[]}']) {
      await writeFile(relinksPath(stateDirectory), text);
      const done = await relinkSessions(place.around, { subject: SUBJECT, to: now });
      expect(done).toMatchObject({ ok: false, error: { message: expect.stringContaining('relinks.json') } });
      expect(await readFile(relinksPath(stateDirectory), 'utf8')).toBe(text);
    }
    await writeFile(
      relinksPath(stateDirectory),
      '{"version":1,"future":1,"relinks":[7,{"under":"/x"},{"tool":{}}]}',
    );
    expect(await relinkSessions(place.around, { subject: SUBJECT, to: now })).toMatchObject({ ok: true });
    const { relinks, ...rest } = JSON.parse(await readFile(relinksPath(stateDirectory), 'utf8'));
    expect(rest).toEqual({ version: 1, future: 1 });
    expect(relinks).toHaveLength(1);
    expect(await place.belonging({ cwd: old })).toMatchObject({ how: 'answered' });
  });

  it('is refused for a directory that is not there', async () => {
    const place = await makeRelinkPlace();
    const done = await relinkSessions(place.around, { subject: SUBJECT, to: place.path('nowhere') });
    expect(done).toMatchObject({ ok: false, error: { message: expect.stringContaining('nowhere') } });
  });
});

describe('looking', () => {
  it('writes nothing, also where a session says nothing of where it was', async () => {
    const place = await makeRelinkPlace();
    const root = await place.repository('demo');
    await place.used(root);
    const before = await readTree(place.directory);
    expect(await place.belonging({})).toEqual({ kind: 'unknown' });
    const [offered] = await candidatesOf(place, { files: filesOf(root) });
    expect(offered?.root).toBe(root);
    await place.belonging({ cwd: place.path('gone'), files: filesOf(place.path('gone'), 'demo') }, root);
    expect(await readTree(place.directory)).toEqual(before);
    expect(session()).toMatchObject({ cwd: '' });
  });
});

async function candidatesOf(
  place: RelinkPlace,
  traces: Parameters<RelinkPlace['belonging']>[0],
  here?: string,
) {
  const found = await place.belonging(traces, here);
  if (found.kind !== 'ambiguous') throw new Error(`It is ${found.kind}.`);
  return found.candidates;
}
