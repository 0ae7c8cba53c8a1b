import type { ClaudeRow } from './claude-row.ts';

export type ClaudeRows = ReadonlyMap<string, ClaudeRow>;

/**
 * The lines of a session as a tree. Of what stands before the newest compaction the program has only the messages that
 * were kept beside its summary, which it moves behind that (2.1.330); here they stay where they were said.
 */
export class ConversationTree {
  readonly rows: ClaudeRows;
  readonly #boundary: ClaudeRow | undefined;
  readonly #kept: ReadonlySet<string>;
  /** The summary beside which messages were kept. */
  readonly #summary: ClaudeRow | undefined;

  /** `boundary`: of the newest compaction, where what is before it counts no more. */
  constructor(rows: ClaudeRows, boundary: ClaudeRow | undefined) {
    this.rows = rows;
    const kept = boundary && keptNames(rows, boundary);
    // What is to be kept is not there: the program then leaves everything as it is.
    this.#boundary = kept?.every((name) => rows.has(name)) ? boundary : undefined;
    this.#kept = new Set(this.#boundary === undefined ? [] : kept);
    if (this.#kept.size > 0) this.#summary = rows.get(boundary?.kept?.summary ?? '');
  }

  /** The row that the program would go on from where it noted this one; undefined where it has it no more. */
  standing(uuid: string | undefined): ClaudeRow | undefined {
    const row = uuid === undefined ? undefined : this.rows.get(uuid);
    if (row === undefined || row.kind === 'link') return undefined;
    if (!this.#isBefore(row)) return row;
    return this.#kept.has(row.uuid) ? this.#summary : undefined;
  }

  /** Name of the row above, whether it is there or not. */
  above(row: ClaudeRow): string | undefined {
    if (row.isBoundary) return row.logicalParent ?? row.parent;
    const parent = row.parent === undefined ? undefined : this.rows.get(row.parent);
    if (parent === undefined || this.#isBefore(row) || !this.#isBefore(parent)) return row.parent;
    const isMoved = row.kind === 'user' || row.kind === 'assistant' || this.#kept.has(parent.uuid);
    return isMoved && row !== this.#summary ? this.#summary?.uuid : undefined;
  }

  /** Whether a row can stand in for one that was lost. */
  isNear(candidate: ClaudeRow, row: ClaudeRow): boolean {
    return this.#isBefore(candidate) === this.#isBefore(row);
  }

  #isBefore(row: ClaudeRow): boolean {
    return this.#boundary !== undefined && row.order < this.#boundary.order;
  }
}

/** Undefined where it cannot be told. */
function keptNames(rows: ClaudeRows, { kept }: ClaudeRow): readonly string[] | undefined {
  if (kept === undefined) return [];
  if (kept.names !== undefined) return kept.names;
  const names = new Set<string>();
  let row = rows.get(kept.last ?? '');
  while (row && !names.has(row.uuid)) {
    names.add(row.uuid);
    if (row.uuid === kept.first) return [...names];
    row = rows.get(row.parent ?? '');
  }
  return undefined;
}
