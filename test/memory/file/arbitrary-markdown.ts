import fc from 'fast-check';

const fragments = [
  'a',
  'word @docs/x.md ',
  '@a\\ b.md',
  '\n',
  '\r\n',
  '\r',
  '\n\n',
  '\t',
  '- ',
  '* item\n',
  '1. ',
  '  ',
  '    ',
  '> ',
  '```',
  '~~~',
  '`',
  '``',
  '|a|b|\n|-|-|\n',
  '|',
  '# ',
  '## T\n',
  '===\n',
  '---\n',
  '---',
  'k: v\n',
  'm:\n  n: 1\n',
  '<!--',
  '-->',
  '<div>',
  '[x]: y\n',
  '**',
  '\\',
  '\0',
  '\u00a0',
  '\u2028',
  '\uFEFF',
  '\ud800',
  '😀',
];

/** Markdown as people, machines and attackers write it: fragments that meet in every order. */
export const arbitraryMarkdown = fc
  .tuple(
    fc.constantFrom('', '\uFEFF', '---\nk: v\n---\n', '\uFEFF---\r\nk: "v"\r\n---\r\n'),
    fc.array(fc.constantFrom(...fragments), { maxLength: 30 }),
  )
  .map(([start, parts]) => start + parts.join(''));
