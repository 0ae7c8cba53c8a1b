import { estimateTokens } from '../../base/tokens.ts';
import type { MemoryRecord } from '../record/record.ts';
import type { Proposal } from './proposal.ts';
import { statusOnceAccepted, supersededBy } from './supersession.ts';

/** Where a proposal's text would come into a file that agents load, once it is accepted. */
export interface InsertionPoint {
  /** The proposal's id. */
  readonly proposal: string;
  readonly path: string;
  /** Zero-based line of the file as it is now, before which the text would stand; at most its number of lines. */
  readonly line: number;
  /** Place among all lines that would be added to the file, from 0. */
  readonly order: number;
  /** The line that would be added. */
  readonly text: string;
  /** Agents load the file at every start; the index they read when they look for something. */
  readonly isLoaded: boolean;
  /** Estimated tokens of the line; 0 where the file is full and only counts it. */
  readonly tokens: number;
  /** False: the file is full, so that its last line counts the record instead. */
  readonly fits: boolean;
}

/** A file that is made from the accepted records, as it is now and as they would make it. */
export interface DerivedText {
  readonly path: string;
  readonly now: string;
  readonly isLoaded: boolean;
  readonly render: (records: readonly MemoryRecord[]) => string;
}

/**
 * Where each proposal would come to stand if all of them were accepted: each file is made once with them, and a line
 * is placed behind the nearest line before it that the file has already. Ordered by path, then as the lines would stand.
 */
export function insertionPoints(
  records: readonly MemoryRecord[],
  proposals: readonly Proposal[],
  texts: readonly DerivedText[],
): readonly InsertionPoint[] {
  const loading = proposals.filter(wouldLoad);
  const after = recordsAfter(records, loading);
  return [...texts].sort((a, b) => compare(a.path, b.path)).flatMap((text) => pointsIn(text, after, loading));
}

/** The accepted records that accepting a proposal would put into the archive. */
export function supersededRecords(
  { evidence }: Pick<Proposal, 'evidence'>,
  records: readonly MemoryRecord[],
): readonly MemoryRecord[] {
  const named = new Set(supersededBy(evidence));
  return records.filter(({ id, status }) => status === 'accepted' && named.has(id));
}

/** Whether a proposal would come into what agents load: not what is there already, nor what its own document calls past. */
export function wouldLoad({ group, evidence }: Pick<Proposal, 'group' | 'evidence'>): boolean {
  return group !== 'arrived' && statusOnceAccepted(evidence, false) === 'accepted';
}

function recordsAfter(
  records: readonly MemoryRecord[],
  proposals: readonly Proposal[],
): readonly MemoryRecord[] {
  const gone = new Set(proposals.flatMap((one) => supersededRecords(one, records)).map(({ id }) => id));
  const arriving = new Set(proposals.map(({ id }) => id));
  const kept = records.filter(({ id }) => !gone.has(id) && !arriving.has(id));
  return [...kept, ...proposals.map(({ record }) => accepted(record))];
}

function pointsIn(
  { path, now, isLoaded, render }: DerivedText,
  after: readonly MemoryRecord[],
  proposals: readonly Proposal[],
): readonly InsertionPoint[] {
  const made = linesOf(render(after));
  const standing = linesOf(now);
  const whereMade = new Map(made.map((line, index) => [line, index]));
  const whereNow = new Map(standing.map((line, index) => [line, index]));
  const found = proposals.map(({ id, record }) => {
    const text = ownLine(record, render);
    const at = whereMade.get(text);
    const fits = at !== undefined;
    const line = fits ? lineNow(made, at, whereNow) : Math.max(0, standing.length - 1);
    const tokens = fits ? estimateTokens(`${text}\n`) : 0;
    return { at: at ?? made.length, point: { proposal: id, path, line, text, isLoaded, tokens, fits } };
  });
  return found.sort((a, b) => a.at - b.at).map(({ point }, order) => ({ ...point, order }));
}

/** Beside the nearest line that the file has now: in the same list where there is one, else behind what comes before. */
function lineNow(made: readonly string[], at: number, whereNow: ReadonlyMap<string, number>): number {
  const above = made.slice(0, at).reverse();
  const below = made.slice(at + 1);
  const near = firstKnown(untilBlank(above), whereNow);
  if (near !== undefined) return near + 1;
  const next = firstKnown(untilBlank(below), whereNow);
  if (next !== undefined) return next;
  const before = firstKnown(above, whereNow);
  return before === undefined ? (firstKnown(below, whereNow) ?? 0) : before + 1;
}

function untilBlank(lines: readonly string[]): readonly string[] {
  const end = lines.indexOf('');
  return end < 0 ? lines : lines.slice(0, end);
}

function firstKnown(lines: readonly string[], whereNow: ReadonlyMap<string, number>): number | undefined {
  const line = lines.find((one) => one !== '' && whereNow.has(one));
  return line === undefined ? undefined : whereNow.get(line);
}

/** Every file made from records has one list line for each: the only one where there is no other record. */
function ownLine(record: MemoryRecord, render: DerivedText['render']): string {
  return linesOf(render([accepted(record)])).find((line) => line.startsWith('- ')) ?? '';
}

function accepted(record: MemoryRecord): MemoryRecord {
  return { ...record, status: 'accepted' };
}

function linesOf(text: string): readonly string[] {
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
