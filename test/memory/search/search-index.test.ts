import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readQuery } from '../../../src/memory/search/query.ts';
import { SearchIndex } from '../../../src/memory/search/search-index.ts';

const group = (id: string, texts: readonly string[], title = '') => ({
  id,
  title,
  documents: texts.map((text, index) => ({ id: `${index}`, text })),
});

function found(index: SearchIndex, query: string, options: { prefix?: boolean; neighbours?: boolean } = {}) {
  const { prefix = false, ...rest } = options;
  return index
    .rank(readQuery(query, prefix), { limit: 20, ...rest })
    .map(({ group: id, document }) => `${id}/${document}`);
}

describe('the index', () => {
  it('finds by stem and ranks rarer words, and more of them, higher', () => {
    const index = new SearchIndex();
    index.put(
      group('a', [
        'Tests use real files.',
        'Decided: sessions are stored in SQLite.',
        'Files are read once.',
      ]),
    );
    index.put(group('b', ['Storing files is slow.']));
    expect(found(index, 'store a file')[0]).toBe('b/0');
    expect(found(index, 'decision sqlite')).toEqual(['a/1']);
  });

  it('lifts a document by the group it stands in and by its neighbours', () => {
    const index = new SearchIndex();
    index.put(
      group('release', ['Run the build.', 'Deploy with care.', 'Deploy on Monday.', 'Deploy twice.']),
    );
    index.put(group('other', ['Run the build.', 'Eat.', 'Sleep.', 'Walk.']));
    expect(found(index, 'deploy build').indexOf('release/0')).toBeLessThan(
      found(index, 'deploy build').indexOf('other/0'),
    );
  });

  it('finds an answer without a word of the question only where neighbours may speak for it', () => {
    const index = new SearchIndex();
    index.put(group('talk', ['When did you adopt the dog?', 'In May.', 'Nice.']));
    expect(found(index, 'adopt dog')).toEqual(['talk/0']);
    expect(found(index, 'adopt dog', { neighbours: true })).toEqual(['talk/0', 'talk/1']);
  });

  it('ranks groups by all their words and by their title', () => {
    const index = new SearchIndex();
    index.put(group('one', ['Tea.', 'Milk.'], '8 May 2023'));
    index.put(group('two', ['Tea.', 'Sugar.'], '9 June 2023'));
    const groups = index.rankGroups(readQuery('tea in June', false), { limit: 5 });
    expect(groups.map(({ group: id }) => id)).toEqual(['two', 'one']);
  });

  it('takes the last word as the beginning of one when asked to', () => {
    const index = new SearchIndex();
    index.put(group('a', ['Authentication goes through the gateway.', 'Nothing else.']));
    for (const typed of ['au', 'authen', 'authenticati', 'gateway au', 'the au'])
      expect(found(index, typed, { prefix: true }), typed).toEqual(['a/0']);
    expect(found(index, 'authen ', { prefix: true })).toEqual([]);
    expect(found(index, 'authenticati')).toEqual([]);
  });

  it('forgets what was replaced and taken out', () => {
    const index = new SearchIndex();
    index.put(group('a', ['Old words.', 'Other words.']));
    index.put(group('a', ['New words.']));
    expect(found(index, 'old')).toEqual([]);
    expect(found(index, 'new')).toEqual(['a/0']);
    index.remove(['a', 'unknown']);
    expect(found(index, 'words new')).toEqual([]);
  });
});

test('after any changes it answers as one that was built from what is there', () => {
  const word = fc.constantFrom(
    'tea',
    'milk',
    'sugar',
    'tests',
    'src/tea.ts',
    'readState',
    'the',
    'May',
    '2023',
  );
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
  const change = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    texts: fc.option(fc.array(text, { maxLength: 4 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), text, fc.boolean(), (changes, query, neighbours) => {
      const index = new SearchIndex();
      const there = new Map<string, readonly string[]>();
      for (const { id, texts } of changes) {
        if (texts === undefined) {
          index.remove([id]);
          there.delete(id);
        } else {
          index.put(group(id, texts, id));
          there.set(id, texts);
        }
      }
      const fresh = new SearchIndex();
      for (const [id, texts] of there) fresh.put(group(id, texts, id));
      const ask = (one: SearchIndex) =>
        one
          .rank(readQuery(query, true), { limit: 50, neighbours })
          .map(({ score, ...rest }) => ({ ...rest, score: score.toFixed(6) }))
          .sort((a, b) => `${a.group}${a.document}`.localeCompare(`${b.group}${b.document}`));
      expect(ask(index)).toEqual(ask(fresh));
    }),
  );
});

test('thousands of replacements give numbers again and keep the answers right', () => {
  const index = new SearchIndex();
  for (let round = 0; round < 3000; round += 1)
    index.put(group(`g${round % 7}`, [`word${round % 50} tea`, 'milk']));
  expect(found(index, 'tea')).toHaveLength(7);
  // The last seven of them are there, and nothing older.
  expect(found(index, 'word42')).toEqual([]);
  expect(found(index, 'word49')).toEqual(['g3/0']);
});

describe('hostile questions', () => {
  const index = new SearchIndex();
  index.put(group('a', ['The constructor and __proto__ of hasOwnProperty.', 'שלום עולם', 'Plain tea 🎉']));
  for (let number = 0; number < 10_000; number += 1)
    index.put(group(`many${number}`, [`milk number ${number}`]));

  it.each([
    ['', []],
    ['the of and', []],
    ['🎉', []],
    ['.*+?^$()|[]{}\\', []],
    ['__proto__', ['a/0']],
    ['constructor', ['a/0']],
    ['hasOwnProperty', ['a/0']],
    ['toString valueOf', []],
    ['שלום', ['a/1']],
    ['\u202Eשלום', ['a/1']],
    ['\ud800', []],
  ])('%j', (query, answer) => {
    expect(found(index, query)).toEqual(answer);
    found(index, query, { prefix: true, neighbours: true });
  });

  it('of 100 KB is read up to a bound', () => {
    expect(found(index, 'tea '.repeat(25_000))).toEqual(['a/2']);
    expect(found(index, `${'x'.repeat(100_000)} tea`)).toEqual([]);
  });

  it('with 10,000 answers gives the limit, best first', () => {
    const answer = index.rank(readQuery('milk number', false), { limit: 200 });
    expect(answer).toHaveLength(200);
    expect(answer.map(({ score }) => score)).toEqual(answer.map(({ score }) => score).sort((a, b) => b - a));
  });
});
