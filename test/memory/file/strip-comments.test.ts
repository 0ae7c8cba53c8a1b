import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderHtml } from '../../../src/memory/file/render-html.ts';
import { stripComments } from '../../../src/memory/file/strip-comments.ts';
import { arbitraryMarkdown } from './arbitrary-markdown.ts';

test('block comments and front matter go, code and comments within a paragraph stay', () => {
  const text =
    '---\npaths: src/**\n---\n# A\n<!-- one\n\ntwo -->\n\n```html\n<!-- code -->\n```\n\ntext <!-- inline --> end\n';
  expect(stripComments(text)).toBe('# A\n```html\n<!-- code -->\n```\n\ntext <!-- inline --> end\n');
});

test('what stands behind a comment in the same block stays, and every line end becomes one unit', () => {
  expect(stripComments('<!-- a --> kept\r\n\r\nb\r\n')).toBe(' kept\n\nb\n');
});

test('an unclosed comment hides nothing', () => {
  expect(stripComments('<!-- open\n\ntext\n')).toBe('<!-- open\n\ntext\n');
});

test('any text without a comment comes back as it was', () => {
  fc.assert(
    fc.property(arbitraryMarkdown, (text) => {
      const stripped = stripComments(text);
      if (!text.includes('<!--')) expect(text.endsWith(stripped)).toBe(true);
      else expect(stripped.length).toBeLessThanOrEqual(text.length);
    }),
  );
});

test('HTML is made of the body only', () => {
  expect(renderHtml('---\na: 1\n---\n# T\n\n- [x] done\n')).toMatch(
    /^<h1>T<\/h1>\n<ul>\n<li><input .*checked.*> done<\/li>\n<\/ul>\n$/,
  );
});
