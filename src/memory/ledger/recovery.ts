import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { ioProblem } from '../../base/io-problem.ts';
import type { LedgerFile } from './ledger-file.ts';
import type { BeginLine } from './ledger-line.ts';
import type { ObjectStore } from './object-store.ts';
import type { LedgerProblem } from './operation.ts';
import { settle } from './settle.ts';
import { fromStoredPath, type PathRoots } from './stored-path.ts';
import { settleSurroundings } from './transaction.ts';

/** Something recovery met and a person should know. */
export interface LedgerNotice {
  readonly kind: 'rolled-forward' | 'rolled-back' | 'foreign-edit' | 'torn-tail' | 'not-recovered';
  readonly path?: string;
  /** SHA-256 under which the content met is kept in `objects/`. */
  readonly kept?: string;
  readonly message: string;
}

export interface RecoverySurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly ledgerFile: LedgerFile;
  readonly objects: ObjectStore;
  readonly rootsOf: (begin: BeginLine) => Promise<PathRoots>;
}

export interface Recovered {
  readonly notices: readonly LedgerNotice[];
  /** Set when something could not be settled: nothing new may begin before it is. */
  readonly problem?: LedgerProblem;
}

/** Under the project lock: cuts a torn tail, then settles every operation that has no end. Rejects with Node's errors. */
export async function recover(surroundings: RecoverySurroundings): Promise<Recovered> {
  const { ledgerFile } = surroundings;
  const notices: LedgerNotice[] = [];
  const tail = await ledgerFile.cutTornTail();
  if (tail !== undefined) {
    const message = `The last line of the memory ledger was incomplete. It was cut off and kept in ${tail}.`;
    notices.push({ kind: 'torn-tail', path: tail, message });
  }
  for (const begin of ledgerFile.unfinished) {
    const settled = await settleOne(surroundings, begin);
    notices.push(...settled.notices);
    if (settled.problem !== undefined) return { notices, problem: settled.problem };
  }
  return { notices };
}

async function settleOne(surroundings: RecoverySurroundings, begin: BeginLine): Promise<Recovered> {
  const { ledgerFile, clock } = surroundings;
  const roots = await surroundings.rootsOf(begin);
  const settled = await settle(settleSurroundings({ ...surroundings, roots }), begin, 'auto');
  if (!settled.ok) {
    const notice: LedgerNotice = { kind: 'not-recovered', message: settled.error.message };
    return { notices: [notice], problem: settled.error };
  }
  const { outcome, foreign } = settled.value;
  await ledgerFile.append({
    type: 'end',
    begin: begin.id,
    time: new Date(clock.now()).toISOString(),
    outcome,
    ...(foreign.length === 0 ? {} : { foreign }),
  });
  const edits = foreign.map(({ path, found }): LedgerNotice => {
    const absolute = fromStoredPath(path, roots);
    const message = `${absolute} was changed by another program while Varve was writing it. It was left as it is.`;
    return { kind: 'foreign-edit', path: absolute, message, ...(found === null ? {} : { kept: found }) };
  });
  return { notices: [outcomeNotice(begin, outcome), ...edits] };
}

function outcomeNotice(begin: BeginLine, outcome: 'committed' | 'rolled-back'): LedgerNotice {
  const what = `The memory operation "${begin.action}" of ${begin.time} was interrupted`;
  return outcome === 'committed'
    ? { kind: 'rolled-forward', message: `${what} and has been completed.` }
    : { kind: 'rolled-back', message: `${what} and has been taken back.` };
}

export function notRecovered(error: unknown): LedgerNotice {
  return { kind: 'not-recovered', message: ioProblem(error, 'complete an earlier memory operation').message };
}
