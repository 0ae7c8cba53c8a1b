import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createToolBench, type ToolBench } from './tool-bench.ts';

let bench: ToolBench;
beforeEach(async () => {
  bench = await createToolBench();
});
afterEach(() => bench.dispose());

describe('read', () => {
  test('numbers the lines', async () => {
    await bench.put({ 'a.txt': 'one\r\ntwo\nthree\n' });
    expect(await bench.call('read', { path: 'a.txt' })).toEqual({
      ok: true,
      text: '1\tone\n2\ttwo\n3\tthree',
    });
  });

  test('reads a part and says how to go on', async () => {
    await bench.put({ 'a.txt': Array.from({ length: 5000 }, (_, i) => `line ${i + 1}`).join('\n') });
    expect((await bench.call('read', { path: 'a.txt', offset: 10, limit: 2 })).text).toBe(
      '10\tline 10\n11\tline 11\n[4989 more lines; read on with offset 12]',
    );
    expect((await bench.call('read', { path: 'a.txt' })).text).toMatch(/read on with offset 2001\]$/);
    expect(await bench.call('read', { path: 'a.txt', offset: 9999 })).toMatchObject({ ok: false });
  });

  test('keeps a huge line and a huge file within its cap', async () => {
    await bench.put({ 'a.txt': `${'x'.repeat(1_000_000)}\nend` });
    const { text } = await bench.call('read', { path: 'a.txt' });
    expect(text.length).toBeLessThan(2100);
    expect(text).toContain('[998000 characters left out]');
  });

  test.each([
    ['missing.txt', /does not exist/],
    ['dir', /is a directory/],
    ['binary.bin', /not UTF-8 text/],
    ['latin.txt', /not UTF-8 text/],
  ])('says why %s is not shown', async (path, reason) => {
    await bench.put({
      'dir/a': '',
      'binary.bin': new Uint8Array([0, 1, 2]),
      'latin.txt': new Uint8Array([0x66, 0xfc, 0x72]),
    });
    const result = await bench.call('read', { path });
    expect(result.ok).toBe(false);
    expect(result.text).toMatch(reason);
  });

  test.each([
    [{}, /"path" must be of type string/],
    [{ path: 'a', offset: 0 }, /"offset" must be at least 1/],
    [{ path: 'a', lines: 3 }, /"lines" is not known/],
    ['{"path": "a', /not valid JSON/],
    [null, /must be of type object/],
  ])('tells what is wrong with the input %j', async (input, reason) => {
    expect((await bench.call('read', input)).text).toMatch(reason);
  });
});

describe('list', () => {
  test('shows kinds', async () => {
    await bench.put({ 'b.txt': '', 'a/x': '' });
    await symlink('b.txt', join(bench.root, 'c'));
    expect((await bench.call('list', {})).text).toBe('a/\nb.txt\nc@');
    expect((await bench.call('list', { path: 'b.txt' })).text).toMatch(/is a file/);
  });
});

