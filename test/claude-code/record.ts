import { generateScenario } from './generate.ts';
import { compare, inParallel, showable } from './live.ts';
import { CLAUDE_CODE_VERSION } from './program.ts';
import { type Recorded, readRecordings, writeRecording } from './recording.ts';
import type { Scenario } from './scenario.ts';

/** Trees made from seeds that are kept with the program's answers. */
const GENERATED = 240;

/**
 * Asks the program again about every tree: those of the seeds, and those of `cases.json`, which are written by hand in
 * that file. Answers how many of our answers differ; says which through `say`.
 */
export async function record(program: string, say: (line: string) => void): Promise<number> {
  const seeds = Array.from({ length: GENERATED }, (_, seed) => generateScenario(seed));
  const cases = (await readRecordings()).get('cases.json') ?? [];
  const byHand = cases.map(({ scenario }) => scenario);
  const differing =
    (await recordInto('generated.json', program, { scenarios: seeds, say })) +
    (await recordInto('cases.json', program, { scenarios: byHand, say }));
  say(`${differing} of ${seeds.length + byHand.length} answers differ from ours.`);
  return differing;
}

interface Task {
  readonly scenarios: readonly Scenario[];
  readonly say: (line: string) => void;
}

async function recordInto(name: string, program: string, { scenarios, say }: Task): Promise<number> {
  const shown = await showable(scenarios);
  if (shown.length < scenarios.length)
    throw new Error('This machine cannot show managed files to the program: nothing was recorded.');
  let differing = 0;
  const recorded = await inParallel<Scenario, Recorded>(shown, 2, async (scenario) => {
    const { ours, theirs } = await compare(program, scenario);
    const { start, reads } = theirs;
    if (JSON.stringify(ours) !== JSON.stringify({ start, reads })) {
      differing += 1;
      say(`${name}: "${scenario.name}" differs.`);
    }
    return theirs;
  });
  await writeRecording(name, CLAUDE_CODE_VERSION, recorded);
  return differing;
}
