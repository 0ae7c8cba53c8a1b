import { chmod, link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { replaceFile } from '../../src/base/atomic-write.ts';
import { sha256 } from '../../src/base/hash.ts';
import { nodeFiles } from '../../src/base/node-files.ts';
import { FAULTS, faultyFiles } from '../fakes/faulty-files.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { readTree } from '../fakes/tree.ts';

const old = sha256('old');
const fresh = Buffer.from('new');

describe('replacing a file', () => {
  it('makes, changes and deletes', async () => {
    const path = join(await temporaryDirectory(), 'a', 'b.md');
    expect(await replaceFile(nodeFiles, { path, expected: null, bytes: Buffer.from('old') })).toMatchObject({
      ok: true,
    });
    expect(await replaceFile(nodeFiles, { path, expected: old, bytes: fresh })).toMatchObject({ ok: true });
    expect(await readTree(join(path, '..'))).toEqual({ 'b.md': 'new' });
    expect(await replaceFile(nodeFiles, { path, expected: sha256('new'), bytes: null })).toMatchObject({
      ok: true,
    });
    expect(await readTree(join(path, '..'))).toEqual({});
  });

  it('answers what stands there when it is not what was expected', async () => {
    const path = join(await temporaryDirectory(), 'a.md');
    expect(await replaceFile(nodeFiles, { path, expected: old, bytes: fresh })).toMatchObject({
      error: { kind: 'changed', current: null },
    });
    await writeFile(path, 'other');
    for (const expected of [old, null]) {
      for (const bytes of [fresh, null]) {
        expect(await replaceFile(nodeFiles, { path, expected, bytes })).toMatchObject({
          error: { kind: 'changed', current: Buffer.from('other') },
        });
      }
    }
    expect(await readTree(join(path, '..'))).toEqual({ 'a.md': 'other' });
  });

  it('keeps the mode, takes a told one exactly, and leaves a link a link', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'a.sh');
    await writeFile(path, 'old');
    await chmod(path, 0o751);
    await symlink('a.sh', join(directory, 'link'));
    await replaceFile(nodeFiles, { path: join(directory, 'link'), expected: old, bytes: fresh });
    expect((await stat(path)).mode & 0o777).toBe(0o751);
    expect(await readTree(directory)).toEqual({ 'a.sh': 'new', link: '-> a.sh' });
    await replaceFile(nodeFiles, { path, expected: sha256('new'), bytes: fresh, mode: 0o666 });
    expect((await stat(path)).mode & 0o777).toBe(0o666);
  });

  it('refuses what is no regular file, and says why', async () => {
    const directory = await temporaryDirectory();
    await mkdir(join(directory, 'directory'));
    await symlink('nowhere', join(directory, 'dangling'));
    await symlink('loop', join(directory, 'loop'));
    const answers = ['directory', 'dangling', 'loop'].map((name) =>
      replaceFile(nodeFiles, { path: join(directory, name), expected: null, bytes: fresh }),
    );
    expect((await Promise.all(answers)).map((answer) => (answer.ok ? '' : answer.error))).toMatchObject([
      { kind: 'io', code: 'EISDIR' },
      { kind: 'io', code: 'ENOLINK' },
      { kind: 'io', code: 'ELOOP' },
    ]);
  });

  it('does not follow a pipe into waiting for ever', async () => {
    const directory = await temporaryDirectory();
    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    const answer = await replaceFile(nodeFiles, {
      path: join(directory, 'pipe'),
      expected: null,
      bytes: fresh,
    });
    expect(answer).toMatchObject({ error: { kind: 'io', code: 'EINVAL' } });
  });

  it('takes a name of 255 bytes', async () => {
    const path = join(await temporaryDirectory(), `${'n'.repeat(252)}.md`);
    expect(await replaceFile(nodeFiles, { path, expected: null, bytes: fresh })).toMatchObject({ ok: true });
    expect(await replaceFile(nodeFiles, { path, expected: sha256('new'), bytes: fresh })).toMatchObject({
      ok: true,
    });
  });

  it('gives a file back that was renamed over the target before it was deleted', async () => {
    const path = join(await temporaryDirectory(), 'a.md');
    await writeFile(path, 'old');
    const meddling = {
      ...nodeFiles,
      rename: async (from: string, to: string) => {
        if (from === path) await writeFile(path, 'saved by an editor');
        await nodeFiles.rename(from, to);
      },
    };
    expect(await replaceFile(meddling, { path, expected: old, bytes: null })).toMatchObject({
      error: { kind: 'changed' },
    });
    expect(await readTree(join(path, '..'))).toEqual({ 'a.md': 'saved by an editor' });
  });

  it('sees another file in the place of the one it looked at', async () => {
    const path = join(await temporaryDirectory(), 'a.md');
    await writeFile(path, 'old');
    const meddling = {
      ...nodeFiles,
      link: async (existing: string, to: string) => {
        await nodeFiles.link(existing, to);
        await writeFile(`${path}.editor`, 'saved by an editor');
        await nodeFiles.rename(`${path}.editor`, path);
      },
    };
    expect(await replaceFile(meddling, { path, expected: old, bytes: fresh })).toMatchObject({
      error: { kind: 'changed' },
    });
    expect(await readTree(join(path, '..'))).toEqual({ 'a.md': 'saved by an editor' });
  });

  it.each(FAULTS)(
    'leaves the old or the new content, and no litter, whichever call fails once with %s',
    async (fault) => {
      for (const bytes of [fresh, null]) {
        for (let failing = 1; ; failing += 1) {
          const path = join(await temporaryDirectory(), 'a.md');
          await writeFile(path, 'old');
          const files = faultyFiles(nodeFiles, { failing, fault });
          const answer = await replaceFile(files, { path, expected: old, bytes });
          const after = bytes === null ? {} : { 'a.md': 'new' };
          const tree = await readTree(join(path, '..'));
          if (answer.ok) expect(tree, `call ${failing}`).toEqual(after);
          else expect([{ 'a.md': 'old' }, after], `call ${failing}`).toContainEqual(tree);
          if (!files.hasFired()) break;
        }
      }
    },
  );

  it('does not change the other name of a hard-linked file', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'a.md'), 'old');
    await link(join(directory, 'a.md'), join(directory, 'b.md'));
    await replaceFile(nodeFiles, { path: join(directory, 'a.md'), expected: old, bytes: fresh });
    expect(await readFile(join(directory, 'b.md'), 'utf8')).toBe('old');
  });
});
