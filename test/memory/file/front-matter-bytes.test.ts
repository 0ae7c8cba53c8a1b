import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '../../../src/memory/file/front-matter.ts';
import { setFrontMatterValue } from '../../../src/memory/file/front-matter-edit.ts';

const keys = ['name', 'description', 'metadata', 'paths', 'type', 'a b', 'é'] as const;

/** One pair as people write it, over one or more lines, or a line that is no pair. */
const scalar = fc.constantFrom(
  'plain words',
  "'it''s quoted'",
  '"two \\" marks"',
  '12',
  'true',
  '2026-11-22',
  '~',
  '',
  'a: b'.replace(': ', ':'),
);
const tail = fc.constantFrom('', '   # why', '\t# tab', '  ');
const pairOf = (key: string) =>
  fc.oneof(
    fc
      .tuple(scalar, tail)
      .map(([value, rest]) => [`${key}:${value === '' ? '' : ` ${value}`}${value === '' ? '' : rest}`]),
    fc.constantFrom(
      [`${key}: [a,   b]  # flow`],
      [`${key}:`, '  - one   # first', '  - "two"'],
      [`${key}:`, '- one', '- two'],
      [`${key}: |`, '  block', '   text', ''],
      [`${key}: >-`, '    folded', '    # no comment'],
      [`${key}:`, '    deep: 1', '', '    # inside', "    deeper: 'x'"],
      [`"${key}": { flow: map }`],
      [`? ${key}`, ': explicit'],
    ),
  );
const other = fc.constantFrom([''], ['# a comment'], [' # indented comment'], ['#']);

const frontMatter = fc
  .tuple(fc.shuffledSubarray([...keys], { minLength: 0 }), fc.array(other, { maxLength: 4 }), fc.nat())
  .chain(([used, others, seed]) =>
    fc.tuple(...used.map(pairOf)).map((pairs) => {
      const lines: string[] = [];
      const all: (readonly string[])[] = [...pairs];
      for (const [index, each] of others.entries())
        all.splice((seed + index * 3) % (all.length + 1), 0, each);
      for (const each of all) lines.push(...each);
      return lines;
    }),
  );

const text = fc
  .tuple(
    fc.constantFrom('', '\uFEFF'),
    frontMatter,
    fc.constantFrom('\n', '\r\n', '\r'),
    fc.constantFrom('---', '---  '),
    fc.constantFrom('', 'body', 'body\nof\r\nall\rends', '---\nnot: yaml\n---\n'),
  )
  .map(([mark, lines, lineEnd, fence, body]) => ({
    whole: `${mark}---${lineEnd}${lines.map((line) => line + lineEnd).join('')}${fence}${lineEnd}${body}`,
    lineEnd,
  }));

const path = fc.oneof(
  fc.constantFrom(...keys).map((key) => [key]),
  fc.constantFrom(['new'], ['metadata', 'varve_status'], ['metadata', 'deep'], ['fresh', 'inner']),
);
const value = fc.oneof(
  fc.constantFrom(
    'accepted',
    'two words',
    'yes',
    '12',
    '',
    '# x',
    'a: b',
    "it's",
    '"',
    '- x',
    '2026-11-22',
    '---',
    'é😀',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const linesOf = (whole: string) => whole.split(/(?<=\r\n|\n|\r(?!\n))/);

describe('an edit of the front matter', () => {
  test('is refused, or changes one place and is read back: comments, order, quoting, line ends and marks stay', () => {
    let edits = 0;
    fc.assert(
      fc.property(text, path, value, ({ whole }, keyPath, wanted) => {
        const result = setFrontMatterValue(whole, keyPath, wanted);
        if (!result.ok) return;
        edits += 1;
        const before = linesOf(whole);
        const after = linesOf(result.value);
        let head = 0;
        while (head < before.length && before[head] === after[head]) head += 1;
        let end = 0;
        while (
          end < before.length - head &&
          end < after.length - head &&
          before.at(-1 - end) === after.at(-1 - end)
        )
          end += 1;
        const gone = before.slice(head, before.length - end);
        const come = after.slice(head, after.length - end);
        // Only the lines of the one value: what is gone names its key or continues it, and no comment goes with it.
        expect(gone.filter((line) => /^\s*#/.test(line) && !/no comment|inside/.test(line))).toEqual([]);
        expect(come.length).toBeLessThanOrEqual(Math.max(1, gone.length) + keyPath.length);
        const comments = (lines: readonly string[]) =>
          lines.join('').match(/# (?:why|tab|a comment|indented comment|first|flow|inside)/g) ?? [];
        expect(comments(after)).toEqual(comments(before));
        const was = readFrontMatter(whole).frontMatter?.values ?? {};
        const is = readFrontMatter(result.value).frontMatter?.values ?? {};
        expect(Object.keys(is).filter((key) => key in was)).toEqual(Object.keys(was));
        expect(keyPath.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], is)).toBe(wanted);
      }),
      { numRuns: 1200 },
    );
    // A property over refusals alone would prove nothing.
    expect(edits).toBeGreaterThan(400);
  });

  test('of a value to what it is changes no byte, where it stands on one line', () => {
    let same = 0;
    fc.assert(
      fc.property(text, fc.constantFrom(...keys), ({ whole }, key) => {
        const was = readFrontMatter(whole).frontMatter?.values[key];
        const isOneLine = new RegExp(`^${key}:[ \\t]+[^|>\\s]`, 'm').test(whole);
        if (typeof was !== 'string' || !isOneLine) return;
        const result = setFrontMatterValue(whole, [key], was);
        if (!result.ok) throw new Error(result.error.message);
        same += 1;
        expect(result.value).toBe(whole);
      }),
      { numRuns: 1500 },
    );
    expect(same).toBeGreaterThan(50);
  });
});
