import { describe, expect, test } from 'vitest';
import { generateScenario } from './generate.ts';
import { compare, inParallel, showable } from './live.ts';
import { askOurs } from './ours.ts';
import { findProgram } from './program.ts';
import { linesOf, type Recorded, readRecordings } from './recording.ts';

const recordings = await readRecordings();
const program = await findProgram();
// `npm run test:claude-code` asks for everything; else a few trees show that the program still answers so.
const isAsked = process.env['VARVE_CLAUDE_CODE'] === 'all';
const LIVE_SAMPLE = [3, 11, 24];

describe('our resolver answers what Claude Code 2.1.330 answered', () => {
  test('for at least 200 generated trees', () => {
    expect(recordings.get('generated.json')?.length).toBeGreaterThanOrEqual(200);
  });

  test.each([...recordings])('%s', { timeout: 300_000 }, async (_name, cases) => {
    const differing = await inParallel(cases, 4, differenceOf);
    expect(differing.filter((difference) => difference !== undefined)).toEqual([]);
  });
});

describe('the program itself, beside our resolver on the same disk', () => {
  test(isAsked ? 'all recorded trees' : 'a sample (all: npm run test:claude-code)', {
    timeout: 3_600_000,
  }, async ({ skip }) => {
    if (program === undefined)
      return skip('Claude Code is not installed here: npm run test:claude-code does.');
    const all = [...recordings.values()].flat().map(({ scenario }) => scenario);
    const scenarios = await showable(isAsked ? all : LIVE_SAMPLE.map(generateScenario));
    const differing = await inParallel(scenarios, 2, async (scenario) => {
      const { ours, theirs } = await compare(program, scenario);
      const { start, reads } = theirs;
      return JSON.stringify(ours) === JSON.stringify({ start, reads })
        ? []
        : [{ name: scenario.name, ours, theirs: { start, reads } }];
    });
    expect(differing.flat()).toEqual([]);
  });
});

async function differenceOf({ scenario, order, start, reads }: Recorded) {
  const ours = linesOf(await askOurs(scenario, order));
  if (JSON.stringify(ours) === JSON.stringify({ start, reads })) return undefined;
  return { name: scenario.name, ours, theirs: { start, reads } };
}
