import type { ClaudeRow } from './claude-row.ts';

/** Further back the program looks for no stand-in of a lost line (Claude Code 2.1.330). */
const NEAR_MS = 5_000;

/** Finds what was said just before a line whose own predecessor is lost. */
export class RowsByTime {
  readonly #rows: readonly (ClaudeRow & { readonly time: number })[];
  /** From each place down to the nearest that may be free: used ones are skipped once only. */
  readonly #down: Int32Array;

  constructor(rows: Iterable<ClaudeRow>) {
    const timed = [...rows].filter((row): row is ClaudeRow & { time: number } => isCandidate(row));
    this.#rows = timed.sort((one, other) => one.time - other.time || other.order - one.order);
    this.#down = Int32Array.from(this.#rows.keys());
  }

  justBefore({ time }: ClaudeRow, used: ReadonlySet<string>): ClaudeRow | undefined {
    if (time === undefined) return undefined;
    let from = 0;
    for (let to = this.#rows.length; from < to; ) {
      const middle = (from + to) >>> 1;
      if ((this.#rows[middle]?.time ?? 0) <= time) from = middle + 1;
      else to = middle;
    }
    const found = this.#rows[this.#free(from - 1, used)];
    return found && time - found.time <= NEAR_MS ? found : undefined;
  }

  #free(start: number, used: ReadonlySet<string>): number {
    let at = start;
    while (at >= 0) {
      const down = this.#down[at] ?? -1;
      if (down !== at) at = down;
      else if (used.has(this.#rows[at]?.uuid ?? '')) {
        this.#down[at] = at - 1;
        at -= 1;
      } else break;
    }
    for (let back = start; back > at; ) {
      const next = this.#down[back] ?? -1;
      this.#down[back] = at;
      back = next;
    }
    return at;
  }
}

function isCandidate(row: ClaudeRow): boolean {
  return row.time !== undefined && row.kind !== 'link';
}
