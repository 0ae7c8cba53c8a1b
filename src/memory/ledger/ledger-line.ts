import { readSealedLine, sealLine } from '../../base/sealed-line.ts';
import type { LedgerTarget, Operation } from './operation.ts';

export const LEDGER_VERSION = 1;

/** What every line carries: its number from 0, the hash of the line before, and its own. */
interface Chained {
  readonly seq: number;
  readonly time: string;
  readonly previous: string;
  readonly hash: string;
}

export interface HeaderLine extends Chained {
  readonly type: 'header';
  readonly version: number;
}

export interface BeginLine extends Chained, Operation {
  readonly type: 'begin';
  readonly id: string;
  /** Fencing number of the project lock it was written under. */
  readonly fence: number;
  readonly root: string;
  readonly targets: readonly LedgerTarget[];
  /** Directories that were not there and will be made, as stored paths, outermost first. */
  readonly made: readonly string[];
  readonly undoes?: string;
}

export interface EndLine extends Chained {
  readonly type: 'end';
  readonly begin: string;
  readonly outcome: 'committed' | 'rolled-back';
  /** Targets that somebody else had changed: left as they were, their content kept in `objects/`. */
  readonly foreign?: readonly { readonly path: string; readonly found: string | null }[];
}

export type LedgerLine = HeaderLine | BeginLine | EndLine;

type WithoutChain<T> = T extends Chained ? Omit<T, 'seq' | 'previous' | 'hash'> : never;
/** A line before it is put into the chain. */
export type LineBody = WithoutChain<LedgerLine>;

export interface ChainProblem {
  /** Line number from 1. */
  readonly line: number;
  readonly message: string;
}

export interface ReadLines {
  readonly lines: readonly LedgerLine[];
  /** Bytes up to the end of the last sound line; what follows is torn. */
  readonly soundBytes: number;
  readonly problems: readonly ChainProblem[];
}

/** Where a chain stands: the number of the next line and the hash it must name. */
export interface ChainEnd {
  readonly nextSeq: number;
  readonly hash: string;
}

/** The line with its line end. `hash` is SHA-256 over the JSON text without the `hash` key. */
export function renderLine(
  body: LineBody,
  end: ChainEnd,
): { readonly text: string; readonly line: LedgerLine } {
  const unhashed = { seq: end.nextSeq, ...body, previous: end.hash };
  const { text, hash } = sealLine(unhashed);
  return { text, line: { ...unhashed, hash } as LedgerLine };
}

/**
 * Reads what can be read: never throws. Unsound lines at the end are a torn tail (a crash, or another process in the
 * middle of writing) and no problem; unsound lines before a sound one, and breaks of the chain, are problems.
 * `before`: the hash of the line that the bytes follow; line numbers count from the first of these bytes.
 */
export function readLines(bytes: Uint8Array, before = ''): ReadLines {
  const lines: LedgerLine[] = [];
  const problems: ChainProblem[] = [];
  let pending: ChainProblem[] = [];
  let [soundBytes, position, number] = [0, 0, 0];
  while (position < bytes.byteLength) {
    const lineEnd = bytes.indexOf(0x0a, position);
    if (lineEnd < 0) break;
    number += 1;
    const line = parseLine(Buffer.from(bytes.subarray(position, lineEnd)).toString('utf8'));
    position = lineEnd + 1;
    if (line === undefined) {
      pending.push({ line: number, message: 'The line is damaged or was changed afterwards.' });
      continue;
    }
    const previous = lines.at(-1)?.hash ?? before;
    if (line.previous !== previous)
      pending.push({ line: number, message: 'The line does not follow the one before it.' });
    problems.push(...pending);
    pending = [];
    lines.push(line);
    soundBytes = position;
  }
  return { lines, soundBytes, problems };
}

export function chainEnd(lines: readonly LedgerLine[]): ChainEnd {
  const last = lines.at(-1);
  return last === undefined ? { nextSeq: 0, hash: '' } : { nextSeq: last.seq + 1, hash: last.hash };
}

function parseLine(raw: string): LedgerLine | undefined {
  const value = readSealedLine(raw);
  return isLedgerLine(value) ? value : undefined;
}

/** The hash proves that Varve wrote the line, so its kind and version say what else it holds. */
function isLedgerLine(value: unknown): value is LedgerLine {
  if (typeof value !== 'object' || value === null) return false;
  const { type, seq, previous } = value as Record<string, unknown>;
  if (typeof seq !== 'number' || typeof previous !== 'string') return false;
  return type === 'header' || type === 'begin' || type === 'end';
}
