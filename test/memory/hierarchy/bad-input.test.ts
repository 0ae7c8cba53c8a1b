import { execFile } from 'node:child_process';
import { mkdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { ResolvedHierarchy, ResolveInput } from '../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../src/memory/hierarchy/read-hierarchy.ts';
import { makeTree, type Tree } from './tree.ts';

const trees: Tree[] = [];
afterEach(async () => {
  await Promise.all(trees.splice(0).map((tree) => tree.remove()));
});

async function tree(files: Readonly<Record<string, string>>): Promise<Tree> {
  const made = await makeTree(files);
  trees.push(made);
  return made;
}

const reasonOf = ({ files }: ResolvedHierarchy, path: string) =>
  files.find((file) => file.path === path)?.reason;
const loadedOf = (made: Tree, { files }: ResolvedHierarchy) =>
  files.filter(({ state }) => state === 'loaded').map(({ path }) => path.replace(`${made.base}/`, ''));
const messages = ({ problems }: ResolvedHierarchy) => problems.map(({ message }) => message).join('\n');

describe('sizes', () => {
  test('a file of 50 MB is left out as a whole and never opened', async () => {
    const made = await tree({ 'repo/CLAUDE.md': '', 'repo/CLAUDE.local.md': 'mine' });
    await truncate(made.at('repo/CLAUDE.md'), 50_000_000);
    const hierarchy = await made.resolve();
    expect(reasonOf(hierarchy, made.at('repo/CLAUDE.md'))).toMatch(/larger than 4 MiB/);
    expect(loadedOf(made, hierarchy)).toEqual(['repo/CLAUDE.local.md']);
  });

  test('one line of 4 MiB is taken, one byte more is not', async () => {
    const line = '@a.md '.repeat(700_000).slice(0, 4 * 1024 * 1024);
    const made = await tree({ 'repo/CLAUDE.md': line, 'repo/a.md': 'a' });
    expect(loadedOf(made, await made.resolve())).toEqual(['repo/CLAUDE.md', 'repo/a.md']);
    await writeFile(made.at('repo/CLAUDE.md'), `${line}x`);
    expect(loadedOf(made, await made.resolve())).toEqual([]);
  });

  test('of 10,000 imports some are looked at, and it is said that the rest is not', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `@n/${index}.md`).join('\n');
    const made = await tree({ 'repo/CLAUDE.md': lines, 'repo/n/1.md': 'one', 'repo/n/9999.md': 'last' });
    const hierarchy = await made.resolve();
    expect(loadedOf(made, hierarchy)).toEqual(['repo/CLAUDE.md', 'repo/n/1.md']);
    expect(messages(hierarchy)).toMatch(/Imports more than 2,000 files/);
  });

  test('files that import each other crosswise are read once each', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `n${index}.md`);
    const all = names.map((name) => `@${name}`).join(' ');
    const made = await tree({
      'repo/CLAUDE.md': all,
      ...Object.fromEntries(names.map((name) => [`repo/${name}`, `${name} ${all} @CLAUDE.md`])),
    });
    const hierarchy = await made.resolve();
    expect(loadedOf(made, hierarchy)).toHaveLength(41);
    expect(new Set(made.opened).size).toBe(made.opened.length);
  });

  test('of 100,000 rules in one directory a bounded part is read, and it is said', {
    timeout: 120_000,
  }, async () => {
    const made = await tree({ 'repo/.claude/rules/first.md': 'rule' });
    const { at } = made;
    await promisify(execFile)('sh', [
      '-c',
      `cd "$0" && seq 1 100000 | sed 's/$/.md/' | xargs touch`,
      at('repo/.claude/rules'),
    ]);
    const hierarchy = await made.resolve();
    expect(messages(hierarchy)).toMatch(/More rules than/);
    expect(made.opened.length).toBeLessThanOrEqual(1000);
  });
});

describe('what is no regular file', () => {
  const places = [
    'CLAUDE.md',
    '.claude/CLAUDE.md',
    'CLAUDE.local.md',
    'AGENTS.md',
    '.claude/rules/r.md',
    'imported.md',
  ];

  test.each(places)(
    'a FIFO, a directory, a device, a loop of links and a socketless link as %s',
    async (place) => {
      const made = await tree({
        'repo/x': '',
        'repo/.claude/rules/x.txt': '',
        'home/.claude/CLAUDE.md': '@../../repo/imported.md',
      });
      const path = made.at(join('repo', place));
      await mkdir(dirname(path), { recursive: true });
      const make: readonly (() => Promise<unknown>)[] = [
        () => promisify(execFile)('mkfifo', [path]),
        () => mkdir(path),
        () => symlink('/dev/zero', path),
        () => symlink(path, path),
        () => symlink('nowhere', path),
      ];
      for (const each of make) {
        await each();
        expect(loadedOf(made, await made.resolve())).toEqual(['home/.claude/CLAUDE.md']);
        await rm(path, { recursive: true });
      }
    },
  );

  test('a directory that links to itself, above itself and a farm of links end', async () => {
    const made = await tree({
      'repo/.claude/rules/a.md': 'a',
      'repo/.claude/rules/up': '-> ..',
      'repo/.claude/rules/self': '-> .',
    });
    for (let index = 0; index < 8; index += 1)
      for (let target = 0; target < 8; target += 1) {
        await mkdir(made.at(`repo/.claude/rules/d${index}`), { recursive: true });
        await symlink(`../d${target}`, made.at(`repo/.claude/rules/d${index}/l${target}`));
      }
    const hierarchy = await made.resolve();
    expect(loadedOf(made, hierarchy)).toEqual(['repo/.claude/rules/a.md']);
    expect(made.listed.length).toBeLessThanOrEqual(1001);
  });

  test('names of 255 bytes are names', async () => {
    const name = `${'n'.repeat(252)}.md`;
    const made = await tree({
      [`repo/.claude/rules/${name}`]: 'rule',
      'repo/CLAUDE.md': `@${name} @${'x'.repeat(5000)}.md`,
      [`repo/${name}`]: 'imported',
    });
    expect(loadedOf(made, await made.resolve())).toEqual([
      'repo/CLAUDE.md',
      `repo/${name}`,
      `repo/.claude/rules/${name}`,
    ]);
  });
});

