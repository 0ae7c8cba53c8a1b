import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '../../../src/memory/file/front-matter.ts';
import { setFrontMatterValue } from '../../../src/memory/file/front-matter-edit.ts';

const record = `---
# kept
name: decision-x-4kq2zf
description: 'It''s fast'   # why
metadata:
  node_type: memory
  type: "project"
  varve_status: proposed  # state

  foreign: [a,   b]
---
Body --- with: colons
`;

function set(text: string, path: readonly string[], value: string): string {
  const result = setFrontMatterValue(text, path, value);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('setFrontMatterValue', () => {
  test('changes the one value and no other byte', () => {
    expect(set(record, ['metadata', 'varve_status'], 'accepted')).toBe(
      record.replace('proposed', 'accepted'),
    );
  });

  test('keeps the quoting that stands there', () => {
    expect(set(record, ['description'], "Isn't slow")).toBe(record.replace("It''s fast", "Isn''t slow"));
    expect(set(record, ['metadata', 'type'], 'user')).toBe(record.replace('"project"', '"user"'));
  });

  test('quotes what YAML would read as something else', () => {
    for (const value of [
      'true',
      '12',
      '',
      ' x',
      'a: b',
      '#no',
      'null',
      'two\nlines',
      '- x',
      '&a',
      'yes',
      '12:30:45',
      '---',
    ]) {
      const changed = set(record, ['name'], value);
      expect(readFrontMatter(changed).frontMatter?.values['name']).toBe(value);
    }
  });

  test('adds a missing key at the end of its map, and missing maps with it', () => {
    expect(set(record, ['metadata', 'modified'], '2026-11-22T09:12:44.120Z')).toBe(
      record.replace('[a,   b]\n', '[a,   b]\n  modified: 2026-11-22T09:12:44.120Z\n'),
    );
    expect(set('---\na: 1\n---\nx', ['metadata', 'varve_id'], 'z')).toBe(
      '---\na: 1\nmetadata:\n  varve_id: z\n---\nx',
    );
    expect(set('---\n---\nx', ['a'], 'b')).toBe('---\na: b\n---\nx');
    expect(set('---\na:\nb: 1\n---\n', ['a'], 'c')).toBe('---\na: c\nb: 1\n---\n');
    expect(set('---\na: |\n  two\n  lines\nb: 1\n---\n', ['a'], 'c')).toBe('---\na: c\nb: 1\n---\n');
  });

  test('byte order mark and CRLF survive', () => {
    const windows = `\uFEFF${record.replaceAll('\n', '\r\n')}`;
    expect(set(windows, ['metadata', 'varve_status'], 'retired')).toBe(
      windows.replace('proposed', 'retired'),
    );
    expect(set(windows, ['metadata', 'varve_new'], 'v')).toBe(
      windows.replace('b]\r\n', 'b]\r\n  varve_new: v\r\n'),
    );
  });

  test('refuses what it cannot do faithfully', () => {
    expect(setFrontMatterValue('no front matter', ['a'], 'b')).toMatchObject({
      error: { kind: 'no-front-matter' },
    });
    expect(setFrontMatterValue('---\na: [\n---\n', ['a'], 'b')).toMatchObject({ error: { kind: 'broken' } });
    for (const yaml of ['a: &x 1\nb: *x', 'a: {b: 1}\n', 'a: [1]', 'a: 1']) {
      const path = yaml.startsWith('a: 1') || yaml.startsWith('a: {') ? ['a', 'c'] : ['a'];
      expect(setFrontMatterValue(`---\n${yaml}\n---\n`, path, 'v')).toMatchObject({
        error: { kind: 'unsafe' },
      });
    }
  });

  test('whatever the values are, the others stay and the new one is read back', () => {
    const key = fc.constantFrom('name', 'description', 'varve_id', 'x');
    const map = fc.dictionary(
      fc.constantFrom('name', 'description', 'a', 'b c'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean()),
    );
    fc.assert(
      fc.property(
        map,
        key,
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\n', '\r\n'),
        (values, name, value, lineEnd) => {
          const yaml = Object.entries(values).map(([k, v]) => `${k}: ${JSON.stringify(v)}${lineEnd}`);
          const text = `---${lineEnd}${yaml.join('')}---${lineEnd}body`;
          const result = setFrontMatterValue(text, [name], value);
          if (!result.ok) return void expect(result.error.kind).not.toBe('no-front-matter');
          expect(readFrontMatter(result.value).frontMatter?.values).toEqual({ ...values, [name]: value });
          expect(result.value.endsWith(`---${lineEnd}body`)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
