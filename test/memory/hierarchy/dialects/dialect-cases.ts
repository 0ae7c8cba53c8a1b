import { afterEach, describe, expect, test } from 'vitest';
import type {
  Dialect,
  HierarchyReading,
  ResolvedFile,
  ResolveInput,
} from '../../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../../src/memory/hierarchy/read-hierarchy.ts';
import { makeTree, type Tree } from '../tree.ts';

/** A small tree of files and what one program makes of it, in the order of its reading. */
export interface DialectCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  readonly input?: (made: Tree) => Partial<ResolveInput>;
  /** No git root is known. */
  readonly isPlainFolder?: boolean;
  /** `state path`, with `(read)` behind what a read brought in. */
  readonly expected: readonly string[];
  readonly reasons?: Readonly<Record<string, RegExp>>;
  readonly check?: (reading: HierarchyReading, made: Tree) => void;
}

export function file(reading: HierarchyReading, path: string): ResolvedFile {
  const found = reading.hierarchy.files.find((candidate) => candidate.path === path);
  if (found === undefined) throw new Error(`${path} is not in the reading`);
  return found;
}

/** Runs a program's table, and what must hold for every reading: states, texts, tokens, one row a path. */
export function describeDialect(dialect: Dialect, cases: readonly DialectCase[]): void {
  const trees: Tree[] = [];
  afterEach(async () => {
    await Promise.all(trees.splice(0).map((made) => made.remove()));
  });
  describe(`what ${dialect} reads`, () => {
    test.each(cases)('$name', async ({ files, input, isPlainFolder, expected, reasons = {}, check }) => {
      const made = await makeTree(files);
      trees.push(made);
      const { repositoryRoot, ...rest } = made.input({ dialect, ...input?.(made) });
      const root = isPlainFolder || repositoryRoot === undefined ? {} : { repositoryRoot };
      const reading = await readHierarchy({ ...rest, ...root });
      const { hierarchy } = reading;
      expect(hierarchy.files.map((one) => row(made, one))).toEqual(expected);
      for (const [path, reason] of Object.entries(reasons))
        expect(file(reading, made.at(path)).reason).toMatch(reason);
      expectSound(reading);
      expect(made.opened).toEqual([...new Set(made.opened)]);
      check?.(reading, made);
    });
  });
}

/** What holds for every reading of every program. */
export function expectSound({ hierarchy, files }: HierarchyReading): void {
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  expect(hierarchy.tokens).toBe(loaded.reduce((sum, { tokens }) => sum + tokens, 0));
  const paths = hierarchy.files.map(({ path }) => path);
  expect(paths).toEqual([...new Set(paths)]);
  for (const one of hierarchy.files) {
    expect(one.text === '').toBe(one.state === 'skipped');
    expect(one.reason).not.toBe('');
    if (one.state !== 'skipped') expect(files.has(one.path)).toBe(true);
  }
}

function row(made: Tree, { path, state, trigger }: ResolvedFile): string {
  const read = state === 'loaded' && trigger === 'read' ? ' (read)' : '';
  return `${state} ${path.replace(`${made.base}/`, '')}${read}`;
}