describe('glob and grep', () => {
  beforeEach(async () => {
    await bench.put({
      '.gitignore': 'dist/\n*.log\n',
      'src/a.ts': 'export const answer = 42;\nconst other = 1;\n',
      'src/deep/b.ts': 'import { answer } from "../a";\n',
      'src/deep/.gitignore': 'private.ts\n',
      'src/deep/private.ts': 'answer',
      'dist/a.js': 'answer',
      'x.log': 'answer',
      '.git/config': 'answer',
      'binary.bin': new Uint8Array([0x61, 0, 0x61]),
      'README.md': 'No such thing.\n',
    });
  });

  test('glob finds by path and leaves out what git ignores', async () => {
    expect((await bench.call('glob', { pattern: '**/*.ts' })).text.split('\n')).toEqual([
      'src/a.ts',
      'src/deep/b.ts',
    ]);
    expect((await bench.call('glob', { pattern: 'b.ts' })).text).toBe('src/deep/b.ts');
    expect((await bench.call('glob', { pattern: 'deep/*.ts', path: 'src' })).text).toBe('src/deep/b.ts');
    expect((await bench.call('glob', { pattern: '*.rs' })).text).toBe('No file matches *.rs.');
  });

  test.each([
    ['**/*.ts', 'src/a.ts,src/deep/b.ts'],
    ['src/*.ts', 'src/a.ts'],
    ['**/[ab].ts', 'src/a.ts,src/deep/b.ts'],
    ['**/[!a].ts', 'src/deep/b.ts'],
    ['src/**', 'src/a.ts,src/deep/.gitignore,src/deep/b.ts'],
    ['**/{a,README}.{ts,md}', 'README.md,src/a.ts'],
    ['s?c/a.ts', 'src/a.ts'],
    ['./src/a\\.ts', 'src/a.ts'],
    ['**/deep/**/b.ts', 'src/deep/b.ts'],
    ['src/a+ts', 'No file matches src/a+ts.'],
  ])('glob %s finds %s', async (pattern, found) => {
    expect((await bench.call('glob', { pattern })).text.split('\n').join(',')).toBe(found);
  });

  test('globs end whatever they are, and say when they are none', async () => {
    await bench.put({ [`${'a'.repeat(200)}`]: 'answer' });
    const pattern = '{{a*,*a},{a*,*a}}*a*a*a*a*a*a*a*a*a*a*b';
    expect((await bench.call('glob', { pattern })).text).toMatch(/^No file matches/);
    expect((await bench.call('grep', { pattern: 'answer', glob: pattern })).text).toBe(
      'No match for answer.',
    );
    expect((await bench.call('glob', { pattern: '{a' })).text).toMatch(/"\*\*\/\{a" is not a valid glob/);
    expect(await bench.call('grep', { pattern: 'x', glob: '[a' })).toMatchObject({ ok: false });
  });

  test('grep finds lines and leaves out what git ignores', async () => {
    expect((await bench.call('grep', { pattern: 'answer\\b' })).text.split('\n')).toEqual([
      'src/a.ts:1:export const answer = 42;',
      'src/deep/b.ts:1:import { answer } from "../a";',
    ]);
    expect(
      (await bench.call('grep', { pattern: 'ANSWER', ignore_case: true, files_only: true, path: 'src/deep' }))
        .text,
    ).toBe('src/deep/b.ts');
    expect((await bench.call('grep', { pattern: 'answer', glob: 'a.*' })).text).toBe(
      'src/a.ts:1:export const answer = 42;',
    );
    expect((await bench.call('grep', { pattern: 'answer', path: 'src/a.ts' })).text).toBe(
      'src/a.ts:1:export const answer = 42;',
    );
    expect((await bench.call('grep', { pattern: 'nowhere' })).text).toBe('No match for nowhere.');
    expect((await bench.call('grep', { pattern: '(' })).text).toMatch(/not a valid regular expression/);
  });

  test.each([
    ['(?<=x)a', /look-around/],
    ['a(?!b)', /look-around/],
    ['(a)\\1', /back-reference/],
    ['a{2000}', /more than 1000/],
    ['a**', /not a valid regular expression at `\*\*`/],
  ])('grep says why it cannot search %s', async (pattern, reason) => {
    const { ok, text } = await bench.call('grep', { pattern });
    expect(ok).toBe(false);
    expect(text).toMatch(reason);
  });

  test('grep ends whatever the pattern and the text are', async () => {
    await bench.put({ 'a.txt': `${'a'.repeat(100_000)}b\n`.repeat(20) });
    expect((await bench.call('grep', { pattern: '(a+)+$', path: 'a.txt' })).text).toContain('a.txt:1:aaa');
    expect((await bench.call('grep', { pattern: '(a+)+c$', path: 'a.txt' })).text).toBe(
      'No match for (a+)+c$.',
    );
  });

  test("grep takes JavaScript's escapes", async () => {
    await bench.put({ 'b.txt': 'x/y-"z" é\n' });
    for (const pattern of ['\\/y\\-\\"', '\\u00e9', '(?<name>x)\\/', '\\p{Ll}$'])
      expect((await bench.call('grep', { pattern, path: 'b.txt' })).text, pattern).toContain('b.txt:1:');
  });

  test('grep says how many more there are', async () => {
    await bench.put({ 'many.txt': 'hit\n'.repeat(1000) });
    expect((await bench.call('grep', { pattern: 'hit' })).text).toMatch(/\[800 more matches/);
  });

  test('grep leaves out files that may not be read without asking, and says so', async () => {
    const planned = await bench.plan('grep', { pattern: 'answer' });
    if (!('run' in planned)) throw new Error('not planned');
    const result = await planned.run({ ...bench.context, mayRead: async (path) => !path.endsWith('b.ts') });
    expect(result.text).toBe(
      'src/a.ts:1:export const answer = 42;\n[1 files not searched: a rule asks or denies reading them]',
    );
  });

  test('links are not followed', async () => {
    await symlink('..', join(bench.root, 'src/up'));
    expect((await bench.call('glob', { pattern: '**/a.ts' })).text).toBe('src/a.ts');
  });
});
