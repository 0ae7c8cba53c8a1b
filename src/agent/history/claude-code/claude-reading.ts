import { EntryBudget } from '../entry-budget.ts';
import {
  fieldOf,
  type LooseObject,
  looseObject,
  objectField,
  parseLoose,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { SessionLine } from '../session-lines.ts';
import { type BareRow, type ClaudeRow, rowOf } from './claude-row.ts';
import { entriesOf } from './message-entries.ts';
import { SessionEnd } from './session-end.ts';
import { SessionLabels } from './session-labels.ts';
import { type ListChange, listChangeOf } from './task-list.ts';
import { UsageCount } from './usage-count.ts';

/** More lines with a place in the tree are not kept: the oldest half goes. */
const MOST_ROWS = 100_000;
/** What lists of steps may come to, over all of their changes. */
const MOST_STEPS = 50_000;
const NO_ENTRIES: readonly [] = [];

/** One file of a session, taken in line by line, in bounded memory. */
export class ClaudeReading {
  readonly rows = new Map<string, ClaudeRow>();
  readonly end = new SessionEnd();
  readonly labels = new SessionLabels();
  readonly usage = new UsageCount();
  /** The first and the last time that is noted. */
  firstTime: number | undefined;
  lastTime: number | undefined;
  /** Every line that was JSON. */
  lines = 0;
  readonly #budget = new EntryBudget();
  /** How often a name was asked for. */
  readonly #names = new Map<string, number>();
  readonly #home: string;
  readonly #ofSubagent: boolean;
  #order = 0;
  #steps = 0;
  #unreadable = 0;
  #isTorn = false;
  #isBrokenOff = false;
  #dropped = 0;

  /** `ofSubagent`: the file is a subagent's own. In others, what a subagent wrote is left out. */
  constructor(home: string, ofSubagent: boolean) {
    this.#home = home;
    this.#ofSubagent = ofSubagent;
  }

  addLine({ text, whole }: SessionLine): void {
    // Requests as they were sent: most of a file, and nothing that is not in other lines too.
    if (text.startsWith('{"type":"api-request')) return;
    const line = parseLoose(text);
    if (line === undefined) {
      if (whole) this.#unreadable += 1;
      else this.#isTorn = true;
      return;
    }
    this.lines += 1;
    this.#noteTime(line);
    this.usage.add(line);
    if (textField(line, 'type') === 'last-prompt') this.end.addNote(line);
    const row = rowOf(line, this.#order);
    if (row === undefined) this.labels.addLine(line);
    else if (this.#ofSubagent || !row.isSide) this.#addRow(line, row);
  }

  /** Nothing more can be read. */
  breakOff(): void {
    this.#isBrokenOff = true;
  }

  get problems(): readonly string[] {
    const problems: string[] = [];
    if (this.#isBrokenOff) problems.push('The file could not be read to its end.');
    if (this.#isTorn) problems.push('Its last line is incomplete: it was being written, or never finished.');
    if (this.#unreadable === 1) problems.push('One line is damaged and was left out.');
    if (this.#unreadable > 1) problems.push(`${this.#unreadable} lines are damaged and were left out.`);
    if (this.#dropped > 0)
      problems.push(
        `The session is too large to keep all of it: its oldest ${this.#dropped} lines were left out.`,
      );
    if (this.#steps > MOST_STEPS)
      problems.push('The list of steps changed too often to keep all of its changes.');
    if (this.#budget.problem !== undefined) problems.push(this.#budget.problem);
    return problems;
  }

  #addRow(line: LooseObject, bare: BareRow): void {
    this.#order += 1;
    this.labels.addRow(line);
    const { said, brought } = entriesOf(line, bare, { home: this.#home, nameFor: (id) => this.#nameFor(id) });
    const listChange = this.#listChange(line, bare);
    const row = {
      ...bare,
      said: said.length === 0 ? NO_ENTRIES : this.#budget.hold(said),
      brought: brought.length === 0 ? NO_ENTRIES : this.#budget.hold(brought),
      ...(listChange !== undefined && { listChange }),
    };
    this.rows.set(row.uuid, row);
    this.end.addRow(row);
    if (this.rows.size > MOST_ROWS) this.#dropOldest();
  }

  /** One result a line: whose it would be is not told otherwise. A failed call changed nothing. */
  #listChange(line: LooseObject, { results }: BareRow): ListChange | undefined {
    if (results.length !== 1) return undefined;
    const change = listChangeOf(looseObject(fieldOf(line, 'toolUseResult')));
    if (change === undefined) return undefined;
    this.#steps += change.kind === 'set' ? change.steps.length + 1 : 10;
    return this.#steps > MOST_STEPS ? undefined : change;
  }

  /** Names stay the same while the file grows: they are given in its order. */
  #nameFor(id: string): string {
    let name = id;
    for (;;) {
      const copies = (this.#names.get(name) ?? 0) + 1;
      this.#names.set(name, copies);
      if (copies === 1) return name;
      name = `${id}/${copies}`;
    }
  }

  #dropOldest(): void {
    for (const uuid of this.rows.keys()) {
      if (this.rows.size <= MOST_ROWS / 2) return;
      this.rows.delete(uuid);
      this.#dropped += 1;
    }
  }

  #noteTime(line: LooseObject): void {
    const time = timeOf(fieldOf(line, 'timestamp') ?? fieldOf(objectField(line, 'snapshot'), 'timestamp'));
    if (time === undefined) return;
    this.firstTime = Math.min(this.firstTime ?? time, time);
    this.lastTime = Math.max(this.lastTime ?? time, time);
  }
}
