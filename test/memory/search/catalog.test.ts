import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { Catalog, type CatalogItem } from '../../../src/memory/search/catalog.ts';
import { excerptOf } from '../../../src/memory/search/excerpt.ts';
import { fileGroup } from '../../../src/memory/search/hit-group.ts';

let parses = 0;

function file(path: string, text: string, state: 'loaded' | 'skipped' = 'loaded'): CatalogItem {
  const group = () => {
    parses += 1;
    return fileGroup({ path, scope: 'project', state }, path.slice(1), parseMemoryFile(text));
  };
  return { id: path, stamp: state, text, group };
}

async function catalogOf(...items: readonly CatalogItem[]): Promise<Catalog> {
  const catalog = new Catalog();
  await catalog.become(items);
  return catalog;
}

describe('hits', () => {
  it('say where the words stand, under which headings, and what loads', async () => {
    const catalog = await catalogOf(
      file('/CLAUDE.md', '# House\n\n## Style\n\n- Use tabs.\n- First line\n  then spaces for **tables**.\n'),
    );
    expect(catalog.search('tables')).toEqual([
      {
        kind: 'entry',
        id: expect.stringMatching(/^\/CLAUDE\.md#[0-9a-f]{12}$/),
        title: 'First line then spaces for tables.',
        section: 'House › Style',
        path: '/CLAUDE.md',
        place: 'project',
        state: 'loaded',
        excerpt: 'then spaces for **tables**.',
        matches: [{ start: 18, end: 24 }],
        line: 6,
        score: expect.any(Number),
      },
    ]);
  });

  it('name a file by its path, its headings and its description', async () => {
    const catalog = await catalogOf(
      file(
        '/docs/deployment.md',
        '---\ndescription: How releases leave the house\n---\n# Shipping\n\n- Slowly.\n',
      ),
    );
    const itself = { kind: 'file', title: 'docs/deployment.md' };
    for (const query of ['deployment', 'releases']) expect(catalog.search(query)).toMatchObject([itself]);
    expect(catalog.search('shipping')).toMatchObject([{ kind: 'entry', title: 'Slowly.' }, itself]);
  });

  it('are at most as many as asked for, and 200', async () => {
    const items = Array.from({ length: 10_000 }, (_, number) =>
      file(`/${number}/x.md`, `- milk ${number}\n`),
    );
    const catalog = await catalogOf(...items);
    expect(catalog.search('milk')).toHaveLength(20);
    for (const [limit, length] of [
      [3, 3],
      [1000, 200],
      [0, 1],
      [-5, 1],
      [Number.NaN, 20],
    ] as const)
      expect(catalog.search('milk', { limit }), `${limit}`).toHaveLength(length);
    const hits = catalog.search('milk', { limit: 200 });
    expect(new Set(hits.map(({ id }) => id)).size).toBe(200);
  });

  it('are inert: one line each, nothing hidden', async () => {
    const text = `- tea \u202Eevil\u001B[31m\u200B\n  more \u0007bell\n`;
    const [hit] = (await catalogOf(file('/a\u001B.md', text))).search('tea');
    expect(hit?.excerpt).toContain('tea ‹U+202E›evil‹U+001B›[31m');
    for (const part of [hit?.title, hit?.excerpt]) expect(part).not.toMatch(/[\p{Cc}\u202E\u200B]/u);
  });
});

test('only what changed is taken apart again', async () => {
  const catalog = await catalogOf(file('/a.md', '- tea\n'), file('/b.md', '- milk\n'));
  parses = 0;
  await catalog.become([file('/a.md', '- tea\n'), file('/b.md', '- sugar\n')]);
  expect(parses).toBe(1);
  expect(catalog.search('milk')).toEqual([]);
  expect(catalog.search('sugar')).toHaveLength(1);
  await catalog.become([file('/a.md', '- tea\n', 'skipped')]);
  expect(catalog.search('tea')).toMatchObject([{ state: 'skipped' }]);
  expect(catalog.search('sugar')).toEqual([]);
});

describe('an excerpt', () => {
  const asked =
    (...words: readonly string[]) =>
    (word: string) =>
      words.includes(word);

  it('begins at the line with most of the words', () => {
    const text = 'intro\n\n- tea here\n- tea and milk\nend';
    expect(excerptOf(text, asked('tea', 'milk'))).toEqual({
      text: 'tea and milk end',
      matches: [
        { start: 0, end: 3 },
        { start: 8, end: 12 },
      ],
      line: 3,
    });
  });

  it('of a long line begins near the first match and is marked where it was cut', () => {
    const { text, matches } = excerptOf(
      `${'word '.repeat(500)}needle ${'word '.repeat(500)}`,
      asked('needle'),
    );
    expect(text).toMatch(/^….*needle.*…$/);
    expect(matches).toHaveLength(1);
  });

  it('of any text is at most 300 units, well formed, and its matches stand where it says', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 900 }),
        fc.string({ maxLength: 3 }),
        (text, word) => {
          const excerpt = excerptOf(text, (one) => one.startsWith(word.toLowerCase()));
          expect(excerpt.text.length).toBeLessThanOrEqual(300);
          expect(excerpt.text).not.toMatch(/\p{Cs}/u);
          expect(excerpt.text).not.toContain('\n');
          for (const { start, end } of excerpt.matches) {
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(excerpt.text.length);
          }
        },
      ),
    );
  });
});
