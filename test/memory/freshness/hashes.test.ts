import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textHash } from '../../../src/memory/freshness/source-text.ts';
import { hashes, read, reader, samples } from './code.ts';

const paths = Object.keys(samples);

describe('symbols', () => {
  it.each<[string, readonly string[]]>([
    [
      'a.ts',
      'Search Search.limit Search.#cache Search.find open load load_2 Harbor Harbor.depth Tide default'.split(
        ' ',
      ),
    ],
    ['a.jsx', ['Panel', 'module.exports.open']],
    ['a.py', 'LIMIT find find.inner Search Search.depth Search.find'.split(' ')],
    ['a.go', 'depth Ship Ship.Moor New'.split(' ')],
    [
      'a.rs',
      [
        'Ship',
        'impl fmt::Display for Ship',
        '<Ship as fmt::Display>.fmt',
        'impl Ship',
        'Ship.DEPTH',
        'Ship.moor',
        'tide',
        'tide.Tide',
        'twice',
      ],
    ],
    ['a.java', 'Ship Ship.size Ship.Ship Ship.moor Ship.Tide Ship.Berth Pilot Pilot.board'.split(' ')],
  ])('of %s', async (path, symbols) => {
    const found = Object.keys(await hashes(path, samples[path]!));
    expect(found).toEqual(symbols.map((symbol) => symbol.replace('_', ' ')));
    expect((await read(path, samples[path]!)).isBroken).toBe(false);
  });

  it('say where they stand, from their first token on, and where the comment above begins', async () => {
    const { declarations } = await read('a.py', samples['a.py']!);
    const find = declarations.find(({ symbol }) => symbol === 'find');
    expect(find).toMatchObject({ reach: 4, first: 5, last: 14 });
    const { declarations: ts } = await read('a.ts', samples['a.ts']!);
    expect(ts.find(({ symbol }) => symbol === 'Search')).toMatchObject({ reach: 0, first: 1, last: 10 });
    expect(ts.find(({ symbol }) => symbol === 'Search.find')).toMatchObject({ reach: 4, first: 5, last: 9 });
    expect(ts.find(({ symbol }) => symbol === 'open')).toMatchObject({ reach: 11, first: 11, last: 13 });
  });

  it('are those of the outer declarations where functions stand in functions', async () => {
    const text =
      'export function outer() {\n  function inner() {}\n  const x = () => 1;\n}\nconst { a, b } = c;\n';
    expect(Object.keys(await hashes('b.ts', text))).toEqual(['outer']);
  });
});

/** A stretch of a text: a token that must stay as it is, or white space and comments that may be any. */
interface Stretch {
  readonly text: string;
  readonly isSpace: boolean;
}

