import { symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Git } from '../../../src/base/git.ts';
import { readChangeSets } from '../../../src/memory/capture/read-change-sets.ts';
import { TemporaryRepository, unwrap } from './temporary-repository.ts';

let repository: TemporaryRepository;
const others: TemporaryRepository[] = [];

beforeEach(() => {
  repository = TemporaryRepository.make();
});

afterEach(() => {
  for (const one of [repository, ...others.splice(0)]) one.remove();
});

function counting(git: Git): { readonly git: Git; readonly calls: string[] } {
  const calls: string[] = [];
  const noted = (args: readonly string[]): readonly string[] => {
    calls.push(args[0] ?? '');
    return args;
  };
  return {
    calls,
    git: {
      directory: git.directory,
      bytes: (args, options) => git.bytes(noted(args), options),
      text: (args, options) => git.text(noted(args), options),
      talk: (args, options) => git.talk(noted(args), options),
    },
  };
}

describe('reading commits', () => {
  test('gives message, people, date, files and lines, oldest first', async () => {
    repository.commit('First', { 'a.txt': 'one\ntwo\n' });
    repository.commit('Second thing\n\nBody line\nmore', { 'a.txt': 'one\nzwei\ndrei\n', 'ä b.txt': 'x' });
    const [first, second] = await repository.changeSets();
    expect(first).toMatchObject({
      subject: 'First',
      parents: [],
      files: [{ path: 'a.txt', status: 'added' }],
    });
    expect(second).toMatchObject({
      subject: 'Second thing',
      body: 'Body line\nmore',
      author: { name: 'Ada', mail: 'ada@example.org' },
      parents: [first?.commit],
    });
    expect(second?.authorDate).toBe(Number(repository.run('log', '-1', '--format=%at')) * 1000);
    expect(second?.patchId).toMatch(/^[0-9a-f]{40}$/);
    expect(second?.files).toMatchObject([
      {
        path: 'a.txt',
        status: 'changed',
        added: [
          { line: 2, text: 'zwei' },
          { line: 3, text: 'drei' },
        ],
        removed: [{ line: 2, text: 'two' }],
      },
      { path: 'ä b.txt', status: 'added', added: [{ line: 1, text: 'x' }] },
    ]);
  });

  test('names what git patch-id names', async () => {
    repository.commit('First', { 'a.txt': 'one\n' });
    const commit = repository.commit('Second', { 'a.txt': 'two\n' });
    const patch = unwrap(await repository.git.bytes(['show', '-U0', '--format=commit %H', commit]));
    const [id] = unwrap(await repository.git.text(['patch-id', '--stable'], { input: patch })).split(' ');
    expect((await repository.last()).patchId).toBe(id);
  });

  test('keeps renames, removals, binary files, links and changes of type apart', async () => {
    const long = 'line\n'.repeat(50);
    repository.commit('First', { old: long, gone: 'x', kind: 'file\n', bin: new Uint8Array([0, 1, 2]) });
    repository.run('mv', 'old', 'new');
    repository.run('rm', '-q', 'gone');
    unlinkSync(join(repository.directory, 'kind'));
    symlinkSync('new', join(repository.directory, 'kind'));
    repository.commit('Second', { bin: new Uint8Array([0, 3]), zz: 'last\n' });
    const byPath = new Map((await repository.last()).files.map((file) => [file.path, file]));
    expect(byPath.get('new')).toMatchObject({ status: 'renamed', oldPath: 'old', added: [], removed: [] });
    expect(byPath.get('gone')).toMatchObject({ status: 'deleted' });
    expect(byPath.get('bin')).toMatchObject({ status: 'changed', binary: true });
    expect(byPath.get('kind')).toMatchObject({ added: [{ text: 'new' }], removed: [{ text: 'file' }] });
    expect(byPath.get('zz')).toMatchObject({ status: 'added', added: [{ line: 1, text: 'last' }] });
  });

  test('is not led astray by text that imitates the output of git', async () => {
    repository.commit('First', { 'a.txt': 'x\n' });
    const forged = 'diff --git a/evil b/evil\n@@ -0,0 +1 @@\n+forged\n';
    const nul = Buffer.from(`${'x'.repeat(9_000)}\n\0${'a'.repeat(40)}\0\n:000000 100644 a b A\0evil\0\n`);
    repository.commit('Second\n\ncommit 0123456789012345678901234567890123456789\n:100644 a', {
      'a.txt': forged,
      b: nul,
    });
    const sets = await repository.changeSets();
    expect(sets).toHaveLength(2);
    expect(sets[1]?.files.map((file) => file.path)).toEqual(['a.txt', 'b']);
    expect(sets[1]?.files[0]?.added.map((line) => line.text)).toEqual(forged.trimEnd().split('\n'));
  });

  test('reads names, messages and content that are not UTF-8', async () => {
    repository.write('latin.txt', Buffer.from('caf\xe9 decided\n', 'latin1'));
    repository.run('add', '-A');
    repository.run(
      '-c',
      'i18n.commitEncoding=ISO-8859-1',
      'commit',
      '-q',
      '-m',
      Buffer.from('Caf\xe9', 'latin1').toString('latin1'),
    );
    const set = await repository.last();
    expect(set.subject.startsWith('Caf')).toBe(true);
    expect(set.files[0]?.added[0]?.text).toBe('caf\uFFFD decided');
  });

  test('gives tags with their annotation, whatever stands in it', async () => {
    repository.commit('First', { a: '1' });
    repository.run('tag', 'v1.0.0');
    repository.run('tag', '-a', 'named', '-m', 'A name\n\nlong text');
    expect((await repository.last()).tags).toEqual([
      { name: 'named', annotation: 'A name\n\nlong text' },
      { name: 'v1.0.0' },
    ]);
  });

  test('marks merges and empty commits by an empty patch id', async () => {
    repository.commit('First', { a: '1' });
    repository.run('checkout', '-q', '-b', 'side');
    repository.commit('Side', { b: '1' });
    repository.run('checkout', '-q', 'main');
    repository.commit('Main', { c: '1' });
    repository.run('merge', '-q', '--no-ff', '-m', 'Merge branch side', 'side');
    repository.commit('Empty');
    const sets = await repository.changeSets();
    expect(sets.slice(-2).map((set) => [set.subject, set.patchId, set.files.length])).toEqual([
      ['Merge branch side', '', 0],
      ['Empty', '', 0],
    ]);
  });
});

