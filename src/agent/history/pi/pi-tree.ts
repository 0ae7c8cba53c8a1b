import { EntryBudget } from '../entry-budget.ts';
import type { TranscriptBranch, TranscriptEntry } from '../transcript.ts';

/** One line of a session: what it says, and after which other line it was said. */
export interface PiNode {
  readonly id: string;
  parent: PiNode | undefined;
  /** Changed through the tree only. */
  readonly entries: TranscriptEntry[];
  isParent: boolean;
  isDropped: boolean;
}

const MOST_NODES = 400_000;
const MOST_BRANCHES = 50;

/**
 * The tree that lines make by `id` and `parentId`. Parents come before their children; a line whose parent is not there
 * follows the line before it, so that what could not be read costs nothing else. Memory is bounded.
 */
export class PiTree {
  readonly #budget: EntryBudget;
  readonly #nodes = new Map<string, PiNode>();
  /** Names that stand for another line; undefined for the beginning. */
  readonly #aliases = new Map<string, PiNode | undefined>();
  #leaf: PiNode | undefined;
  #forgotten = 0;

  constructor(budget = new EntryBudget()) {
    this.#budget = budget;
  }

  /**
   * `parentId`: null for the beginning of a line of its own, undefined where it is not said. `isAside`: it stands
   * beside the conversation, which does not go on from it.
   */
  add(
    id: string,
    parentId: string | null | undefined,
    entries: readonly TranscriptEntry[],
    isAside = false,
  ): PiNode {
    const parent = this.#parentOf(parentId);
    if (parent) parent.isParent = true;
    const node = { id, parent, entries: this.#budget.hold(entries), isParent: false, isDropped: false };
    this.#nodes.delete(id);
    this.#nodes.set(id, node);
    if (!isAside) this.#leaf = node;
    if (this.#nodes.size > MOST_NODES) this.#forgetOldest();
    return node;
  }

  /** The conversation goes on from another line, null: from its beginning; what follows `id` follows that line. */
  moveTo(id: string, targetId: string | null): void {
    if (targetId !== null && !this.#nodes.has(targetId)) return;
    this.#leaf = targetId === null ? undefined : this.#nodes.get(targetId);
    this.#aliases.set(id, this.#leaf);
  }

  #parentOf(parentId: string | null | undefined): PiNode | undefined {
    if (parentId === null) return undefined;
    if (parentId !== undefined && this.#aliases.has(parentId)) return this.#aliases.get(parentId);
    return (parentId === undefined ? undefined : this.#nodes.get(parentId)) ?? this.#leaf;
  }

  change(node: PiNode, at: number, to: (entry: TranscriptEntry) => TranscriptEntry): void {
    this.#budget.replace(node.entries, at, to);
  }

  /** Oldest first, up to where the tool itself would go on. */
  mainLine(): readonly PiNode[] {
    return lineTo(this.#leaf);
  }

  /** Other ends, newest first, each with its whole line. */
  branches(): readonly TranscriptBranch[] {
    const main = new Set(this.mainLine());
    const branches: TranscriptBranch[] = [];
    for (const node of [...this.#nodes.values()].reverse()) {
      if (branches.length === MOST_BRANCHES) break;
      if (node.isParent || main.has(node)) continue;
      const line = lineTo(node);
      const end = line.findLast((one) => one.entries.length > 0);
      // Bookkeeping alone is no end of a conversation.
      if (end === undefined || main.has(end)) continue;
      branches.push({ id: node.id, entries: line.flatMap(({ entries }) => entries) });
    }
    return branches;
  }

  problems(): readonly string[] {
    const forgotten =
      this.#forgotten === 0
        ? []
        : [`The session has very many lines: its oldest ${this.#forgotten} were left out.`];
    const { problem } = this.#budget;
    return [...forgotten, ...(problem === undefined ? [] : [problem])];
  }

  #forgetOldest(): void {
    const oldest = [...this.#nodes.values()].slice(0, MOST_NODES / 2);
    for (const node of oldest) {
      node.isDropped = true;
      this.#nodes.delete(node.id);
    }
    for (const node of this.#nodes.values()) if (node.parent?.isDropped) node.parent = undefined;
    this.#forgotten += oldest.length;
  }
}

/** Ends: a parent was there before its child. */
function lineTo(leaf: PiNode | undefined): readonly PiNode[] {
  const line: PiNode[] = [];
  for (let node = leaf; node !== undefined; node = node.parent) line.push(node);
  return line.reverse();
}
