import { chmod, readdir, readFile, rm, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyRewind } from '../../../../src/agent/session/checkpoint/apply-rewind.ts';
import { checkpointsIn, listCheckpoints } from '../../../../src/agent/session/checkpoint/checkpoint-list.ts';
import { planRewind } from '../../../../src/agent/session/checkpoint/plan-rewind.ts';
import { openSession, readSession } from '../../../../src/agent/session/session.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { calls, mask, says } from '../fixtures.ts';
import { makeRewindPlace, type RewindPlace } from './rewind-place.ts';

async function promptsOf(place: RewindPlace): Promise<readonly string[]> {
  const read = await readSession(nodeFiles, place.around.sessionsDirectory, place.session);
  return read.ok ? read.value.state.prompts : [];
}

/** A repository with a file of each kind that a working tree can have, and changes of each kind in it. */
async function filled(): Promise<RewindPlace> {
  const place = await makeRewindPlace();
  await place.write('kept.ts', 'as committed\n');
  await place.write('changed.ts', 'committed\n');
  await place.write('deleted.ts', 'committed, then deleted\n');
  await place.write('run.sh', 'echo\n');
  await place.write('folder/inner.ts', 'inner\n');
  await symlink('kept.ts', join(place.root, 'pointer'));
  await place.write('.gitignore', 'ignored.log\nbuild/\n');
  place.git('add', '.');
  place.git('commit', '-q', '-m', 'Begin');
  await place.write('changed.ts', 'changed before the prompt\n');
  await unlink(join(place.root, 'deleted.ts'));
  await place.write('untracked.txt', 'not in git\n');
  await place.write('empty', '');
  await place.write('ignored.log', 'ignored\n');
  await place.write('build/out.js', 'built\n');
  await chmod(join(place.root, 'untracked.txt'), 0o600);
  return place;
}

/** What an agent and its commands may do to all of it. */
async function wreck(place: RewindPlace): Promise<void> {
  await place.write('kept.ts', 'overwritten\n');
  await place.write('changed.ts', 'changed again\n');
  await place.write('deleted.ts', 'it is back\n');
  await chmod(join(place.root, 'run.sh'), 0o755);
  await rm(join(place.root, 'folder'), { recursive: true });
  await place.write('folder', 'a file where a directory was\n');
  await unlink(join(place.root, 'pointer'));
  await place.write('pointer/now/a-directory.ts', 'in the place of a link\n');
  await unlink(join(place.root, 'untracked.txt'));
  await writeFile(join(place.root, 'empty'), 'no longer\n');
  await place.write('made/by/command.txt', 'new\n');
  await symlink('/etc/hostname', join(place.root, 'outward'));
  await place.write('ignored.log', 'ignored, and changed\n');
}

