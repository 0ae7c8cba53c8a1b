import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import {
  eachWord,
  fold,
  lastWord,
  maxAnalysedUnits,
  stemOf,
  wordsOf,
} from '../../../src/memory/search/analyse.ts';

describe('words', () => {
  it.each([
    ['Answer briefly, please.', ['answer', 'briefly', 'please']],
    ['the and of to', []],
    ['readState', ['readstate', 'read', 'state']],
    ['HTTPServer', ['httpserver', 'http', 'server']],
    ['snake_case', ['snake_case', 'snake', 'case']],
    ['kebab-case', ['kebab-case', 'kebab', 'case']],
    ['src/atomic-write.ts', ['src/atomic-write.ts', 'atomic-write.ts', 'src', 'atomic', 'write', 'ts']],
    ['due 2026-11-22, v1.2.3', ['due', '2026-11-22', '2026', '11', '22', 'v1.2.3', 'v1', '2', '3']],
    ["Caroline's café", ['caroline', 'cafe']],
    ['ﬁle ＡＢＣ', ['file', 'abc']],
    ['Straße ΟΔΟΣ', ['strasse', 'οδος']],
    ['Ich möchte', ['ich', 'mochte']],
    ['東京都', ['東京', '京都']],
    ['مرحبا بالعالم', ['مرحبا', 'بالعالم']],
    ['🎉🎉 *** ((?', []],
    ['__proto__ constructor', ['proto', 'constructor']],
  ])('of %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it('have one stem for the forms of a word, regular or not', () => {
    expect(stemOf('connections')).toBe(stemOf('connected'));
    expect(stemOf('chosen')).toBe(stemOf('choosing'));
    expect(stemOf('wrote')).toBe(stemOf('writes'));
    expect(stemOf('v1.2.3')).toBe('v1.2.3');
    expect(stemOf('東京')).toBe('東京');
  });

  it('are the same however they are written in Unicode', () => {
    expect(fold('É')).toBe(fold('e\u0301'));
    expect(wordsOf('Café')).toEqual(wordsOf('CAFE\u0301'));
  });

  it('that may go on is the last one, where no blank follows', () => {
    expect(lastWord('use the Da')).toBe('da');
    expect(lastWord('use the ')).toBe('');
    expect(lastWord('')).toBe('');
  });
});

test('any text gives folded, short words without blanks, and never throws', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      for (const word of wordsOf(text)) {
        expect(word).not.toMatch(/\s/);
        expect(fold(word)).toBe(word);
        expect(word.length).toBeGreaterThan(0);
      }
      stemOf(text);
      lastWord(text);
    }),
    { numRuns: 500 },
  );
});

test('words that stand apart are found in whatever they stand among', () => {
  const word = fc.stringMatching(/^[a-z]{4,12}$/).map((text) => `q${text}`);
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 30 }),
      fc.constantFrom(' ', '\n', ' — ', ', ', ' 🎉 '),
      (words, gap) => {
        expect(wordsOf(words.join(gap))).toEqual(words);
      },
    ),
  );
});

describe('a line of 50 MB', () => {
  it.each([
    ['words', 'memory '],
    ['one word', 'a'],
    ['one path', 'a/'],
    ['camel case', 'aB'],
    ['ligatures that grow when normalised', '\ufdfa'],
    ['emoji', '🎉'],
    ['ideographs', '東'],
  ])('of %s is looked at up to a bound', (_, unit) => {
    const line = unit.repeat(Math.ceil(50_000_000 / unit.length));
    let units = 0;
    eachWord(line, (word) => {
      units += word.length;
    });
    // A word counts whole and in pieces.
    expect(units).toBeLessThanOrEqual(3 * maxAnalysedUnits);
  });

  it('is not cut in the middle of a word', () => {
    const text = 'memory '.repeat(100_000);
    expect(new Set(wordsOf(text))).toEqual(new Set(['memory']));
    expect(wordsOf(text)).toHaveLength(100_000);
  });
});