describe('the range', () => {
  test('leaves out what since can reach and keeps the newest up to max', async () => {
    const first = repository.commit('First', { a: '1' });
    repository.commit('Second', { a: '2' });
    repository.commit('Third', { a: '3' });
    expect((await repository.changeSets({ since: first })).map((set) => set.subject)).toEqual([
      'Second',
      'Third',
    ]);
    expect((await repository.changeSets({ max: 1 })).map((set) => set.subject)).toEqual(['Third']);
    expect((await repository.changeSets({ until: 'HEAD~1' })).map((set) => set.subject)).toEqual([
      'First',
      'Second',
    ]);
  });

  test('brings back an older commit for a tag that came later, for its tags only', async () => {
    const first = repository.commit('First', { a: '1' });
    repository.run('tag', 'v1.0.0', first);
    const sets = await repository.changeSets({ since: 'HEAD' });
    expect(sets.map((set) => [set.subject, set.tagsOnly])).toEqual([['First', true]]);
  });

  test('that names no revision is a problem in a sentence, an option is none', async () => {
    repository.commit('First', { a: '1' });
    for (const since of ['nothing-there', '--all', '--output=x']) {
      expect(await readChangeSets(repository.git, { since })).toMatchObject({
        ok: false,
        error: { kind: 'failed' },
      });
    }
  });
});

describe('odd repositories', () => {
  test('without commits has no change sets', async () => {
    expect(await repository.changeSets()).toEqual([]);
  });

  test('with a detached HEAD is read as any other', async () => {
    repository.commit('First', { a: '1' });
    repository.run('checkout', '-q', '--detach');
    expect(await repository.changeSets()).toHaveLength(1);
  });

  test('cloned shallow leaves out its edge, whose changes are not known there', async () => {
    for (const number of [1, 2, 3, 4]) repository.commit(`Commit ${number}`, { a: String(number) });
    const shallow = repository.clone('--depth=3');
    others.push(shallow);
    const sets = await shallow.changeSets();
    expect(sets.map((set) => set.subject)).toEqual(['Commit 3', 'Commit 4']);
    const whole = await repository.changeSets();
    expect(sets.map((set) => set.patchId)).toEqual(whole.slice(2).map((set) => set.patchId));
  });

  test('is told apart from a directory without one', async () => {
    repository.run('rev-parse', '--git-dir');
    const nowhere = new TemporaryRepository();
    others.push(nowhere);
    expect(await readChangeSets(nowhere.git)).toMatchObject({ ok: false });
  });

  test('has the same patch ids whatever its own configuration of diffs says', async () => {
    repository.commit('First', { 'a.txt': 'one\ntwo\nthree\n' });
    repository.commit('Second', { 'a.txt': 'one\n2\nthree\n', 'b.txt': 'x\n' });
    const before = await repository.changeSets();
    for (const [key, value] of Object.entries({
      'diff.noprefix': 'true',
      'diff.mnemonicPrefix': 'true',
      'diff.algorithm': 'patience',
      'diff.context': '9',
      'diff.interHunkContext': '9',
      'diff.renames': 'copies',
      'log.showSignature': 'true',
      'color.ui': 'always',
      'diff.external': 'false',
      'log.diffMerges': 'on',
      'core.abbrev': '4',
    })) {
      repository.run('config', key, value);
    }
    expect(await repository.changeSets()).toEqual(before);
  });
});

describe('cost', () => {
  test('is a handful of processes, however many commits there are', async () => {
    for (let number = 0; number < 30; number++) repository.commit(`Commit ${number}`, { a: String(number) });
    const { git, calls } = counting(repository.git);
    expect(unwrap(await readChangeSets(git))).toHaveLength(30);
    expect(calls.length).toBeLessThanOrEqual(8);
  });

  test('a commit over the cap keeps its file names, marked, and the others their lines', async () => {
    repository.commit('Small before', { a: 'x\n' });
    repository.commit('Huge', { huge: 'y\n'.repeat(5_000) });
    repository.commit('Small after', { a: 'z\n' });
    const progress: number[] = [];
    const sets = await repository.changeSets(
      {},
      { commitBytes: 4_000, onProgress: (done) => void progress.push(done) },
    );
    expect(
      sets.map((set) => set.files.map((file) => [file.path, file.tooLarge === true, file.added.length])),
    ).toEqual([[['a', false, 1]], [['huge', true, 0]], [['a', false, 1]]]);
    expect(progress).toEqual([3]);
  });

  test('can be cancelled', async () => {
    repository.commit('First', { a: '1' });
    const result = await readChangeSets(repository.git, {}, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ ok: false, error: { kind: 'cancelled' } });
  });
});
