import fc from 'fast-check';
import { expect, test } from 'vitest';
import { geminiImports } from '../../../../src/memory/hierarchy/dialects/gemini-imports.ts';

/** As Gemini CLI finds them, word for word of its behaviour but slow on hostile backticks. */
function expected(text: string): readonly string[] {
  const code = [...text.matchAll(/(`+)([\s\S]*?)\1/g)].map((match) => [
    match.index,
    match.index + match[0].length,
  ]);
  const found: string[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at)) {
    const before = text[at - 1];
    if (before !== undefined && !' \t\n\r'.includes(before)) {
      at += 1;
      continue;
    }
    const path = /^[^ \t\n\r]*/.exec(text.slice(at + 1))?.[0] ?? '';
    const start = at;
    const isCode = code.some(([from = 0, to = 0]) => start >= from && start < to);
    if (/^[./A-Za-z]/.test(path) && !isCode) found.push(path);
    at += path.length + 2;
  }
  return found;
}

test('finds what Gemini CLI finds, whatever the backticks', () => {
  const pieces = fc.constantFrom(
    '`',
    '``',
    '```',
    '`````',
    ' ',
    '\n',
    'a',
    '@a.md',
    ' @./b.md ',
    '@@c',
    ' @1',
    '\t@/d',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      const text = parts.join('');
      expect([text, geminiImports(text).map(({ target }) => target)]).toEqual([text, expected(text)]);
    }),
    { numRuns: 5000 },
  );
});

test('lines are counted from 1', () => {
  expect(geminiImports('@a\n\nx @b @c\n```\n@no\n```\n@d')).toEqual([
    { target: 'a', line: 1 },
    { target: 'b', line: 3 },
    { target: 'c', line: 3 },
    { target: 'd', line: 7 },
  ]);
});

// Each run is longer than all behind it, so that none finds its end.
test('backticks made to explode are answered', () => {
  const runs = Array.from({ length: 2000 }, (_unused, index) => '`'.repeat(2001 - index)).join(' ');
  expect(geminiImports(`${runs} @a.md`).length).toBeLessThanOrEqual(1);
});
