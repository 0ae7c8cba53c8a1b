import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ResolvedFile } from '../../../../src/memory/hierarchy/hierarchy.ts';
import { readHierarchy } from '../../../../src/memory/hierarchy/read-hierarchy.ts';
import { makeTree } from '../tree.ts';

/** What the real program made of a tree. Each file is marked `[[path]]`; some are filled with ü to be cut. */
interface Recorded {
  readonly cwd: string;
  readonly isRepository: boolean;
  readonly files: Readonly<Record<string, string>>;
  readonly activeFile?: string;
  readonly start: readonly string[];
  readonly read?: readonly string[];
  readonly filled?: number;
}

async function recorded(name: string): Promise<readonly Recorded[]> {
  const text = await readFile(new URL(`recorded/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly Recorded[] }).cases;
}

const marks = (files: readonly ResolvedFile[]) =>
  files.flatMap(({ text }) => [...text.matchAll(/\[\[([^\]]+)\]\]/g)].map((match) => match[1]));

test.each(['codex', 'gemini'] as const)('%s reads what the real program read', async (dialect) => {
  const cases = await recorded(dialect);
  expect(cases.length).toBeGreaterThanOrEqual(50);
  expect(cases.filter(({ start }) => start.length > 0).length).toBeGreaterThan(cases.length / 2);
  for (const [index, { cwd, isRepository, files, activeFile, ...answer }] of cases.entries()) {
    const made = await makeTree(files);
    try {
      const { repositoryRoot, ...rest } = made.input({
        dialect,
        cwd: made.at(cwd),
        ...(activeFile === undefined ? {} : { activeFile: made.at(activeFile) }),
      });
      const root = isRepository && repositoryRoot !== undefined ? { repositoryRoot } : {};
      const { hierarchy } = await readHierarchy({ ...rest, ...root });
      const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
      const start = loaded.filter(({ trigger }) => trigger === 'start');
      const read = loaded.filter(({ trigger }) => trigger === 'read');
      const filled = loaded.reduce((sum, { text }) => sum + (text.match(/ü/g)?.length ?? 0), 0);
      const ours = {
        start: marks(start),
        ...(answer.read === undefined ? {} : { read: marks(read) }),
        ...(answer.filled === undefined ? {} : { filled }),
      };
      expect([index, ours]).toEqual([index, answer]);
    } finally {
      await made.remove();
    }
  }
});
