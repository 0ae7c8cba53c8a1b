import { describe, expect, it } from 'vitest';
import { diffText, harmless } from '../../src/views/run/terminal-text.ts';

describe('harmless', () => {
  it.each([
    ['colours', 'a\u001b[31mb\u001b[0m', 'ab'],
    ['moving the cursor', 'a\u001b[2A\u001b[2Kb', 'ab'],
    ['writing the clipboard', 'a\u001b]52;c;ZXZpbA==\u0007b', 'ab'],
    ['a title ended by ST', 'a\u001b]0;title\u001b\\b', 'ab'],
    ['a link', '\u001b]8;;http://evil\u001b\\text\u001b]8;;\u001b\\', 'text'],
    ['device control', 'a\u001bP1;2|data\u001b\\b', 'ab'],
    ['one-byte introducers', 'a\u009b31mb\u009d0;x\u009cc', 'abc'],
    ['a reset', 'a\u001bcb', 'ab'],
    ['character sets', 'a\u001b(0b', 'ab'],
    ['bells and backspaces', 'a\u0007\u0008b', 'ab'],
    ['a carriage return that would write over a question', 'Allow?\rfine', 'Allow?\nfine'],
    ['reading order', 'a\u202eb\u2066c', 'abc'],
  ])('takes out %s', (_, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  it('keeps words, tabs, line ends and other scripts', () => {
    expect(harmless('naïve\tδοκιμή\r\n漢字 🙂\n')).toBe('naïve\tδοκιμή\n漢字 🙂\n');
  });

  it('leaves nothing that begins a sequence, also when one is cut in two', () => {
    expect(harmless('a\u001b') + harmless('[31mb')).not.toMatch(/[\u001b\u009b]/);
  });
});

describe('diffText', () => {
  it('shows the first lines and how many more there are', () => {
    const text = diffText(['--- a', '+++ b', '@@', '-1', '+2'].join('\n'), 3, (left) => `${left} more`);
    expect(text).toContain('2 more');
    expect(text.split('\n')).toHaveLength(4);
  });
});
