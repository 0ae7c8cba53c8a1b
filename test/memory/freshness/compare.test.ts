import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGit } from '../../../src/base/git-process.ts';
import type { Anchor } from '../../../src/memory/freshness/anchor.ts';
import { movedFiles } from '../../../src/memory/freshness/moved-files.ts';
import { temporaryDirectory } from '../../fakes/temporary-directory.ts';
import { samples } from './code.ts';
import { type CodePlace, codePlace } from './code-place.ts';

const search = `import { open } from './open.ts';

/** Finds what was asked for. */
export class Search {
  readonly #index = open('index');

  find(words: readonly string[]): readonly string[] {
    const found = words.flatMap((word) => this.#index.get(word) ?? []);
    return found.filter((one, at) => found.indexOf(one) === at);
  }

  forget(word: string): void {
    this.#index.delete(word);
  }
}

export function rank(hits: readonly string[], limit: number): readonly string[] {
  return hits.toSorted((a, b) => a.length - b.length).slice(0, limit);
}
`;
const files = {
  'src/search.ts': search,
  'src/open.ts':
    'export function open(name: string): Map<string, string[]> {\n  return new Map([[name, []]]);\n}\n',
  'src/other.ts': 'export const other = 1;\n',
  'docs/how.md': '# How\n\nWe search by words.\n',
  'settings.yaml': 'search: words\nlimit: 10\n',
};

async function stateOf(place: CodePlace, anchor: Anchor) {
  const [state] = await place.compare(anchor);
  return state;
}

const find = (place: CodePlace) => place.anchor('src/search.ts', 'words.flatMap');
const rank = (place: CodePlace) => place.anchor('src/search.ts', 'toSorted');

