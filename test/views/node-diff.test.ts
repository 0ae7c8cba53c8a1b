import { describe, expect, it } from 'vitest';
import { updateNodes } from '../../src/views/tree/node-diff.ts';
import type { Row } from '../../src/views/tree/row.ts';

const row = (id: string, children: readonly Row[] = [], description = ''): Row => ({
  id,
  label: id,
  description,
  children,
});
const tree = (rows: readonly Row[]) => updateNodes([], rows).roots;

describe('updateNodes', () => {
  it('redraws nothing when nothing changed', () => {
    const old = tree([row('a', [row('b')])]);
    expect(updateNodes(old, [row('a', [row('b')])]).changed).toEqual([]);
  });

  it('redraws only the row whose text changed, under its old identity', () => {
    const old = tree([row('a', [row('b'), row('c')])]);
    const { changed } = updateNodes(old, [row('a', [row('b'), row('c', [], 'new')])]);
    expect(changed).toEqual([old[0]?.children[1]]);
    expect(old[0]?.children[1]?.row.description).toBe('new');
  });

  it('redraws the parent when a child came, and not the child again', () => {
    const old = tree([row('a', [row('b')]), row('z')]);
    const { changed, roots } = updateNodes(old, [row('a', [row('b', [], 'new'), row('c')]), row('z')]);
    expect(changed).toEqual([old[0]]);
    expect(roots[0]?.children[1]?.parent).toBe(old[0]);
  });

  it('redraws everything when the roots changed', () => {
    const old = tree([row('a')]);
    expect(updateNodes(old, [row('a'), row('b')]).changed).toBe('all');
  });

  it('keeps the identity of a node that moved to another parent', () => {
    const old = tree([row('a', [row('x')]), row('b')]);
    const moved = old[0]?.children[0];
    const { roots } = updateNodes(old, [row('a'), row('b', [row('x')])]);
    expect(roots[1]?.children[0]).toBe(moved);
    expect(moved?.parent).toBe(roots[1]);
  });
});
