import { describe, expect, it } from 'vitest';
import { placeWords, pointedAt, secretAt } from '../../src/views/record/selection-evidence.ts';

describe('a selection as evidence', () => {
  it('names file and lines as people count them, and quotes the text', () => {
    const pointed = pointedAt('/r', { path: '/r/src/a.ts', first: 2, last: 4, text: 'a\nb\nc' });
    expect(pointed).toEqual({
      path: 'src/a.ts',
      isInside: true,
      lines: { first: 3, last: 5 },
      text: 'a\nb\nc',
    });
    expect(placeWords(pointed)).toBe('src/a.ts:3-5');
    expect(placeWords({ path: 'a.ts', lines: { first: 3, last: 3 } })).toBe('a.ts:3');
  });

  it('names only the file where nothing is selected, and only its name where it lies elsewhere', () => {
    expect(pointedAt('/r', { path: '/r/a.ts', first: 2, last: 2, text: '' })).toEqual({
      path: 'a.ts',
      isInside: true,
      text: '',
    });
    expect(pointedAt('/r', { path: '/home/mara/x.ts', first: 0, last: 0, text: 'x' })).toMatchObject({
      path: 'x.ts',
      isInside: false,
    });
  });

  it('quotes no more than recognises the place', () => {
    const { text } = pointedAt('/r', { path: '/r/a.ts', first: 0, last: 0, text: 'x'.repeat(5000) });
    expect(text).toHaveLength(2001);
    expect(text.endsWith('…')).toBe(true);
  });

  it('says on which line a secret stands and never what it is', () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    expect(secretAt(`first\nsecond ${token}\n`, 10)).toEqual({ kind: 'github-token', line: 12 });
    expect(secretAt('nothing here', 0)).toBeUndefined();
  });
});
