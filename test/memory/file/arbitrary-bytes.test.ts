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
import { decode, faultsOf } from './round-trip.ts';

// Overlong, lone and cut sequences, surrogates, UTF-16 marks: what other encodings and broken disks leave behind.
const wild = fc.constantFrom<readonly number[]>(
  [0xff],
  [0xc0, 0xaf],
  [0xe2, 0x82],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x9f, 0x98],
  [0xff, 0xfe],
  [0xef, 0xbb, 0xbf],
  [0x00],
  [0x85],
);

/** Bytes of every kind, Markdown among them. */
const anyBytes = fc
  .array(
    fc.oneof(
      arbitraryMarkdown.map((text) => [...Buffer.from(text)]),
      wild,
      fc.uint8Array({ maxLength: 12 }),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));

describe('a file of any bytes', () => {
  test('is taken apart without an error, and every range holds', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(faultsOf(decode(bytes))).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });

  test('is the same to the byte after an edit was undone, where it is UTF-8', () => {
    fc.assert(
      fc.property(
        anyBytes,
        fc.nat(),
        fc.nat(2),
        fc.string({ unit: 'binary' }),
        (bytes, pick, kind, words) => {
          const text = decode(bytes);
          const file = parseMemoryFile(text);
          const entries = entriesOf(file);
          const entry = entries[pick % Math.max(1, entries.length)];
          if (entry === undefined) return;
          const edit = [editEntry, insertEntry, removeEntry][kind] ?? editEntry;
          const edited = edit(file, entry.id, words);
          if (!edited.ok) throw new Error(edited.error.message);
          const { undo } = edited.value;
          const after = Buffer.from(edited.value.text);
          const before = Buffer.from(text);
          const head = Buffer.from(text.slice(0, undo.range.start));
          const tail = Buffer.from(text.slice(undo.range.start + undo.replacement.length));
          expect(after.subarray(0, head.length).equals(head)).toBe(true);
          expect(after.subarray(after.length - tail.length).equals(tail)).toBe(true);
          const undone = Buffer.from(applySplice(edited.value.text, undo).text);
          expect(undone.equals(before)).toBe(true);
          if (isUtf8(bytes)) expect(undone.equals(Buffer.from(bytes))).toBe(true);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('keeps its bytes through text exactly where it is UTF-8: anything else has to be refused before an edit', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(Buffer.from(decode(bytes)).equals(Buffer.from(bytes))).toBe(isUtf8(bytes));
      }),
      { numRuns: 2000 },
    );
  });
});

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
