import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/hash.ts';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
});
afterEach(() => bench.dispose());

const text = (path: string) => readFile(join(bench.root, path), 'utf8');

describe('edit', () => {
  test('replaces one exact place and plans it with diff and hashes', async () => {
    await bench.put({ 'a.ts': 'const a = 1;\nconst b = 2;\n' });
    await bench.call('read', { path: 'a.ts' });
    const planned = await bench.plan('edit', { path: 'a.ts', old_string: 'b = 2', new_string: 'b = 3' });
    expect(await text('a.ts')).toBe('const a = 1;\nconst b = 2;\n');
    if (!('run' in planned)) throw new Error(planned.text);
    expect(planned).toMatchObject({
      summary: 'Edit a.ts',
      effect: 'write',
      permission: { tool: 'edit', effect: 'write', path: join(bench.root, 'a.ts') },
      write: {
        path: join(bench.root, 'a.ts'),
        before: sha256('const a = 1;\nconst b = 2;\n'),
        after: sha256('const a = 1;\nconst b = 3;\n'),
      },
    });
    expect(planned.detail).toContain('-const b = 2;\n+const b = 3;');
    expect(await planned.run(bench.context)).toEqual({ ok: true, text: 'Edited a.ts.' });
    expect(await text('a.ts')).toBe('const a = 1;\nconst b = 3;\n');
  });

  test('may follow an edit of its own without reading again', async () => {
    await bench.put({ 'a.ts': 'one two' });
    await bench.call('read', { path: 'a.ts' });
    await bench.call('edit', { path: 'a.ts', old_string: 'one', new_string: '1' });
    expect((await bench.call('edit', { path: 'a.ts', old_string: 'two', new_string: '2' })).ok).toBe(true);
    expect(await text('a.ts')).toBe('1 2');
  });

  test.each([
    [{ old_string: 'none', new_string: 'x' }, /does not stand in a\.ts/],
    [{ old_string: 'x', new_string: 'y' }, /3 times \(lines 1, 2, 2\)/],
    [{ old_string: 'x', new_string: 'x' }, /are equal/],
    [{ old_string: '', new_string: 'x' }, /"old_string" must be at least 1/],
  ])('refuses %j in words', async (input, reason) => {
    await bench.put({ 'a.ts': 'x\nx x\n' });
    await bench.call('read', { path: 'a.ts' });
    const result = await bench.call('edit', { path: 'a.ts', ...input });
    expect(result.ok).toBe(false);
    expect(result.text).toMatch(reason);
  });

  test('replaces every place when told, and takes "$&" as it is', async () => {
    await bench.put({ 'a.ts': 'x x' });
    await bench.call('read', { path: 'a.ts' });
    expect(
      (await bench.call('edit', { path: 'a.ts', old_string: 'x', new_string: '$&', replace_all: true })).text,
    ).toBe('Edited a.ts in 2 places.');
    expect(await text('a.ts')).toBe('$& $&');
  });

  test('keeps CRLF, a byte order mark and the mode of the file', async () => {
    await bench.put({ 'a.sh': '\ufeffone\r\ntwo\r\nthree\r\n' });
    await chmod(join(bench.root, 'a.sh'), 0o755);
    await bench.call('read', { path: 'a.sh' });
    expect((await bench.call('edit', { path: 'a.sh', old_string: 'one\ntwo', new_string: '1\n2' })).ok).toBe(
      true,
    );
    expect(await text('a.sh')).toBe('\ufeff1\r\n2\r\nthree\r\n');
    expect((await stat(join(bench.root, 'a.sh'))).mode & 0o777).toBe(0o755);
  });

  test('refuses a file it has not read, and one that changed since', async () => {
    await bench.put({ 'a.ts': 'one' });
    const edit = { path: 'a.ts', old_string: 'one', new_string: 'two' };
    expect((await bench.call('edit', edit)).text).toMatch(/has not been read in this run/);
    await bench.call('read', { path: 'a.ts' });
    await writeFile(join(bench.root, 'a.ts'), 'one, by somebody else');
    expect((await bench.call('edit', edit)).text).toMatch(/has changed since it was read/);
    expect(await text('a.ts')).toBe('one, by somebody else');
  });

  test('refuses when the file changes between plan and deed', async () => {
    await bench.put({ 'a.ts': 'one' });
    await bench.call('read', { path: 'a.ts' });
    const planned = await bench.plan('edit', { path: 'a.ts', old_string: 'one', new_string: 'two' });
    await writeFile(join(bench.root, 'a.ts'), 'meanwhile');
    expect('run' in planned && (await planned.run(bench.context))).toMatchObject({ ok: false });
    expect(await text('a.ts')).toBe('meanwhile');
  });

  test('never writes a file with unsaved edits, before or after approval', async () => {
    await bench.put({ 'a.ts': 'one' });
    await bench.call('read', { path: 'a.ts' });
    const edit = { path: 'a.ts', old_string: 'one', new_string: 'two' };
    const planned = await bench.plan('edit', edit);
    bench.unsaved.add(join(bench.root, 'a.ts'));
    expect('run' in planned && (await planned.run(bench.context)).text).toMatch(/unsaved edits/);
    expect((await bench.call('edit', edit)).text).toMatch(/unsaved edits/);
    expect(await text('a.ts')).toBe('one');
  });

  test('writes the file behind a link, and the link stays one', async () => {
    await bench.put({ 'real.ts': 'one' });
    await symlink('real.ts', join(bench.root, 'link.ts'));
    await bench.call('read', { path: 'link.ts' });
    const planned = await bench.plan('edit', { path: 'link.ts', old_string: 'one', new_string: 'two' });
    expect(planned).toMatchObject({ write: { path: join(bench.root, 'real.ts') } });
    if ('run' in planned) await planned.run(bench.context);
    expect(await text('real.ts')).toBe('two');
  });
});

