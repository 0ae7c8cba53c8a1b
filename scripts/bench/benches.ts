import { measureActivation } from './activation.ts';
import { measureCapture } from './capture.ts';
import { measureCaptureSpeed } from './capture-speed.ts';
import { measureCheck } from './check.ts';
import { measureCheckpoint } from './checkpoint.ts';
import { measureHistory } from './history.ts';
import { measureJournal } from './journal.ts';
import { measureRetrieval } from './retrieval.ts';
import { measureRunStart } from './run-start.ts';
import { measureScale } from './scale.ts';
import { measureSearch } from './search.ts';
import { measureRss, measureTurn } from './turns.ts';
import { measureVersion } from './version.ts';

export interface BenchResult {
  readonly name: string;
  readonly unit: 'ms' | 'count' | 'MB' | '1/s';
  /** Median of times; a count as it is. */
  readonly value: number;
  /** What it was measured beside, and its median. */
  readonly beside?: { readonly name: string; readonly value: number };
  /** `value` / `beside.value`, each pair by itself, then the median. */
  readonly ratio?: number;
}

/** By the name that `npm run bench -- NAME` takes. */
export const BENCHES: Readonly<Record<string, () => Promise<readonly BenchResult[]>>> = {
  version: measureVersion,
  'run-start': measureRunStart,
  journal: measureJournal,
  turn: measureTurn,
  rss: measureRss,
  activation: measureActivation,
  scale: measureScale,
  search: measureSearch,
  history: measureHistory,
  'capture-speed': measureCaptureSpeed,
};

/** Measures that are no times: taken alone, with flags of their own; the answer is all that is printed. */
export const REPORTS: Readonly<Record<string, (flags: readonly string[]) => Promise<object>>> = {
  retrieval: measureRetrieval,
  check: measureCheck,
  checkpoint: measureCheckpoint,
  capture: measureCapture,
};