describe('a rewind of files', () => {
  it('brings back every byte, mode and link, takes away what came later, and can be taken back', async () => {
    const place = await filled();
    const before = await place.tree();
    const status = place.git('status', '--porcelain');
    await place.prompted('Make it better');
    await wreck(place);
    const wrecked = await place.tree();
    const done = await place.rewind({ checkpoint: 1, what: 'files' });
    expect(done.conflicts).toEqual([]);
    expect(await place.tree()).toEqual({ ...before, 'ignored.log': wrecked['ignored.log'] });
    expect(place.git('status', '--porcelain')).toBe(status);
    expect(await readdir(place.root)).not.toContain('made');
    const redone = await place.rewind({ redo: true });
    expect(redone.conflicts).toEqual([]);
    expect(await place.tree()).toEqual(wrecked);
    // And once more the other way.
    await place.rewind({ redo: true });
    expect(await place.tree()).toEqual({ ...before, 'ignored.log': wrecked['ignored.log'] });
  });

  it('leaves nothing in the git of the user', async () => {
    const place = await filled();
    const gitFiles = async (): Promise<readonly string[]> =>
      (await readdir(join(place.root, '.git'), { recursive: true })).sort();
    const index = async (): Promise<string> => readFile(join(place.root, '.git/index'), 'latin1');
    const [names, bytes] = [await gitFiles(), await index()];
    await place.prompted('Go');
    await wreck(place);
    await place.turn();
    await place.rewind({ checkpoint: 1, what: 'both' });
    expect(await gitFiles()).toEqual(names);
    expect(await index()).toBe(bytes);
    expect(place.git('stash', 'list')).toBe('');
  });

  it('shows first what it would do, and does nothing of it', async () => {
    const place = await filled();
    await place.prompted('Make it better');
    await wreck(place);
    const wrecked = await place.tree();
    const plan = await planRewind(place.around, place.session, { checkpoint: 1, what: 'both' });
    if (!plan.ok) throw new Error(plan.error.message);
    expect(plan.value.changes.map(({ path, kind }) => `${kind} ${path}`)).toEqual([
      'change changed.ts',
      'remove deleted.ts',
      'change empty',
      'remove folder',
      'create folder/inner.ts',
      'change kept.ts',
      'remove made/by/command.txt',
      'remove outward',
      'create pointer',
      'remove pointer/now/a-directory.ts',
      'change run.sh',
      'create untracked.txt',
    ]);
    const diffOf = (path: string) => plan.value.changes.find((change) => change.path === path)?.diff;
    expect(diffOf('kept.ts')).toContain('-overwritten\n+as committed\n');
    expect(diffOf('run.sh')).toContain('755 becomes 644');
    expect(diffOf('pointer')).toContain('+link to kept.ts');
    expect(plan.value.droppedPrompts).toEqual(['Make it better']);
    expect(await place.tree()).toEqual(wrecked);
    expect((await place.events()).filter(({ type }) => type === 'rewind')).toEqual([]);
  });

  it('lists a file that is changed meanwhile or open with unsaved edits, and leaves it alone', async () => {
    const place = await filled();
    await place.prompted('Go');
    await wreck(place);
    let asked = 0;
    const unsavedFiles = {
      isUnsaved: async (path: string) => {
        asked += 1;
        // Somebody saves a file after the comparison and before it is written.
        if (asked === 1) await place.write('kept.ts', 'a person was faster\n');
        return path.endsWith('changed.ts');
      },
    };
    const done = await place.rewind({ checkpoint: 1, what: 'files' }, { unsavedFiles });
    expect(done.conflicts).toEqual([
      { path: 'changed.ts', reason: expect.stringContaining('unsaved') },
      { path: 'kept.ts', reason: expect.stringContaining('changed meanwhile') },
    ]);
    const tree = await place.tree();
    expect(tree['kept.ts']).toContain('a person was faster');
    expect(tree['changed.ts']).toContain('changed again');
    expect(tree['empty']).toBe('644 ');
  });

  it('writes nothing through a link that took the place of a directory', async () => {
    const place = await filled();
    await place.prompted('Go');
    await rm(join(place.root, 'folder'), { recursive: true });
    const elsewhere = join(place.state, 'elsewhere');
    await import('node:fs/promises').then((fs) => fs.mkdir(elsewhere, { recursive: true }));
    await writeFile(join(elsewhere, 'inner.ts'), 'not ours\n');
    // Ignored, so that the rewind does not take it away itself.
    await place.write('.gitignore', 'folder\n');
    await symlink(elsewhere, join(place.root, 'folder'));
    const done = await place.rewind({ checkpoint: 1, what: 'files' });
    expect(done.conflicts).toEqual([{ path: 'folder/inner.ts', reason: 'it lies behind a link' }]);
    expect(await readFile(join(elsewhere, 'inner.ts'), 'utf8')).toBe('not ours\n');
  });

  it('never takes away what was there before and not kept: ignored then, or too large then', async () => {
    const place = await filled();
    await place.write('big.bin', Buffer.alloc(6 * 1024 * 1024, 1));
    const facts = await place.prompted('Go');
    expect(facts).toContainEqual({ type: 'notice', text: expect.stringContaining('big.bin (too large)') });
    await place.write('.gitignore', '');
    await place.write('big.bin', 'small now\n');
    await place.write('later.bin', Buffer.alloc(6 * 1024 * 1024, 2));
    const done = await place.rewind({ checkpoint: 1, what: 'files' });
    const names = await readdir(place.root, { recursive: true });
    for (const name of ['ignored.log', 'build/out.js', 'big.bin', 'later.bin']) expect(names).toContain(name);
    expect(done.plan.leftAlone.map(({ path }) => path)).toEqual([
      'later.bin',
      'big.bin',
      'build/out.js',
      'ignored.log',
    ]);
    expect((await place.tree())['.gitignore']).toContain('ignored.log');
  });

  it('puts back what was there on another commit and moves no branch', async () => {
    const place = await filled();
    const before = await place.tree();
    await place.prompted('Go');
    await place.write('kept.ts', 'committed meanwhile\n');
    await place.write('new-in-commit.ts', 'new\n');
    place.git('add', '.');
    place.git('commit', '-q', '-m', 'Meanwhile');
    const head = place.git('rev-parse', 'HEAD');
    const done = await place.rewind({ checkpoint: 1, what: 'files' });
    expect(done.plan.notes.join()).toContain('Commits were made or changed since');
    expect(await place.tree()).toEqual(before);
    expect(place.git('rev-parse', 'HEAD')).toBe(head);
  });

  it('works where there is no git, and before the first commit', async () => {
    for (const git of [false, true]) {
      const place = await makeRewindPlace({ git });
      await place.write('a.txt', 'one\n');
      await place.write('deep/b.txt', 'two\n');
      if (git) place.git('add', 'a.txt');
      const before = await place.tree();
      await place.prompted('Go');
      await place.write('a.txt', 'changed\n');
      await place.write('c.txt', 'new\n');
      await rm(join(place.root, 'deep'), { recursive: true });
      await place.rewind({ checkpoint: 1, what: 'files' });
      expect(await place.tree()).toEqual(before);
    }
  });

  it('sees a change that keeps size and time', async () => {
    const place = await filled();
    const time = new Date(Date.now() - 60_000);
    await utimes(join(place.root, 'untracked.txt'), time, time);
    await place.prompted('Go');
    await place.write('untracked.txt', 'NOT IN GIT\n');
    await utimes(join(place.root, 'untracked.txt'), time, time);
    expect(await place.turn()).toMatchObject([{ type: 'checkpoint-create', checkpoint: 2, reason: 'turn' }]);
    await place.rewind({ checkpoint: 1, what: 'files' });
    expect((await place.tree())['untracked.txt']).toContain('not in git');
  });
});