describe('an anchor', () => {
  it('is the innermost declaration of a line, and the whole file where there is none', async () => {
    const place = await codePlace(files);
    expect(await find(place)).toMatchObject({ path: 'src/search.ts', symbol: 'Search.find' });
    expect(await place.anchor('src/search.ts', 'Finds what')).toMatchObject({ symbol: 'Search' });
    expect(await place.anchor('src/search.ts', 'import {')).toEqual({ path: 'src/search.ts' });
    expect(await place.anchor('docs/how.md', 'We search')).toEqual({
      path: 'docs/how.md',
      hash: expect.stringMatching(/^text:[0-9a-f]{64}$/),
    });
  });

  it('is fresh while nothing was changed, also from a state that is not committed', async () => {
    const place = await codePlace(files);
    const anchors = [await find(place), await rank(place), await place.anchor('docs/how.md', 'We search')];
    await place.edit('src/search.ts', 'this.#index.delete(word);', 'this.#index.clear();');
    const states = await place.compare(...anchors);
    expect(states.map(({ state }) => state)).toEqual(['fresh', 'fresh', 'fresh']);
    expect(states[0]?.now).toEqual({ path: 'src/search.ts', symbol: 'Search.find', first: 6, last: 9 });
  });

  it.each<[string, (place: CodePlace) => Promise<void>, string]>([
    ['one word was changed', (place) => place.edit('src/search.ts', 'found.filter', 'found.slice'), 'stale'],
    [
      'it was taken out',
      (place) => place.write('src/search.ts', search.replace(/ {2}find[\s\S]*?\n {2}\}\n/, '')),
      'gone',
    ],
    ['its file was taken away', (place) => place.remove('src/search.ts'), 'gone'],
    [
      'another method was changed',
      (place) => place.edit('src/search.ts', '.delete(word)', '.clear()'),
      'fresh',
    ],
    [
      'the class got another name',
      (place) => place.edit('src/search.ts', 'class Search {', 'class Finder {'),
      'moved',
    ],
    ['it got another name', (place) => place.edit('src/search.ts', 'find(words', 'lookUp(words'), 'moved'],
    ['its file was renamed', (place) => place.move('src/search.ts', 'src/finding.ts'), 'moved'],
    ['its folder was renamed', (place) => place.move('src', 'source'), 'moved'],
    [
      'there is a syntax error in it',
      (place) => place.edit('src/search.ts', 'found.filter(', 'found.filter((('),
      'unknown',
    ],
    ['its file is no text any more', (place) => place.write('src/search.ts', '\0\0'), 'unknown'],
    [
      'its file is too large now',
      (place) => place.write('src/search.ts', `${search}//${'x'.repeat(1 << 20)}`),
      'unknown',
    ],
  ])('says what became of a method when %s, before and after a commit', async (_name, change, expected) => {
    const place = await codePlace(files);
    const anchor = await find(place);
    await change(place);
    const before = await stateOf(place, anchor);
    expect(before).toMatchObject({ state: expected });
    expect(before?.reason).toMatch(/^\S.*\.$/);
    place.git('add', '-A');
    expect(await stateOf(place, anchor)).toEqual(before);
    place.commit();
    expect(await stateOf(place, anchor)).toEqual(before);
  });

  it('follows a file through renames, changes and a merge', async () => {
    const place = await codePlace(files);
    const [anchor, whole] = [await find(place), await place.anchor('docs/how.md', 'We search')];
    place.git('checkout', '-q', '-b', 'side');
    await place.move('src', 'lib');
    place.commit('One');
    await place.move('docs/how.md', 'papers/search.md');
    place.commit('Two');
    place.git('checkout', '-q', 'main');
    await place.write('more.txt', 'More.\n');
    place.commit('Meanwhile');
    place.git('merge', '-q', '--no-edit', 'side');
    place.git('mv', 'lib/search.ts', 'lib/finding.ts');
    place.commit('Three');
    const states = await place.compare(anchor, whole);
    expect(states).toMatchObject([
      { state: 'moved', now: { path: 'lib/finding.ts', symbol: 'Search.find' } },
      { state: 'moved', now: { path: 'papers/search.md' } },
    ]);
    await place.edit('lib/finding.ts', 'found.filter', 'found.slice');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'stale', now: { path: 'lib/finding.ts' } });
    place.git('mv', 'lib/finding.ts', 'src-finding.ts');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'stale', now: { path: 'src-finding.ts' } });
  });

  it('follows a function into another file, and back', async () => {
    const place = await codePlace(files);
    const anchor = await rank(place);
    const text = search.slice(search.indexOf('export function rank'));
    await place.edit('src/search.ts', text, '');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'gone' });
    await place.write('src/ranking/rank.ts', `// New.\n${text}`);
    const moved = { state: 'moved', now: { path: 'src/ranking/rank.ts', symbol: 'rank', first: 1, last: 3 } };
    expect(await stateOf(place, anchor)).toMatchObject(moved);
    place.commit();
    expect(await stateOf(place, anchor)).toMatchObject(moved);
    await place.write('src/search.ts', search);
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'fresh' });
  });

  it('follows a method out of its class and into another', async () => {
    const place = await codePlace(files);
    const anchor = await find(place);
    const method = / {2}find[\s\S]*?\n {2}\}\n/.exec(search)?.[0] ?? '';
    await place.edit('src/search.ts', method, '');
    await place.write('src/words.ts', `export class Words extends Base {\n${method}}\n`);
    expect(await stateOf(place, anchor)).toMatchObject({
      state: 'moved',
      now: { path: 'src/words.ts', symbol: 'Words.find' },
    });
  });

  it('stays where it is when its file is copied', async () => {
    const place = await codePlace(files);
    const anchor = await find(place);
    await place.write('src/a-copy.ts', search);
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'fresh', now: { path: 'src/search.ts' } });
    place.commit();
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'fresh', now: { path: 'src/search.ts' } });
  });

  it('is stale where its file was moved by hand and changed before git was told', async () => {
    const place = await codePlace(files);
    const anchor = await find(place);
    await place.move('src/search.ts', 'lib/search.ts');
    await place.edit('lib/search.ts', 'found.filter', 'found.slice');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'stale', now: { path: 'lib/search.ts' } });
  });

  it('does not take a short body in another file for its own', async () => {
    const place = await codePlace({
      'a.ts': 'export const a = 1;\nexport const b = 2;\n',
      'b.ts': 'export const b = 2;\n',
    });
    const anchor = await place.anchor('a.ts', 'b = 2');
    await place.write('a.ts', 'export const a = 1;\n');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'gone' });
  });

  it('is fresh again when what was deleted or changed is restored', async () => {
    const place = await codePlace(files);
    const anchor = await find(place);
    await place.remove('src/search.ts');
    place.commit('Away');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'gone' });
    place.git('revert', '--no-edit', 'HEAD');
    expect(await stateOf(place, anchor)).toMatchObject({ state: 'fresh' });
  });

  it('of a whole file tells changed from moved', async () => {
    const place = await codePlace(files);
    const anchors = [
      await place.anchor('docs/how.md', 'We search'),
      await place.anchor('settings.yaml', 'search'),
    ];
    await place.move('docs/how.md', 'docs/searching.md');
    await place.edit('settings.yaml', 'limit: 10', 'limit: 11');
    expect(await place.compare(...anchors)).toMatchObject([
      { state: 'moved', now: { path: 'docs/searching.md' } },
      { state: 'stale', now: { path: 'settings.yaml' } },
    ]);
    await place.edit('settings.yaml', 'limit: 11', 'limit:   10  # ten'.slice(0, 11));
    expect(await place.compare(anchors[1]!)).toMatchObject([{ state: 'fresh' }]);
  });

  it('without a hash is unknown where the path is there, moved where git knows, and gone else', async () => {
    const place = await codePlace(files);
    const anchors = [{ path: 'src/open.ts' }, { path: 'src/search.ts' }, { path: 'src/other.ts' }];
    place.git('mv', 'src/search.ts', 'src/finding.ts');
    await place.remove('src/other.ts');
    const states = await place.compare(...anchors);
    expect(states.map(({ state }) => state)).toEqual(['unknown', 'moved', 'gone']);
  });

  it('never leads out of the project, and knows no hash but its own', async () => {
    const place = await codePlace(files);
    const outside = await temporaryDirectory();
    await writeFile(join(outside, 'secret.ts'), search);
    await symlink(join(outside, 'secret.ts'), join(place.root, 'link.ts'));
    await symlink(outside, join(place.root, 'linked'));
    const { hash = '' } = await find(place);
    const anchors = [
      '../secret.ts',
      join(outside, 'secret.ts'),
      'link.ts',
      'linked/secret.ts',
      'src/../../secret.ts',
      '',
    ].map((path) => ({ path, symbol: 'Search.find', hash }));
    const states = await place.compare(...anchors, {
      path: 'src/search.ts',
      symbol: 'Search.find',
      hash: `2:${hash}`,
    });
    expect(states.map(({ state, now }) => [state, now])).toEqual(states.map(() => ['unknown', undefined]));
  });

  it('cannot be told in a clone without the history that says where its file went', async () => {
    const place = await codePlace(files);
    const [anchor, never] = [await find(place), { path: 'src/never.ts', symbol: 'a', hash: '0'.repeat(64) }];
    await place.remove('src/search.ts');
    place.commit('Away');
    await place.write('more.txt', 'More.\n');
    place.commit('More');
    expect((await place.compare(anchor, never)).map(({ state }) => state)).toEqual(['gone', 'gone']);
    place.git('clone', '-q', '--depth', '1', `file://${place.root}`, join(place.root, 'shallow'));
    const shallow: CodePlace = { ...place, root: join(place.root, 'shallow') };
    const git = createGit({ directory: shallow.root, environment: process.env });
    const went = await movedFiles(git, () => Promise.resolve(false)).renames(['src/search.ts']);
    expect([...went]).toEqual([['src/search.ts', 'unknown']]);
  });
});

