import { entryText } from './loose-json.ts';
import { ENTRY_UNITS, type TranscriptEntry } from './transcript.ts';

/** UTF-16 units of text that one transcript is kept with, whatever the size of what it is read from. */
const TRANSCRIPT_UNITS = 24 * 1024 * 1024;
/** An entry costs that much besides its text. */
const ENTRY_COST = 128;
/** Shorter than this no text is cut: older entries go instead. */
const LEAST_UNITS = 256;

/**
 * Holds the entries of one transcript in bounded memory. Each `hold` gives an array that stays the same and that the
 * caller may change with `replace` only. Where it becomes too much, all texts are cut shorter; where that is not
 * enough, the oldest arrays are emptied.
 */
export class EntryBudget {
  #held: TranscriptEntry[][] = [];
  #cost = 0;
  #units = ENTRY_UNITS;
  #dropped = 0;
  readonly #limit: number;

  constructor(limit = TRANSCRIPT_UNITS) {
    this.#limit = limit;
  }

  hold(entries: readonly TranscriptEntry[]): TranscriptEntry[] {
    const held = entries.map((entry) => this.#spend(entry));
    this.#held.push(held);
    this.#keep();
    return held;
  }

  /** The entry at an index becomes another; nothing where it was dropped before. */
  replace(held: TranscriptEntry[], at: number, change: (entry: TranscriptEntry) => TranscriptEntry): void {
    const entry = held[at];
    if (entry === undefined) return;
    this.#cost -= costOf(entry);
    held[at] = this.#spend(change(entry));
    this.#keep();
  }

  /** What had to go, in a sentence. */
  get problem(): string | undefined {
    if (this.#dropped > 0)
      return `The session is too large to keep all of it: its oldest ${this.#dropped} entries were left out.`;
    return this.#units < ENTRY_UNITS
      ? `The session is large: texts of more than ${this.#units} characters were cut off.`
      : undefined;
  }

  #spend(entry: TranscriptEntry): TranscriptEntry {
    const cut = this.#units === ENTRY_UNITS ? entry : shortened(entry, this.#units);
    this.#cost += costOf(cut);
    return cut;
  }

  #keep(): void {
    while (this.#cost > this.#limit) {
      if (this.#units > LEAST_UNITS) this.#shorten();
      else this.#drop();
    }
  }

  #shorten(): void {
    this.#units /= 4;
    this.#cost = 0;
    for (const held of this.#held) for (const [at, entry] of held.entries()) held[at] = this.#spend(entry);
  }

  #drop(): void {
    const half = Math.ceil(this.#held.length / 2);
    for (const held of this.#held.splice(0, half)) {
      this.#dropped += held.length;
      held.length = 0;
    }
    this.#cost = 0;
    for (const held of this.#held) for (const entry of held) this.#cost += costOf(entry);
  }
}

function costOf(entry: TranscriptEntry): number {
  return ENTRY_COST + textsOf(entry).reduce((sum, text) => sum + text.length, 0);
}

function textsOf(entry: TranscriptEntry): readonly string[] {
  switch (entry.kind) {
    case 'call':
      return [entry.summary, entry.command ?? '', entry.result?.text ?? '', ...entry.reads, ...entry.writes];
    case 'plan':
      return entry.steps.map(({ text }) => text);
    case 'compaction':
      return [entry.summary];
    default:
      return [entry.text];
  }
}

function shortened(entry: TranscriptEntry, units: number): TranscriptEntry {
  switch (entry.kind) {
    case 'call':
      return {
        ...entry,
        ...(entry.command !== undefined && { command: entryText(entry.command, units) }),
        ...(entry.result && { result: { ...entry.result, text: entryText(entry.result.text, units) } }),
      };
    case 'plan':
      return entry;
    case 'compaction':
      return { ...entry, summary: entryText(entry.summary, units) };
    default:
      return { ...entry, text: entryText(entry.text, units) };
  }
}
