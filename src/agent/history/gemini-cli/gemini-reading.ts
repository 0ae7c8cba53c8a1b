import type { CallPlace } from '../call-shape.ts';
import { EntryBudget } from '../entry-budget.ts';
import { EntryNames } from '../entry-names.ts';
import {
  fieldOf,
  type LooseObject,
  numberField,
  objectField,
  objectsField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { resultFrom } from './gemini-call.ts';
import { entriesOf, isThanks, responsesOf } from './gemini-message.ts';

/** One message as it stands last: it is noted again whenever more of it is known. */
export interface GeminiMessage {
  readonly id: string;
  type: string;
  /** Each holds one entry; changed and emptied by the budget only. */
  held: TranscriptEntry[][];
  time: number | undefined;
  model: string | undefined;
  inputTokens: number;
  outputTokens: number;
  hasTokens: boolean;
}

const MOST_BRANCHES = 50;

/** What the records of a session say, in their order: messages, what of them counts no more, and facts of the session. */
export class GeminiReading {
  /** Of the session: the newest value of each name. */
  readonly facts = new Map<string, string>();
  hasFacts = false;
  /** What the model would be sent. */
  line: GeminiMessage[] = [];
  /** What a summary stands for now; it is before the line. */
  readonly summed: GeminiMessage[] = [];
  /** Other ends, newest first. */
  readonly branches: (readonly GeminiMessage[])[] = [];
  readonly #messages = new Map<string, GeminiMessage>();
  /** Ids of what was noted once more, by what it was before. */
  readonly #renamed = new Map<string, string>();
  readonly #summaries = new Set<GeminiMessage>();
  #inLine = new Set<GeminiMessage>();
  /** Calls without a result, by their ids. */
  readonly #open = new Map<string, TranscriptEntry[]>();
  readonly #budget = new EntryBudget();
  readonly #place: CallPlace;

  constructor(place: CallPlace) {
    this.#place = place;
  }

  get messages(): Iterable<GeminiMessage> {
    return this.#messages.values();
  }

  get problem(): string | undefined {
    return this.#budget.problem;
  }

  /** Whether the record is one of a session. */
  add(record: LooseObject): void {
    const rewound = textField(record, '$rewindTo');
    const set = objectField(record, '$set');
    if (rewound !== undefined) this.#rewind(rewound);
    else if (textField(record, 'id') !== undefined) this.#addMessage(record);
    else if (set) this.#learn(set);
    else if (textField(record, 'sessionId') !== undefined) this.#learn(record);
  }

  /** Entries that cannot be told apart by their own names get one. */
  nameApart(): void {
    const names = new EntryNames();
    for (const { held } of this.#messages.values())
      for (const one of held) {
        const id = one[0]?.id;
        const name = names.of(id, id ?? '');
        if (name !== id) this.#budget.replace(one, 0, (entry) => ({ ...entry, id: name }));
      }
  }

  #learn(facts: LooseObject): void {
    this.hasFacts = true;
    for (const name of ['sessionId', 'projectHash', 'startTime', 'lastUpdated', 'kind', 'summary']) {
      const value = textField(facts, name);
      if (value !== undefined) this.facts.set(name, value.slice(0, 4096));
    }
    const [directory] = Array.isArray(fieldOf(facts, 'directories'))
      ? (fieldOf(facts, 'directories') as readonly unknown[])
      : [];
    if (typeof directory === 'string') this.facts.set('directory', directory);
    if (Array.isArray(fieldOf(facts, 'messages'))) this.#replaceLine(objectsField(facts, 'messages'));
  }

  #addMessage(record: LooseObject): void {
    const message = this.#noted(record, false);
    if (!this.#inLine.has(message)) {
      this.line.push(message);
      this.#inLine.add(message);
    }
    this.#giveResults(record);
  }

  /** The conversation is noted as a whole: what of it is missing was taken back, or is summed up now. */
  #replaceLine(records: readonly LooseObject[]): void {
    const before = this.line;
    let isSummed = false;
    const listed = records.flatMap((record, index) => {
      if (textField(record, 'id') === undefined) return [];
      const next = records[index + 1];
      const isSummary = textField(record, 'type') === 'user' && next !== undefined && isThanks(next);
      const message = this.#noted(record, isSummary);
      isSummed ||= isSummary && !this.#summaries.has(message);
      if (isSummary) this.#summaries.add(message);
      return [message];
    });
    const kept = new Set(listed);
    const originals = this.#originalsOf(
      listed,
      before.filter((message) => !kept.has(message)),
    );
    this.line = listed.map((message) => originals.get(message) ?? message);
    this.#inLine = new Set(this.line);
    for (const record of records) this.#giveResults(record);
    const own = before.filter((message) => !originals.has(message));
    const dropped = own.filter((message) => !this.#inLine.has(message));
    if (isSummed) this.summed.push(...dropped);
    else this.#branchOff(() => own, dropped);
  }

  /**
   * Where Gemini CLI puts the conversation back or sums it up, it notes what stays once more, by other names and without
   * times: each of these is the one that it repeats.
   */
  #originalsOf(
    listed: readonly GeminiMessage[],
    missing: readonly GeminiMessage[],
  ): ReadonlyMap<GeminiMessage, GeminiMessage> {
    const originals = new Map<GeminiMessage, GeminiMessage>();
    // The places of each text, the earliest last.
    const places = new Map<string, number[]>();
    for (let at = missing.length - 1; at >= 0; at -= 1) {
      const said = saidBy(missing[at]);
      const known = places.get(said);
      if (known) known.push(at);
      else places.set(said, [at]);
    }
    let from = 0;
    for (const message of listed) {
      const said = saidBy(message);
      const left = said === '' ? [] : (places.get(said) ?? []);
      let at = left.pop();
      while (at !== undefined && at < from) at = left.pop();
      const original = at === undefined ? undefined : missing[at];
      if (at === undefined || !original) continue;
      from = at + 1;
      originals.set(message, original);
      this.#messages.delete(message.id);
      this.#renamed.set(message.id, original.id);
    }
    return originals;
  }

  #rewind(named: string): void {
    const id = this.#renamed.get(named) ?? named;
    const at = this.line.findLastIndex((message) => message.id === id);
    // So Gemini CLI does it: of an id that is not there, nothing counts any more.
    const dropped = this.line.splice(Math.max(at, 0));
    for (const message of dropped) this.#inLine.delete(message);
    this.#branchOff(() => [...this.line, ...dropped], dropped);
  }

  #branchOff(line: () => readonly GeminiMessage[], dropped: readonly GeminiMessage[]): void {
    const says = dropped.some(({ held }) => held.length > 0);
    if (says && this.branches.length < MOST_BRANCHES) this.branches.unshift([...this.summed, ...line()]);
  }

  #noted(record: LooseObject, isSummary: boolean): GeminiMessage {
    const named = textField(record, 'id') ?? '';
    const id = this.#renamed.get(named) ?? named;
    const known = this.#messages.get(id);
    const message = known ?? {
      id,
      type: '',
      held: [],
      time: undefined,
      model: undefined,
      inputTokens: 0,
      outputTokens: 0,
      hasTokens: false,
    };
    if (!known) this.#messages.set(id, message);
    message.type = textField(record, 'type') ?? message.type;
    message.time = timeOf(fieldOf(record, 'timestamp')) ?? message.time;
    message.model = textField(record, 'model') ?? message.model;
    const tokens = objectField(record, 'tokens');
    if (tokens) {
      const of = (name: string) => numberField(tokens, name) ?? 0;
      message.hasTokens = true;
      message.inputTokens = of('input') + of('tool');
      message.outputTokens = of('output') + of('thoughts');
    }
    // What is only repeated says less than what was noted first.
    if (id === named) this.#hold(message, entriesOf(record, this.#place, isSummary));
    return message;
  }

  #hold(message: GeminiMessage, entries: readonly TranscriptEntry[]): void {
    message.held = entries.map((entry, index) => {
      const known = message.held[index];
      const held = known ?? this.#budget.hold([entry]);
      // What is known of a call stays where it is noted again without.
      if (known)
        this.#budget.replace(known, 0, (before) =>
          before.kind === 'call' && entry.kind === 'call' && before.id === entry.id
            ? { ...before, ...entry }
            : entry,
        );
      const [call] = held;
      if (call?.kind === 'call' && !call.result) this.#open.set(call.id, held);
      return held;
    });
  }

  #giveResults(record: LooseObject): void {
    for (const [id, response] of responsesOf(record)) {
      const held = this.#open.get(id);
      if (!held) continue;
      this.#open.delete(id);
      this.#budget.replace(held, 0, (entry) =>
        entry.kind === 'call' ? { ...entry, result: resultFrom(response, true) } : entry,
      );
    }
  }
}

/** What a message says, whatever it is named for and however much is known of what came of it. */
function saidBy(message: GeminiMessage | undefined): string {
  if (!message) return '';
  const said = message.held.flat().map((entry) => {
    if (entry.kind === 'call') return `${entry.name} ${entry.summary}`;
    return entry.kind === 'prompt' || entry.kind === 'answer' ? entry.text : entry.kind;
  });
  return said.length === 0 ? '' : JSON.stringify([message.type, ...said]);
}
