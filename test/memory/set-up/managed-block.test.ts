import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockDiffers,
  blockState,
  type ManagedBlock,
  withBlock,
  withoutBlock,
} from '../../../src/memory/set-up/managed-block.ts';

const project = '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF';
const html: ManagedBlock = { style: 'html', project, lines: ['One line.', 'Another line.'] };
const hash: ManagedBlock = { style: 'hash', project, lines: ['varve.md text eol=lf merge=union'] };

function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

function text(file: Uint8Array | null): string | null {
  return file === null ? null : Buffer.from(file).toString();
}

/** Any file: raw bytes, and texts of every line end, with pieces of our own marks and of other projects' blocks. */
const anyFile = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '\n',
          '\r\n',
          '\r',
          '# Title',
          '\uFEFF',
          '<!-- varve:end -->',
          '# varve:end',
          'ä',
          '```',
        ),
        fc.constantFrom(
          '<!-- varve:begin v=1 project=01AAAAAAAAAAAAAAAAAAAAAAAA made=file before=2 -->\n',
          '# varve:begin v=1 project=01AAAAAAAAAAAAAAAAAAAAAAAA made=block before=0\n',
          '<!-- varve:begin',
        ),
        fc.string({ maxLength: 8 }),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => bytes(pieces.join(''))),
);

describe('a managed block', () => {
  test('goes in and out of any file without changing a byte of it', () => {
    fc.assert(
      fc.property(anyFile, fc.constantFrom(html, hash), (file, block) => {
        fc.pre(blockState(file, block.style, project) === 'absent');
        const added = withBlock(file, block);
        expect(Buffer.from(added.subarray(0, file.length)).equals(Buffer.from(file))).toBe(true);
        expect(blockState(added, block.style, project)).toBe('present');
        const removed = withoutBlock(added, block.style, project);
        expect(removed).not.toBeNull();
        expect(Buffer.from(removed ?? []).equals(Buffer.from(file))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('makes a file where there was none and takes it away again', () => {
    const made = withBlock(null, html);
    expect(text(made)).toBe(
      `<!-- varve:begin v=1 project=${project} made=file before=0 -->\nOne line.\nAnother line.\n<!-- varve:end -->\n`,
    );
    expect(withoutBlock(made, 'html', project)).toBeNull();
  });

  test('leaves an empty file behind where an empty file was', () => {
    expect(withoutBlock(withBlock(bytes(''), html), 'html', project)).toEqual(bytes(''));
  });

  test('follows the line ends of the file and adds a missing last one', () => {
    const added = text(withBlock(bytes('a\r\nb'), html)) ?? '';
    expect(added.startsWith('a\r\nb\r\n\r\n<!-- varve:begin')).toBe(true);
    expect(added.replace(/\r\n/g, '')).not.toContain('\n');
  });

  test('goes out byte for byte after git converted the line ends of the whole file', () => {
    const added = text(withBlock(bytes('a\nb'), html)) ?? '';
    expect(text(withoutBlock(bytes(added.replace(/\n/g, '\r\n')), 'html', project))).toBe('a\r\nb');
  });

  test('goes out and leaves what was written around it meanwhile', () => {
    for (const before of ['a', 'a\n', '']) {
      const added = text(withBlock(bytes(before), html)) ?? '';
      const edited = `# New head\n${added}New tail\n`;
      expect(text(withoutBlock(bytes(edited), 'html', project))).toBe(
        before === '' ? '# New head\nNew tail\n' : '# New head\na\nNew tail\n',
      );
    }
  });

  test('keeps hand-written text of a file that set-up had made', () => {
    const edited = `${text(withBlock(null, html))}By hand.\n`;
    expect(text(withoutBlock(bytes(edited), 'html', project))).toBe('By hand.\n');
  });

  test('of another project is not touched', () => {
    const other = withBlock(bytes('a\n'), { ...html, project: '01BBBBBBBBBBBBBBBBBBBBBBBB' });
    expect(blockState(other, 'html', project)).toBe('absent');
    expect(withoutBlock(other, 'html', project)).toEqual(other);
    expect(text(withoutBlock(other, 'html', undefined))).toBe('a\n');
  });

  test('without its end is called broken and left alone', () => {
    const broken = bytes((text(withBlock(bytes('a\n'), html)) ?? '').replace('<!-- varve:end -->', ''));
    expect(blockState(broken, 'html', project)).toBe('broken');
    expect(withoutBlock(broken, 'html', project)).toEqual(broken);
  });

  test('that was edited by hand is noticed, a conversion of line ends is not', () => {
    const added = text(withBlock(bytes('a\n'), html)) ?? '';
    expect(blockDiffers(bytes(added), 'html', html.lines)).toBe(false);
    expect(blockDiffers(bytes(added.replace(/\n/g, '\r\n')), 'html', html.lines)).toBe(false);
    expect(blockDiffers(bytes(added.replace('One', 'My')), 'html', html.lines)).toBe(true);
  });

  test('is not added to text that is not made of bytes like ASCII', () => {
    expect(blockState(new Uint8Array(Buffer.from('\uFEFFab', 'utf16le')), 'html', project)).toBe(
      'foreign-encoding',
    );
  });
});
