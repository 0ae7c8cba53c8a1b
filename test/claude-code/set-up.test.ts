import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MemoryRecord } from '../../src/memory/record/record.ts';
import { planSetUpChanges } from '../../src/memory/set-up/plan-set-up.ts';
import { askOurs } from './ours.ts';
import { askProgram, findProgram } from './program.ts';
import { type Answer, type Content, gitFiles, type Scenario } from './scenario.ts';

const root = '/repo';
const record: MemoryRecord = {
  id: '01KAN4X2V6T3M8Q9RWYZ4KQ2ZG',
  kind: 'decision',
  status: 'accepted',
  name: 'decision-one-lock-4kq2zg',
  description: 'One lock for the whole project',
  modified: '2026-11-22T09:12:44.120Z',
  body: 'Two locks met each other.',
};
const program = await findProgram();
const agents = '# How to work here\n\nRun the tests.\n';

function scenario(cwd: string): Scenario {
  const planned = planSetUpChanges({
    places: { root, state: '/state/project', exclude: `${root}/.git/info/exclude` },
    snapshot: new Map([[join(root, 'AGENTS.md'), new Uint8Array(Buffer.from(agents))]]),
    options: { place: 'repository', claudeRules: true, agentsPointer: true, capture: 'proposed' },
    projectId: '01KAN4X2V6T3M8Q9RWYZ4KQ2ZF',
    records: [record],
  });
  if (!planned.ok) throw new Error(planned.error.message);
  const files: Record<string, Content> = { ...gitFiles('repo') };
  for (const { path, after } of planned.value.changes)
    if (after !== null) files[path.slice(1)] = Buffer.from(after).toString('utf8');
  return { name: `set up, started in ${cwd}`, files, cwd, reads: [] };
}

function expectDelivered({ start }: Answer): void {
  const paths = start.map(({ path }) => path);
  expect(paths).toEqual(['$BASE/repo/.claude/rules/varve.md', '$BASE/repo/AGENTS.md']);
  expect(start[0]?.text).toContain(record.description);
  expect(start[1]?.text).toContain('Run the tests.');
}

describe('what set-up delivers loads, and AGENTS.md still loads', () => {
  test.each(['repo', 'repo/src/deep'])('in %s, by our resolver', async (cwd) => {
    expectDelivered(await askOurs(scenario(cwd)));
  });

  test.skipIf(program === undefined).each(['repo', 'repo/src/deep'])(
    'in %s, by the program itself',
    { timeout: 120_000 },
    async (cwd) => expectDelivered(await askProgram(program ?? '', scenario(cwd))),
  );
});
