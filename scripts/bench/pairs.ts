import type { BenchResult } from './benches.ts';

export interface Pair {
  readonly value: number;
  readonly beside: number;
}

/** Two measurements taken in turn, as one result. */
export function resultOf(name: string, besideName: string, pairs: readonly Pair[]): BenchResult {
  return {
    name,
    unit: 'ms',
    value: round(median(pairs.map((pair) => pair.value))),
    beside: { name: besideName, value: round(median(pairs.map((pair) => pair.beside))) },
    ratio: round(median(pairs.map((pair) => pair.value / pair.beside))),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
