import { answerStaged, orderOf } from './ours.ts';
import { askStaged, canShowManaged } from './program.ts';
import { linesOf, type Recorded } from './recording.ts';
import { type Scenario, stage } from './scenario.ts';

export interface Compared {
  readonly theirs: Recorded;
  readonly ours: Pick<Recorded, 'start' | 'reads'>;
}

/** Asks the program and our resolver about the same tree on the same disk. */
export async function compare(program: string, scenario: Scenario): Promise<Compared> {
  const staged = await stage(scenario);
  try {
    // Ours first: the program leaves files in the home directory.
    const ours = linesOf(await answerStaged(scenario, staged));
    const order = await orderOf(staged);
    const theirs = linesOf(await askStaged(program, scenario, staged));
    return { ours, theirs: { scenario, ...theirs, order } };
  } finally {
    await staged.remove();
  }
}

/** Scenarios that can be shown to the program on this machine. */
export async function showable(scenarios: readonly Scenario[]): Promise<readonly Scenario[]> {
  if (await canShowManaged()) return scenarios;
  return scenarios.filter(({ files }) => !Object.keys(files).some((path) => path.startsWith('managed/')));
}

/** Does `work` for each, a few at a time; results in order. */
export async function inParallel<T, R>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results[index] = await work(item);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