describe('front matter and patterns that explode', () => {
  const bombs = {
    aliases: `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}\npaths: *h`,
    depth: `paths: ${'['.repeat(20_000)}`,
    size: `paths:\n${'  - x/**\n'.repeat(20_000)}`,
    braces: `paths: "${'{a,b}'.repeat(40)}"`,
    stars: `paths: "${'**/*'.repeat(500)}x"`,
    extglob: `paths: "${'+(a|b|+(c|'.repeat(30)}"`,
    class: `paths: "${'[!a-'.repeat(500)}"`,
    proto: 'paths: x\n__proto__:\n  y: 1',
  };
  test.each(Object.entries(bombs))('%s', async (_name, yaml) => {
    const made = await tree({
      'repo/.claude/rules/bomb.md': `---\n${yaml}\n---\nrule`,
      'repo/.claude/rules/z.md': 'z',
      'repo/a.ts': '',
    });
    const { files } = await made.resolve({
      filesRead: [made.at('repo/a.ts'), made.at(`repo/${'a/'.repeat(200)}b.ts`)],
    });
    expect(files.map(({ path }) => path)).toContain(made.at('repo/.claude/rules/z.md'));
  });

  test.each([
    '**/'.repeat(400),
    '{a,'.repeat(2000),
    '+('.repeat(2000),
    `${'a?'.repeat(2000)}*`,
    '['.repeat(70_000),
  ])('an exclude that explodes excludes nothing it should not', async (pattern) => {
    const made = await tree({
      'repo/CLAUDE.md': 'x',
      'repo/.claude/settings.json': JSON.stringify({ claudeMdExcludes: [pattern] }),
    });
    expect(loadedOf(made, await made.resolve())).toEqual(['repo/CLAUDE.md']);
  });
});

describe('a disk that does not stand still', () => {
  test('a reader that answers anything, and never the same, is no error', async () => {
    const made = await tree({});
    const texts = [
      '---\npaths: "*.ts"\n---\nx',
      '@CLAUDE.md @../b.md',
      '',
      '{"claudeMdExcludes":["**"]}',
      'gitdir: ../x',
      '\0\uFFFD',
    ];
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(30)), async (numbers) => {
        const next = () => numbers.next().value ?? 0;
        const reader: ResolveInput['reader'] = {
          readText: async () => {
            const text = texts[next()];
            if (text === undefined) return next() < 3 ? 'too-large' : undefined;
            return { text, bytes: Buffer.byteLength(text) };
          },
          list: async () =>
            Array.from({ length: next() % 4 }, (_, index) => ({
              name: `${index}.md`,
              kind: next() < 20 ? 'file' : 'directory',
            })),
          realPath: async (path) => (next() < 24 ? path : next() < 4 ? dirname(path) : undefined),
        };
        const { hierarchy } = await readHierarchy({
          ...made.input(),
          reader,
          filesRead: [made.at('repo/a/b.ts')],
        });
        expect(hierarchy.files.every(({ state, text }) => state !== 'skipped' || text === '')).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('a tree that changes during the read is read as some moment of it', async () => {
    const made = await tree({ 'repo/CLAUDE.md': '@a.md', 'repo/a.md': 'a', 'repo/.claude/rules/r.md': 'r' });
    let isOver = false;
    const churn = (async () => {
      for (let round = 0; !isOver; round += 1) {
        await rm(made.at('repo/a.md'), { force: true });
        await writeFile(made.at('repo/CLAUDE.md'), round % 2 ? '@a.md x' : '');
        await writeFile(made.at('repo/a.md'), `a ${round}`);
        await rm(made.at('repo/.claude'), { recursive: true, force: true });
        await mkdir(made.at('repo/.claude/rules'), { recursive: true });
        await writeFile(made.at('repo/.claude/rules/r.md'), 'r');
      }
    })();
    for (let round = 0; round < 40; round += 1) {
      const { files } = await made.resolve();
      for (const { path } of files) expect(path.startsWith(made.base)).toBe(true);
    }
    isOver = true;
    await churn;
  });
});

test('invalid UTF-8 becomes the replacement character, as the program shows it', async () => {
  const made = await tree({ 'repo/x': '' });
  await writeFile(made.at('repo/CLAUDE.md'), Buffer.from([0x61, 0xff, 0xfe, 0x0a, 0xc3, 0x28]));
  expect((await made.resolve()).files[0]?.text).toBe('a\uFFFD\uFFFD\n\uFFFD(');
});
