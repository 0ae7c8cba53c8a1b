import { withBatches } from './call-batches.ts';
import type { ClaudeRow } from './claude-row.ts';
import { type ClaudeRows, ConversationTree } from './conversation-tree.ts';
import { RowsByTime } from './rows-by-time.ts';
import type { SessionEnd } from './session-end.ts';

/** The rows of one line of conversation, oldest first; what came before a compaction among them. */
export type ClaudeLine = readonly ClaudeRow[];

/** So many other ends are kept, the newest. */
const MOST_BRANCHES = 50;

export interface ClaudeLines {
  readonly main: ClaudeLine;
  /** Newest first. */
  readonly branches: readonly ClaudeLine[];
  /** Other ends that were too many. */
  readonly left: number;
}

/** Pure. The line that `claude --resume` goes on with, and the lines that end elsewhere. */
export function linesOf(rows: ClaudeRows, end: SessionEnd): ClaudeLines {
  const tree = new ConversationTree(rows, end.hasKept ? end.boundary : undefined);
  const leaf = leafOf(tree, end);
  const main = leaf === undefined ? [] : lineTo(tree, leaf);
  const covered = new Set(main.map(({ uuid }) => uuid));
  const branches: ClaudeLine[] = [];
  let left = 0;
  for (const branchEnd of otherEnds(rows, covered)) {
    if (covered.has(branchEnd.uuid)) continue;
    if (branches.length === MOST_BRANCHES) {
      left += 1;
      continue;
    }
    const line = lineTo(tree, branchEnd);
    for (const { uuid } of line) covered.add(uuid);
    branches.push(line);
  }
  return { main, branches, left };
}

/**
 * The noted end counts where it is still there, unless the conversation went on from it: two programs that write the
 * same session do not disturb one another.
 */
function leafOf(tree: ConversationTree, end: SessionEnd): ClaudeRow | undefined {
  if (end.isEmpty) return undefined;
  const last = end.lastRow === undefined ? undefined : tree.rows.get(end.lastRow);
  const noted = tree.standing(end.noted);
  if (noted === undefined) return last;
  if (end.isChosen || last === undefined) return noted;
  return goesOnFrom(tree, last, noted) ? last : noted;
}

function goesOnFrom(tree: ConversationTree, last: ClaudeRow, noted: ClaudeRow): boolean {
  const message = batchOf(tree.rows, noted);
  const seen = new Set<string>();
  for (
    let at: ClaudeRow | undefined = last;
    at && !seen.has(at.uuid);
    at = tree.rows.get(tree.above(at) ?? '')
  ) {
    if (at.uuid === noted.uuid) return true;
    // Results of calls made together hang side by side.
    if (message !== undefined && at.messageId === message && at.calls.length > 0) return true;
    seen.add(at.uuid);
  }
  return false;
}

/** The answer whose calls are under way where a row stands. */
function batchOf(rows: ClaudeRows, row: ClaudeRow): string | undefined {
  const seen = new Set<string>();
  let at: ClaudeRow | undefined = row;
  while (at && isBeside(at) && !seen.has(at.uuid)) {
    seen.add(at.uuid);
    at = parentOf(rows, at);
  }
  if (at?.kind === 'user' && at.results.length > 0) at = parentOf(rows, at);
  return at?.kind === 'assistant' && at.calls.length > 0 ? at.messageId : undefined;
}

/** What the program adds by itself between messages. */
function isBeside(row: ClaudeRow): boolean {
  if (row.kind === 'attachment' || row.kind === 'link') return true;
  if (row.kind === 'system') return !row.isBoundary;
  return row.kind === 'user' && row.isMeta && row.results.length === 0;
}

function parentOf(rows: ClaudeRows, { parent }: ClaudeRow): ClaudeRow | undefined {
  return parent === undefined ? undefined : rows.get(parent);
}

/** Where something was said that is on no line yet, newest first. */
function otherEnds(rows: ClaudeRows, covered: ReadonlySet<string>): readonly ClaudeRow[] {
  const ends = new Map<string, ClaudeRow>();
  const parents = new Set<string>();
  for (const { uuid, parent } of rows.values())
    if (parent !== undefined && !covered.has(uuid)) parents.add(parent);
  const seen = new Set<string>();
  for (const row of rows.values()) {
    if (covered.has(row.uuid) || parents.has(row.uuid)) continue;
    let at: ClaudeRow | undefined = row;
    while (at && !covered.has(at.uuid) && !isSaid(at) && !seen.has(at.uuid)) {
      seen.add(at.uuid);
      at = parentOf(rows, at);
    }
    if (at && !covered.has(at.uuid) && isSaid(at)) ends.set(at.uuid, at);
  }
  return [...ends.values()].sort((one, other) => other.order - one.order);
}

function isSaid(row: ClaudeRow): boolean {
  return row.kind === 'user' || row.kind === 'assistant';
}

function lineTo(tree: ConversationTree, leaf: ClaudeRow): ClaudeLine {
  const line: ClaudeRow[] = [];
  const seen = new Set<string>();
  let byTime: RowsByTime | undefined;
  let at: ClaudeRow | undefined = leaf;
  while (at) {
    seen.add(at.uuid);
    line.push(at);
    if (at.parent === undefined && !at.isBoundary) break;
    const name = tree.above(at);
    const above = name === undefined ? undefined : tree.rows.get(name);
    if (above && !seen.has(above.uuid)) {
      at = above;
      continue;
    }
    // Its line was lost, or it goes round: what was said just before is nearest to the truth, for the program too.
    const row: ClaudeRow = at;
    byTime ??= new RowsByTime([...tree.rows.values()].filter((candidate) => tree.isNear(candidate, row)));
    at = byTime.justBefore(row, seen);
  }
  return withBatches(tree.rows, line.reverse(), seen);
}