describe('a rewind of the conversation', () => {
  it('drops what was said from the prompt on, brings it back on redo, and counts what was spent', async () => {
    const place = await filled();
    await place.prompted('One');
    await place.append(says('First answer'));
    await place.prompted('Two');
    await place.append(says('Second answer'));
    const spent = async () => {
      const read = await readSession(nodeFiles, place.around.sessionsDirectory, place.session);
      return read.ok ? read.value.state.totals.costUsd : undefined;
    };
    const tree = await place.tree();
    const cost = await spent();
    const done = await place.rewind({ checkpoint: 2, what: 'conversation' });
    expect(done.plan.droppedPrompts).toEqual(['Two']);
    expect(await promptsOf(place)).toEqual(['One']);
    await place.prompted('Another way');
    await place.rewind({ checkpoint: 1, what: 'conversation' });
    expect(await promptsOf(place)).toEqual([]);
    await place.rewind({ redo: true });
    expect(await promptsOf(place)).toEqual(['One', 'Another way']);
    // What was left behind can still be gone to.
    const number = (await checkpointNumbers(place)).find(({ prompt }) => prompt === 'Two')?.number ?? 0;
    await place.append(says('Third answer'));
    await place.rewind({ checkpoint: number + 1, what: 'conversation' });
    expect(await promptsOf(place)).toEqual(['One', 'Two']);
    expect(await spent()).toBeGreaterThan(cost ?? 0);
    expect(await place.tree()).toEqual(tree);
  });

  it('goes back to before what the model was about to do in a turn', async () => {
    const place = await filled();
    await place.prompted('Go');
    await place.append(says('Looking'), calls({ id: 'a', name: 'run_command' }));
    await place.turn();
    await place.append(
      { type: 'tool-result', id: 'a', name: 'run_command', ok: true, text: 'done' },
      says('Done'),
    );
    await place.rewind({ checkpoint: 2, what: 'both' });
    const opened = await openSession(
      { ...place.around, directory: place.around.sessionsDirectory, mask },
      place.session,
    );
    if (!opened.ok) throw new Error(opened.error.message);
    const texts = JSON.stringify(opened.value.state.messages);
    expect(texts).toContain('Looking');
    expect(texts).not.toContain('run_command');
    expect(opened.value.state.openCalls).toEqual([]);
    await opened.value.close();
  });

  it('says what is missing, and refuses while the session runs', async () => {
    const place = await filled();
    expect(await planRewind(place.around, place.session, { redo: true })).toMatchObject({
      ok: false,
      error: { kind: 'not-found' },
    });
    expect(await planRewind(place.around, place.session, { checkpoint: 1, what: 'both' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('has no checkpoint 1. It has none yet.') },
    });
    await place.prompted('Go');
    const open = await openSession(
      { ...place.around, directory: place.around.sessionsDirectory, mask },
      place.session,
    );
    expect(await applyRewind(place.around, place.session, { checkpoint: 1, what: 'both' })).toMatchObject({
      ok: false,
      error: { kind: 'busy' },
    });
    if (open.ok) await open.value.close();
    await rm(place.around.objectsDirectory, { recursive: true });
    expect(await planRewind(place.around, place.session, { checkpoint: 1, what: 'both' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('no longer there') },
    });
  });
});

async function checkpointNumbers(place: RewindPlace) {
  const listed = await listCheckpoints(nodeFiles, place.around.sessionsDirectory, place.session);
  expect(listed.ok && listed.value).toEqual(checkpointsIn(await place.events()));
  return listed.ok ? listed.value : [];
}