describe('layout', () => {
  it('of a whole repository changes no state, whatever the language, line ends and byte order marks', async () => {
    const place = await codePlace({ ...files, ...samples });
    const anchors: Anchor[] = [];
    for (const path of [...Object.keys(files), ...Object.keys(samples)]) {
      const lines = (await place.read(path)).split('\n').filter((line) => line.trim() !== '');
      for (const line of lines) anchors.push(await place.anchor(path, line));
    }
    const hashed = anchors.filter(({ hash }) => hash !== undefined);
    expect(hashed.length).toBeGreaterThan(80);
    for (const path of Object.keys({ ...files, ...samples }))
      await place.write(path, formatted(path, await place.read(path)));
    place.commit('Format everything');
    expect(place.git('show', '--stat', '--format=').split('\n').length).toBeGreaterThan(10);
    const states = await place.compare(...hashed);
    expect(states.filter(({ state }) => state !== 'fresh')).toEqual([]);
  });
});

/** Another layout of the same: other indentation, line ends, comments, blank lines, a byte order mark. */
function formatted(path: string, text: string): string {
  const isRaw = (line: string) => line.includes('`') || line.includes(' text`');
  const mark = path.endsWith('.py') ? '#' : '//';
  const comments = /\.(?:md|yaml|jsx)$/.test(path) ? [] : [`${mark} Laid out anew.`];
  const lines = text.split('\n').flatMap((line) => {
    if (isRaw(line)) return [line];
    const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
    return line.trim() === '' ? ['', ''] : [`${indent}${indent}${line.trim()}  `];
  });
  return `\uFEFF${[...comments, ...lines].join('\r\n')}`;
}
