import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import {
  applySplice,
  editEntry,
  entriesOf,
  insertEntry,
  removeEntry,
} from '../../../src/memory/file/splice.ts';
import { arbitraryMarkdown } from './arbitrary-markdown.ts';

const text = '\uFEFF# T\r\n\r\n- one\r\n- two\r\n\r\nend\r\n';
const file = parseMemoryFile(text);
const [one, two, end] = entriesOf(file).map((entry) => entry.id);

function textOf(result: ReturnType<typeof editEntry>): string {
  if (!result.ok) throw new Error(result.error.message);
  return result.value.text;
}

describe('splices', () => {
  test('an edit changes only its own bytes and takes the line ends of the file', () => {
    expect(textOf(editEntry(file, one!, '- uno\n  - sub'))).toBe(
      '\uFEFF# T\r\n\r\n- uno\r\n  - sub\r\n- two\r\n\r\nend\r\n',
    );
  });

  test('a list item is added right behind another, other blocks behind a blank line', () => {
    expect(textOf(insertEntry(file, two!, '- three\n'))).toBe(
      '\uFEFF# T\r\n\r\n- one\r\n- two\r\n- three\r\n\r\nend\r\n',
    );
    expect(textOf(insertEntry(file, end!, 'more'))).toBe(`${text.trimEnd()}\r\n\r\nmore\r\n`);
  });

  test('a removed entry leaves no hole', () => {
    expect(textOf(removeEntry(file, one!))).toBe('\uFEFF# T\r\n\r\n- two\r\n\r\nend\r\n');
    expect(textOf(removeEntry(file, end!))).toBe('\uFEFF# T\r\n\r\n- one\r\n- two\r\n\r\n');
  });

  test('an entry that is gone is said in words', () => {
    const result = editEntry(file, 'nowhere', 'x');
    expect(result).toMatchObject({ ok: false, error: { kind: 'not-found' } });
  });

  test('undo gives back every byte, whatever the text and the edit', () => {
    fc.assert(
      fc.property(
        arbitraryMarkdown,
        fc.nat(),
        fc.constantFrom('', '- new', 'a\nb', '\r\n', '```'),
        fc.nat(2),
        (any, pick, replacement, kind) => {
          const parsed = parseMemoryFile(any);
          const entries = entriesOf(parsed);
          const entry = entries[pick % Math.max(1, entries.length)];
          if (entry === undefined) return;
          const change = [editEntry, insertEntry, removeEntry][kind]!;
          const result = change(parsed, entry.id, replacement);
          expect(result.ok).toBe(true);
          if (!result.ok) return;
          const { undo, text: changed } = result.value;
          expect(applySplice(changed, undo).text).toBe(any);
          expect(changed.slice(0, undo.range.start)).toBe(any.slice(0, undo.range.start));
          expect(any.endsWith(changed.slice(undo.range.end))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