// Strings, templates, regular expressions, comments, words and signs; enough of each language for these samples.
const lexer =
  /(?<space>(?:\s|\/\*[\s\S]*?\*\/|\/\/[^\n]*\n)+)|(?<token>"""[\s\S]*?"""|f?"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\\n])*'|`[^`]*`|\/x y\/g|[\w$#@]+!?|[-+*/=<>&|!:?.]+|[^\s])/g;

function stretches(text: string): readonly Stretch[] {
  return [...text.matchAll(lexer)].map((match) => ({
    text: match[0],
    isSpace: match.groups?.['space'] !== undefined,
  }));
}

// A line break after these, or before `as`, `=>` and (behind a comment) `?`, ends a statement or is read so by the grammar.
const holdsItsLine = /^(?:return|async|export|namespace|Harbor|break|throw)$/;

function laidOut(parts: readonly Stretch[], spaces: readonly string[]): string {
  return parts
    .map(({ text, isSpace }, at) => {
      if (!isSpace) return text;
      const isHeld =
        holdsItsLine.test(parts[at - 1]?.text ?? '') || /^(?:as|=>|[?])$/.test(parts[at + 1]?.text ?? '');
      return isHeld ? '  ' : (spaces[at] ?? ' ');
    })
    .join('');
}

const anySpace = fc.oneof(
  fc.stringMatching(/^[ \t\n]{1,6}$/),
  fc.constantFrom(
    '\r\n',
    '\n\n\n',
    '\r\n\t',
    ' /* a } comment */ ',
    ' // another { comment\n',
    '\n/** Third. */\n',
  ),
);

describe('a hash', () => {
  it.each(['a.ts', 'a.rs', 'a.java'])('of %s is the same however it is laid out', async (path) => {
    const before = await hashes(path, samples[path]!);
    const parts = stretches(samples[path]!);
    const spaces = fc.array(anySpace, { minLength: parts.length, maxLength: parts.length });
    await fc.assert(
      fc.asyncProperty(spaces, async (some) => {
        expect(await hashes(path, laidOut(parts, some))).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  // Lines, indentation and comments of the two languages where a line break is more than white space.
  it.each<[string, string, (indent: string) => string]>([
    ['a.py', '#', (indent) => indent],
    ['a.go', '//', () => '\t \t'],
  ])('of %s is the same with other indentation, blank lines and comments', async (path, mark, indented) => {
    const before = await hashes(path, samples[path]!);
    const lines = samples[path]!.split('\n');
    const line = fc.record({ blank: fc.nat(2), comment: fc.boolean(), end: fc.constantFrom('', '  ', '\t') });
    const layout = fc.record({
      of: fc.array(line, { minLength: lines.length, maxLength: lines.length }),
      width: fc.integer({ min: 1, max: 8 }),
      eol: fc.constantFrom('\n', '\r\n'),
      bom: fc.constantFrom('', '\uFEFF'),
    });
    await fc.assert(
      fc.asyncProperty(layout, async ({ of, width, eol, bom }) => {
        const out = lines.flatMap((text, at) => {
          const raw = text.includes(' text`') || text === '';
          const depth = (/^[ \t]*/.exec(text)?.[0] ?? '').replaceAll('\t', '    ').length / 4;
          const indent = indented(' '.repeat(width * depth));
          const how = of[at]!;
          const inString = (lines[at - 1] ?? '').includes('`raw');
          const above = inString
            ? []
            : [...Array<string>(how.blank).fill(''), ...(how.comment ? [`${indent}${mark} one`] : [])];
          return [
            ...above,
            raw || inString ? text : `${indent}${text.trim()}${text.includes('`raw') ? '' : how.end}`,
          ];
        });
        expect(await hashes(path, bom + out.join(eol))).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('of JSX is the same when its text is broken into other lines', async () => {
    const other = samples['a.jsx']!.replace(
      '    Two words {title}\n    <b>deep</b>',
      '      Two words{" "}\n',
    ).replace('{" "}\n', ' {title}\n\n   <b>deep</b>');
    expect(other).not.toBe(samples['a.jsx']);
    expect(await hashes('a.jsx', other)).toEqual(await hashes('a.jsx', samples['a.jsx']!));
    const joined = samples['a.jsx']!.replace('Two words {title}', 'Twowords {title}');
    expect(await hashes('a.jsx', joined)).not.toEqual(await hashes('a.jsx', samples['a.jsx']!));
  });

  it('takes a semicolon between two statements of Python or Go for the line break it stands for', async () => {
    expect(await hashes('b.py', 'def f():\n    a = 1; b = 2\n')).toEqual(
      await hashes('b.py', 'def f():\n  a = 1\n  b = 2;\n'),
    );
    expect(await hashes('b.go', 'package a\nfunc f() { a(); b() }\n')).toEqual(
      await hashes('b.go', 'package a\nfunc f() {\n\ta()\n\tb()\n}\n'),
    );
  });

  it.each<[string, string, string]>([
    ['b.py', 'def f():\n  if a:\n    b()\n  c()\n', 'def f():\n  if a:\n    b()\n    c()\n'],
    ['b.py', 'def f():\n  a\n  (b)\n', 'def f():\n  a(b)\n'],
    ['b.go', 'package a\ntype T struct {\n\tA\n\tB\n}\n', 'package a\ntype T struct {\n\tA B\n}\n'],
    ['b.js', 'function f() { return\n1 }', 'function f() { return 1 }'],
    ['b.ts', 'const s = "a b"', 'const s = "a  b"'],
    ['b.ts', 'const s = `a\n b`', 'const s = `a\nb`'],
    ['b.ts', 'const s = [1, 2]', 'const s = [1, 2,]'],
    ['b.rs', 'fn f() { x!(a b) }', 'fn f() { x!(ab) }'],
    ['b.py', 'def f():\n  "doc"\n', 'def f():\n  "docs"\n'],
  ])('of %s differs where only layout seems to: %j and %j', async (path, one, other) => {
    expect((await read(path, one)).isBroken).toBe(false);
    expect((await read(path, other)).isBroken).toBe(false);
    expect(await hashes(path, one)).not.toEqual(await hashes(path, other));
  });

  it.each(paths)('of %s changes with each of its tokens', async (path) => {
    const parts = stretches(samples[path]!);
    const { whole } = await read(path, samples[path]!);
    const isBreak = (at: number) => /\.(?:py|go)$/.test(path) && parts[at]?.text === ';';
    const unseen: string[] = [];
    let changed = 0;
    for (const [at, part] of parts.entries()) {
      if (part.isSpace || isBreak(at) || part.text.startsWith('#')) continue;
      // A comment of Python is no space to the lexer above.
      const lineSoFar =
        parts
          .slice(0, at)
          .map(({ text }) => text)
          .join('')
          .split('\n')
          .at(-1) ?? '';
      if (path === 'a.py' && lineSoFar.trimStart().startsWith('#')) continue;
      const other = /^[\w$#@]+!?$/.test(part.text)
        ? `z${part.text}`
        : part.text.length > 2
          ? `${part.text.slice(0, -1)}z${part.text.at(-1)}`
          : '';
      const text = parts.map((one, index) => (index === at ? other : one.text)).join('');
      changed += 1;
      if ((await read(path, text)).whole?.hash === whole?.hash) unseen.push(`${at}: ${part.text}`);
    }
    expect(changed).toBeGreaterThan(50);
    expect(unseen).toEqual([]);
  });

  it('is kept by a declaration that only got another name, also where it names itself', async () => {
    const [one, other] = await Promise.all([
      hashes('b.ts', 'function walk(n: number) { return n === 0 ? 0 : walk(n - 1); }'),
      hashes('b.ts', 'function stroll(n: number) { return n === 0 ? 0 : stroll(n - 1); }'),
    ]);
    expect(one['walk']).toBe(other['stroll']);
    const mixed = await hashes('b.ts', 'function stroll(n: number) { return n === 0 ? 0 : walk(n - 1); }');
    expect(mixed['stroll']).not.toBe(other['stroll']);
  });

  it('is over text, and says so, where there is a syntax error, and only there', async () => {
    const text = 'function a() { return 1; }\nfunction b() { return ((; }\nfunction c() {}\n';
    const found = await hashes('b.js', text);
    expect(found['b']).toMatch(/^text:[0-9a-f]{64}$/);
    expect(found['a']).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashes('b.js', text)).toEqual(found);
    expect((await hashes('b.js', text.replace('((; }', '((;   }')))['b']).toBe(found['b']);
  });

  it('of text counts no white space, and every word', () => {
    expect(textHash('a  b\n\nc ')).toBe(textHash('a b c'));
    expect(textHash('a b c')).not.toBe(textHash('a b d'));
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['what is no source text', '\u0000\u0001 {{{{ ]] <? "'],
    ['open brackets without end', '({['.repeat(10_000)],
    ['classes in classes', 'class A { static x = '.repeat(1000)],
    ['one long line', 'const a = [1,2,3];'.repeat(2000)],
  ])('of %s is always the same and never fails', async (_name, text) => {
    for (const path of ['x.ts', 'x.tsx', 'x.py', 'x.go', 'x.rs', 'x.java']) {
      const once = await reader.read(path, text, { symbols: 'all', whole: true });
      expect(await reader.read(path, text, { symbols: 'all', whole: true })).toEqual(once);
      // What was given up does not spoil what is read next.
      const next = await hashes('a.ts', samples['a.ts']!);
      expect(Object.keys(next)).toHaveLength(11);
    }
  });
});
