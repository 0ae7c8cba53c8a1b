import { EntryBudget } from '../entry-budget.ts';
import { EntryNames } from '../entry-names.ts';
import type { MachinePlaces } from '../history-reader.ts';
import { numberField, objectField } from '../loose-json.ts';
import { baseOf, MOST_FILES, reachedSegment } from './rollout-ancestors.ts';
import type { RolloutNode } from './rollout-calls.ts';
import type { RolloutFile, RolloutPlaces } from './rollout-files.ts';
import { RolloutReading } from './rollout-reading.ts';
import { readRecords } from './rollout-records.ts';

/**
 * The lines of conversation that end in the files of one thread. A file begins where another one is left (`history_base`
 * of its first line), which may be another thread's: a fork holds nothing of what was before it.
 */
export class RolloutLines {
  readonly problems = new Set<string>();
  readonly #machine: MachinePlaces;
  readonly #places: RolloutPlaces;
  readonly #own: ReadonlyMap<string, RolloutFile>;
  readonly #budget = new EntryBudget();
  readonly #names = new EntryNames();
  readonly #readings = new Map<string, Promise<RolloutReading>>();

  constructor(machine: MachinePlaces, places: RolloutPlaces, own: readonly RolloutFile[]) {
    this.#machine = machine;
    this.#places = places;
    this.#own = new Map(own.map((file) => [file.segment, file]));
  }

  /** From the very beginning to the end of the file, or to before `end`. */
  async lineTo(
    file: RolloutFile,
    end = Number.POSITIVE_INFINITY,
    after = 0,
  ): Promise<readonly RolloutNode[]> {
    const reading = await this.reading(file, end);
    return [...(await this.before(reading, after)), ...reading.nodes.filter(({ ordinal }) => ordinal < end)];
  }

  /** What was said before the first line of a file. */
  async before({ meta }: RolloutReading, after = 0): Promise<readonly RolloutNode[]> {
    const segment = baseOf(meta);
    if (segment === undefined) return [];
    const file = after < MOST_FILES ? await this.#find(segment) : undefined;
    if (!file) {
      this.problems.add(`What was said before is not there: no file of Codex is named for ${segment}.`);
      return [];
    }
    const end = numberField(objectField(meta, 'history_base'), 'end_ordinal_exclusive');
    return this.lineTo(file, end, after + 1);
  }

  /** A file of the thread is read as a whole, one of another up to where it is left. */
  reading(file: RolloutFile, end = Number.POSITIVE_INFINITY): Promise<RolloutReading> {
    const until = this.#own.has(file.segment) ? Number.POSITIVE_INFINITY : end;
    const key = `${file.segment}@${until}`;
    const known = this.#readings.get(key) ?? this.#read(file, until);
    this.#readings.set(key, known);
    return known;
  }

  async readings(): Promise<readonly RolloutReading[]> {
    return Promise.all(this.#readings.values());
  }

  get budgetProblem(): string | undefined {
    return this.#budget.problem;
  }

  async #find(segment: string): Promise<RolloutFile | undefined> {
    return this.#own.get(segment) ?? (await reachedSegment(this.#machine, this.#places, segment));
  }

  async #read(file: RolloutFile, end: number): Promise<RolloutReading> {
    const reading = new RolloutReading(
      this.#budget,
      this.#names,
      this.#machine.homeDirectory,
      file.segment === file.thread ? '' : `-${file.segment.slice(-12)}`,
    );
    let unreadable = 0;
    for await (const record of readRecords(this.#machine.files, file)) {
      if (record === 'unreadable') unreadable += 1;
      else if (record === 'torn') this.problems.add('The last line is cut off, or still being written.');
      else if (record === 'broken') this.problems.add(`${file.path} could not be read to its end.`);
      else if (record.ordinal !== undefined && record.ordinal >= end) break;
      else reading.add(record);
    }
    if (unreadable > 0) this.problems.add(`${unreadable} lines could not be read and were left out.`);
    return reading;
  }
}