describe('write', () => {
  test('creates a file with its directories', async () => {
    const planned = await bench.plan('write', { path: 'new/deep/a.ts', content: 'x\n' });
    expect(planned).toMatchObject({
      summary: 'Create new/deep/a.ts',
      write: { before: null, after: sha256('x\n') },
    });
    expect('run' in planned && (await planned.run(bench.context))).toEqual({
      ok: true,
      text: 'Created new/deep/a.ts.',
    });
    expect(await text('new/deep/a.ts')).toBe('x\n');
  });

  test('replaces only what was read', async () => {
    await bench.put({ 'a.ts': 'old' });
    expect((await bench.call('write', { path: 'a.ts', content: 'new' })).text).toMatch(/has not been read/);
    await bench.call('read', { path: 'a.ts' });
    expect((await bench.call('write', { path: 'a.ts', content: 'new' })).text).toBe('Replaced a.ts.');
    expect((await bench.call('write', { path: 'a.ts', content: 'new' })).text).toMatch(
      /already has this content/,
    );
  });

  test('a file that appears before the deed is not overwritten', async () => {
    const planned = await bench.plan('write', { path: 'a.ts', content: 'mine' });
    await bench.put({ 'a.ts': 'theirs' });
    expect('run' in planned && (await planned.run(bench.context)).ok).toBe(false);
    expect(await text('a.ts')).toBe('theirs');
  });

  test('refuses a directory, and a link to nothing', async () => {
    await bench.put({ 'dir/a': '' });
    await symlink('nowhere', join(bench.root, 'dangling'));
    expect((await bench.call('write', { path: 'dir', content: '' })).text).toMatch(/is a directory/);
    expect((await bench.call('write', { path: 'dangling', content: '' })).text).toMatch(
      /link to something that does not exist/,
    );
  });

  test('does nothing after a stop', async () => {
    const planned = await bench.plan('write', { path: 'a.ts', content: 'x' });
    bench.stop.abort();
    expect('run' in planned && (await planned.run(bench.context)).text).toMatch(/Nothing was changed/);
    await expect(text('a.ts')).rejects.toThrow('ENOENT');
  });
});
