import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { updateNodes } from '../../src/views/tree/node-diff.ts';
import type { Row, TreeNode } from '../../src/views/tree/row.ts';

/** Everything of a row that is drawn, children aside. */
interface Face {
  readonly label: string;
  readonly description: string;
  readonly line: number;
}

interface Drawn {
  readonly id: string;
  readonly face: string;
  readonly children: readonly Drawn[];
}

const faces = fc.record<Face>({
  label: fc.constantFrom('a', 'b'),
  description: fc.constantFrom('', '12 tokens'),
  line: fc.constantFrom(0, 1),
});

/** A tree as parents of its nodes: node n hangs under an earlier one or at the top. */
const shape = fc.array(fc.record({ id: fc.nat(24), under: fc.nat(60), face: faces }), { maxLength: 25 });

function rowsOf(parts: readonly { id: number; under: number; face: Face }[]): readonly Row[] {
  const known = [...new Map(parts.map((part) => [part.id, part])).values()];
  const build = (parent: number | undefined): Row[] =>
    known.flatMap((part, index) => {
      const above = part.under % (index + 1);
      const owner = above === index ? undefined : known[above]?.id;
      if (owner !== parent) return [];
      const { label, description, line } = part.face;
      const open = { kind: 'file', path: '/x.md', line } as const;
      return [{ id: `n${part.id}`, label, description, open, children: build(part.id) }];
    });
  return build(undefined);
}

function faceOf({ label, description, open }: Row): string {
  return JSON.stringify([label, description, open]);
}

/** What the editor holds: it asks again for a node it is told of and for all below, and for nothing else. */
class View {
  readonly #drawn = new Map<string, { face: string; children: readonly string[] }>();
  #roots: readonly string[] = [];

  redraw(nodes: readonly TreeNode[]): void {
    for (const node of nodes) {
      this.#drawn.set(node.id, { face: faceOf(node.row), children: node.children.map(({ id }) => id) });
      this.redraw(node.children);
    }
  }

  redrawAll(roots: readonly TreeNode[]): void {
    this.#roots = roots.map(({ id }) => id);
    this.redraw(roots);
  }

  get shown(): readonly Drawn[] {
    const show = (id: string): Drawn => {
      const { face, children } = this.#drawn.get(id) ?? { face: 'never drawn', children: [] };
      return { id, face, children: children.map(show) };
    };
    return this.#roots.map(show);
  }
}

const drawnOf = (rows: readonly Row[]): readonly Drawn[] =>
  rows.map((row) => ({ id: row.id, face: faceOf(row), children: drawnOf(row.children ?? []) }));

/** Own face or list of children of every row by id. */
function ownStates(rows: readonly Row[], into = new Map<string, string>()): ReadonlyMap<string, string> {
  for (const row of rows) {
    into.set(row.id, faceOf(row) + JSON.stringify((row.children ?? []).map(({ id }) => id)));
    ownStates(row.children ?? [], into);
  }
  return into;
}

function isBelow(node: TreeNode, others: readonly TreeNode[]): boolean {
  const { parent } = node;
  return parent !== undefined && (others.includes(parent) || isBelow(parent, others));
}

/** One thing of a face that changes; most turns change nothing. */
const otherFaces: readonly ((face: Face) => Partial<Face>)[] = [
  ({ label }) => ({ label: `${label}!` }),
  ({ description }) => ({ description: `${description}!` }),
  ({ line }) => ({ line: line + 1 }),
];

describe('updates of a tree', () => {
  it('redraw what changed and nothing else: the editor shows the new rows, and no node is told of for another', () => {
    let single = 0;
    fc.assert(
      fc.property(fc.array(shape, { minLength: 2, maxLength: 4 }), fc.boolean(), (steps, isUnderOne) => {
        const view = new View();
        let roots: readonly TreeNode[] = [];
        let before: readonly Row[] = [];
        for (const step of steps) {
          const top = { id: 'top', label: 'top' };
          const rows = isUnderOne ? [{ ...top, children: rowsOf(step) }] : rowsOf(step);
          const update = updateNodes(roots, rows);
          roots = update.roots;
          const was = ownStates(before);
          const is = ownStates(rows);
          if (update.changed === 'all') {
            expect(before.map(({ id }) => id)).not.toEqual(rows.map(({ id }) => id));
            view.redrawAll(roots);
          } else {
            for (const node of update.changed) {
              expect(was.get(node.id)).not.toBe(is.get(node.id));
              expect(isBelow(node, update.changed)).toBe(false);
            }
            if (update.changed.length > 0) single += 1;
            view.redraw(update.changed);
          }
          expect(view.shown).toEqual(drawnOf(rows));
          before = rows;
        }
      }),
      { numRuns: 2000 },
    );
    expect(single).toBeGreaterThan(500);
  });

  it('tell of exactly the rows whose face changed where the shape stays', () => {
    fc.assert(
      fc.property(shape, fc.infiniteStream(fc.nat(7)), (parts, turns) => {
        const { roots } = updateNodes([], rowsOf(parts));
        const flipped = new Set<string>();
        const known = new Map(parts.map((part) => [part.id, part]));
        for (const [id, part] of known) {
          const change = otherFaces[turns.next().value]?.(part.face);
          if (change === undefined) continue;
          flipped.add(`n${id}`);
          known.set(id, { ...part, face: { ...part.face, ...change } });
        }
        const after = rowsOf(parts.map((part) => known.get(part.id) ?? part));
        const { changed } = updateNodes(roots, after);
        const topmost: string[] = [];
        const visit = (rows: readonly Row[]): void => {
          for (const row of rows) {
            if (flipped.has(row.id)) topmost.push(row.id);
            else visit(row.children ?? []);
          }
        };
        visit(after);
        expect(changed === 'all' ? 'all' : changed.map(({ id }) => id)).toEqual(topmost);
      }),
      { numRuns: 1000 },
    );
  });

  it('keep parents true: every node names the node it hangs under', () => {
    fc.assert(
      fc.property(shape, shape, (first, second) => {
        const { roots } = updateNodes(updateNodes([], rowsOf(first)).roots, rowsOf(second));
        const visit = (nodes: readonly TreeNode[], parent: TreeNode | undefined): void => {
          for (const node of nodes) {
            expect(node.parent).toBe(parent);
            visit(node.children, node);
          }
        };
        visit(roots, undefined);
      }),
    );
  });
});
