import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  behindSection,
  outermost,
  placePieces,
  spotOffset,
  takePieces,
} from '../../../src/memory/file/move-pieces.ts';
import { parseMemoryFile } from '../../../src/memory/file/parse-memory-file.ts';
import { findPiece, marksOf, type Piece, pieceNameAtLine } from '../../../src/memory/file/pieces.ts';
import { entriesOf } from '../../../src/memory/file/splice.ts';
import { arbitraryMarkdown } from './arbitrary-markdown.ts';

function at(text: string, ...lines: readonly number[]): readonly Piece[] {
  const file = parseMemoryFile(text);
  return outermost(
    lines.map((line) => {
      const name = pieceNameAtLine(file, line);
      const piece = name === undefined ? undefined : findPiece(file, name);
      if (piece === undefined) throw new Error(`nothing stands on line ${line}`);
      return piece;
    }),
  );
}

function take(text: string, ...lines: readonly number[]): string {
  const taken = takePieces(parseMemoryFile(text), at(text, ...lines));
  return taken.ok ? taken.value.text : taken.error.message;
}

function put(text: string, pieces: readonly Piece[], spot: Parameters<typeof spotOffset>[1]): string {
  const offset = spotOffset(parseMemoryFile(text), spot);
  if (offset === undefined) return 'no such spot';
  const placed = placePieces(text, offset, pieces);
  return placed.ok ? placed.value.text : placed.error.message;
}

describe('what is taken', () => {
  test('leaves no hole, and neighbours leave as one', () => {
    expect(take('# T\n\n- a\n- b\n\nend\n', 2, 3)).toBe('# T\n\nend\n');
    expect(take('# T\n\n- a\n- b\n- c\n', 3)).toBe('# T\n\n- a\n- c\n');
    expect(take('# T\r\n\r\none\r\n\r\n## S\r\n\r\n- a\r\n', 4)).toBe('# T\r\n\r\none\r\n');
  });

  test('leaves a blank line where two neighbours would become one', () => {
    expect(take('one\n```\ncode\n```\ntwo\n', 1)).toBe('one\n\ntwo\n');
    expect(take('para\n- x\n---\n', 1)).toBe('para\n\n---\n');
  });
});

describe('what is placed', () => {
  const [item] = at('- a\r\n  - b\r\n', 0);

  test('stands at the end with the line ends of the file, in its list where it ends with one', () => {
    expect(put('\uFEFF# T\n\n- one\n', [item!], { kind: 'end' })).toBe('\uFEFF# T\n\n- one\n- a\n  - b\n');
    expect(put('# T', [item!], { kind: 'end' })).toBe('# T\n\n- a\n  - b\n');
    expect(put('\uFEFF', [item!], { kind: 'end' })).toBe('\uFEFF- a\n  - b\n');
    expect(put('* star\r\n', [item!], { kind: 'end' })).toBe('* star\r\n\r\n- a\r\n  - b\r\n');
    expect(put('---\npaths: src/**\n---\n', [item!], { kind: 'end' })).toBe(
      '---\npaths: src/**\n---\n\n- a\n  - b\n',
    );
  });

  test('stands at the end of what a section holds itself', () => {
    const text = '# T\n\n## S\n\n- one\n\n### Sub\n\ntext\n\n## Z\n';
    expect(put(text, [item!], { kind: 'section', title: 'S' })).toBe(
      '# T\n\n## S\n\n- one\n- a\n  - b\n\n### Sub\n\ntext\n\n## Z\n',
    );
  });

  test('stands behind an entry, and what follows stays what it was', () => {
    const text = 'one\n```\ncode\n```\n';
    const first = entriesOf(parseMemoryFile(text))[0]!.id;
    expect(put(text, [item!], { kind: 'after', entryId: first })).toBe(
      'one\n\n- a\n  - b\n\n```\ncode\n```\n',
    );
  });

  test('comes to the margin with its nested lines', () => {
    const indented = at('   - a\n     - b\n', 0);
    expect(put('- one\n', indented, { kind: 'end' })).toBe('- one\n- a\n  - b\n');
  });

  test('a section stands behind the section it is dropped in and takes nothing of it', () => {
    const text = '# T\n\n## S\n\n- one\n- two\n\n## Z\n\nlast\n';
    const [section] = at('## New\n\n- n\n', 0);
    const file = parseMemoryFile(text);
    const dropped = spotOffset(file, { kind: 'after', entryId: entriesOf(file)[0]!.id })!;
    const placed = placePieces(text, behindSection(file, dropped, section!.depth), [section!]);
    expect(placed).toMatchObject({
      ok: true,
      value: { text: text.replace('\n## Z', '\n## New\n\n- n\n\n## Z') },
    });
  });

  test('is refused where an open fence or comment would swallow it', () => {
    expect(put('# T\n\n```\nopen\n', [item!], { kind: 'end' })).toMatch(/open code fence or comment/);
    expect(put('# T\n\n<!-- open\n', [item!], { kind: 'end' })).toMatch(/open code fence or comment/);
  });
});

test('any move keeps every other heading and entry, in order', () => {
  let [moved, refused] = [0, 0];
  fc.assert(
    fc.property(arbitraryMarkdown, arbitraryMarkdown, fc.nat(), fc.nat(), (from, to, pick, where) => {
      const source = parseMemoryFile(from);
      const target = parseMemoryFile(to);
      const lines = marksOf(source);
      const mark = lines[pick % Math.max(1, lines.length)];
      if (mark === undefined) return;
      const line = from.slice(0, mark.start).split(/\r\n|\r|\n/).length - 1;
      const name = pieceNameAtLine(source, line);
      const piece = name === undefined ? undefined : findPiece(source, name);
      if (piece === undefined) return;
      const entries = entriesOf(target);
      const entry = entries[where % Math.max(1, entries.length)];
      const spot =
        entry === undefined ? ({ kind: 'end' } as const) : ({ kind: 'after', entryId: entry.id } as const);
      const taken = takePieces(source, [piece]);
      const placed = placePieces(to, spotOffset(target, spot)!, [piece]);
      if (!taken.ok || !placed.ok) {
        refused += 1;
        return;
      }
      moved += 1;
      const texts = (file: string) => marksOf(parseMemoryFile(file)).map(({ text }) => text);
      const [left, had] = [texts(taken.value.text), texts(from)];
      expect(left.every((text) => had.includes(text))).toBe(true);
      const now = texts(placed.value.text);
      expect(now.length - texts(to).length).toBe(had.length - left.length);
      // Nothing but one insertion.
      let [head, tail] = [0, 0];
      while (head < to.length && to[head] === placed.value.text[head]) head += 1;
      while (tail < to.length - head && to.at(-1 - tail) === placed.value.text.at(-1 - tail)) tail += 1;
      expect(head + tail).toBe(to.length);
    }),
    { numRuns: 2000 },
  );
  // Refusals are for text nobody writes by hand; a move that always refuses would pass everything above.
  expect(moved).toBeGreaterThan(refused);
});
