import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '../../../src/memory/file/front-matter.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import {
  plainScalar,
  safeBody,
  safeLine,
  shorten,
  showHidden,
} from '../../../src/memory/record/safe-text.ts';

/** Text as an attacker or an accident would write it: pieces of every syntax that could break out, in any order. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '@',
        '@~/.ssh/id',
        '@a/b.md',
        '`',
        '``',
        '```',
        '\n',
        '\n```\n',
        '~~~',
        '<!--',
        '-->',
        '<script>',
      ),
      fc.constantFrom(
        ': ',
        ' #',
        '- ',
        '> ',
        '\u202E',
        '\u200B',
        '\u{E0041}',
        '\r\n',
        '\t',
        '---\n',
        '"',
        "'",
        '\\`',
      ),
      fc.constantFrom(
        'varve:begin',
        '[[',
        ']](',
        '{',
        '*',
        '&a',
        '!',
        '%',
        '| ',
        '? ',
        'true',
        '1.5',
        '~',
        '    ',
      ),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''));

describe('showHidden', () => {
  test('what a person cannot see is shown by its code', () => {
    expect(showHidden('a\u202Eb\u200Bc\u0007d\u{E0041}')).toBe('a‹U+202E›b‹U+200B›c‹U+0007›d‹U+E0041›');
  });
  test('emoji and scripts that need joiners stay as they are', () => {
    for (const text of ['✈️ 👩‍💻 1️⃣', 'می‌خواهم', 'क्‍ष']) expect(showHidden(text)).toBe(text);
  });
  test('a variation selector that follows no emoji is shown', () => {
    expect(showHidden('a\uFE0Fb\uFE00')).toBe('a‹U+FE0F›b‹U+FE00›');
  });
});

describe('safeLine', () => {
  test('what would import a file becomes code', () => {
    expect(safeLine('see @~/.ssh/id_rsa and (@docs/a.md).')).toBe('see `@~/.ssh/id_rsa` and (`@docs/a.md`).');
  });
  test('a mail address and a scoped package in code stay', () => {
    expect(safeLine('ask me@example.org about `@types/node`')).toBe('ask me@example.org about `@types/node`');
  });
  test('unbalanced backticks cannot turn code into text', () => {
    expect(safeLine('a ` b @c.md')).toBe("a ' b `@c.md`");
    expect(safeLine('``a` @c.md`')).toBe("''a' `@c.md`'");
  });
  test('comments, tags and marks of managed blocks are escaped', () => {
    expect(safeLine('<!-- varve:begin v=1 --> <script>x')).toBe('&lt;!-- varve begin v=1 --> &lt;script>x');
  });
  test('no hostile text imports a file, spans lines or changes when made safe again', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = safeLine(text);
        expect(line).not.toMatch(/[\n\r]|<!--|```|~~~|varve:begin/);
        expect(safeLine(line)).toBe(line);
        const file = parseMemoryFile(`# Title\n\n- ${line} — x\n- Next entry\n`);
        expect(file.imports).toEqual([]);
        expect(file.sections[0]?.entries.at(-1)?.label).toBe('Next entry');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('safeBody', () => {
  test('a fence at the margin stays, an open one is closed', () => {
    expect(safeBody('a\n```ts\n@x.md\n```\nb @c.md')).toBe('a\n```ts\n@x.md\n```\nb `@c.md`');
    expect(safeBody('a\n```\n@x.md')).toBe('a\n```\n@x.md\n```');
  });
  test('a fence inside a list or quote loses its marks', () => {
    expect(safeBody('- a\n  ```\n  @x.md\n```\n@y.md')).toBe("- a\n  '''\n  `@x.md`\n```\n@y.md\n```");
    expect(safeBody('> ```\n@x.md')).toBe("> '''\n`@x.md`");
  });
  test('no hostile text imports a file or swallows what follows', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const body = safeBody(text);
        expect(safeBody(body)).toBe(body);
        // As records stand in files: below their front matter.
        const file = parseMemoryFile(`---\nname: x\n---\n\n${body}\n\n# After\n\nafter @after.md\n`);
        expect(file.imports.map((line) => line.target)).toEqual(['after.md']);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('plainScalar', () => {
  test('what YAML would give a meaning is reworded', () => {
    expect(plainScalar('Use X: it is fast # see #12')).toBe('Use X – it is fast see no. 12');
    expect(plainScalar('- [x] done:')).toBe('x] done');
    expect(plainScalar('"Quoted" start')).toBe('“Quoted” start');
    expect(plainScalar('`@a/code` start')).toBe('a/code start');
    expect(plainScalar('true')).toBe('‘true’');
    expect(plainScalar('1.20')).toBe('‘1.20’');
    expect(plainScalar(' \n ')).toBe('Untitled');
  });
  test('any text reads back from YAML as itself', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const scalar = plainScalar(text);
        expect(plainScalar(scalar)).toBe(scalar);
        const read = readFrontMatter(`---\ndescription: ${scalar}\nother: 1\n---\n`);
        expect(read.problems).toEqual([]);
        expect(read.frontMatter?.values).toEqual({ description: scalar, other: 1 });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('shorten', () => {
  test('cuts at a word, never inside a code span or a character', () => {
    expect(shorten('one two three four', 12)).toBe('one two…');
    expect(shorten('one `two three four` five', 14)).toBe('one…');
    expect(shorten('😀'.repeat(10), 6)).toBe('😀😀…');
  });
});
