import type { CallPlace } from '../call-shape.ts';
import { EntryBudget } from '../entry-budget.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  numberField,
  objectField,
  objectsField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { TranscriptEntry } from '../transcript.ts';
import { callOfBlock, resultOfBlock } from './session-call.ts';

interface Said {
  readonly id: string;
  readonly time?: number;
}

/** Messages of one session as Cline has kept them since 3.0, in their order. */
export class SessionReading {
  readonly #budget = new EntryBudget();
  readonly #held: { readonly id: string; readonly entries: TranscriptEntry[] }[] = [];
  readonly #calls = new Map<string, { readonly held: TranscriptEntry[]; readonly at: number }>();
  readonly #names = new Set<string>();
  readonly #place: CallPlace;
  lastTime: number | undefined;
  firstTime: number | undefined;
  model: string | undefined;
  turns = 0;
  /** Of its messages; a session itself says more. */
  readonly counted = { input: 0, output: 0, cost: 0 };

  constructor(place: CallPlace) {
    this.#place = place;
  }

  add(message: LooseObject): void {
    const time = timeOf(fieldOf(message, 'ts'));
    const id = textField(message, 'id') ?? `#${this.#held.length + 1}`;
    const said = { id, ...(time !== undefined && { time }) };
    if (time !== undefined) {
      this.firstTime ??= time;
      this.lastTime = time;
    }
    const entries = this.#entriesOf(message, said);
    const held = this.#budget.hold(entries);
    this.#held.push({ id, entries: held });
    for (const [at, entry] of held.entries())
      if (entry.kind === 'call') this.#calls.set(entry.id, { held, at });
    for (const block of objectsField(message, 'content'))
      if (textField(block, 'type') === 'tool_result') this.#learn(block);
    this.#count(message);
  }

  /** The summary with which it went on; it stands behind the message that it covers last. */
  addSummary(summary: string, time: number | undefined, behind: string | undefined): void {
    const entry: TranscriptEntry = {
      kind: 'compaction',
      id: this.#nameFor('summary'),
      ...(time !== undefined && { time }),
      summary: entryText(summary),
    };
    const at = this.#held.findIndex(({ id }) => id === behind);
    const held = { id: entry.id, entries: this.#budget.hold([entry]) };
    this.#held.splice(at === -1 ? this.#held.length : at + 1, 0, held);
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#held.flatMap(({ entries }) => entries);
  }

  get problem(): string | undefined {
    return this.#budget.problem;
  }

  #entriesOf(message: LooseObject, said: Said): readonly TranscriptEntry[] {
    const metadata = objectField(message, 'metadata');
    const text = textOf(message);
    if (textField(metadata, 'kind') === 'compaction_summary') {
      const summary = textField(metadata, 'summary') ?? text;
      return [{ ...said, id: this.#nameFor(said.id), kind: 'compaction', summary: entryText(summary) }];
    }
    const shown = textField(metadata, 'displayRole');
    if (shown === 'error' && text !== '')
      return [{ ...said, id: this.#nameFor(said.id), kind: 'notice', what: 'error', text: entryText(text) }];
    // What Cline says to the model in a person's place.
    if (shown === 'system' || shown === 'status') return [];
    return textField(message, 'role') === 'assistant'
      ? this.#answer(message, said, text)
      : this.#prompt(message, said, text);
  }

  #prompt(message: LooseObject, said: Said, text: string): readonly TranscriptEntry[] {
    const pictures = objectsField(message, 'content').filter(
      (block) => textField(block, 'type') === 'image',
    ).length;
    const typed = typedText(text);
    if (typed === '' && pictures === 0) return [];
    const id = this.#nameFor(said.id);
    return [{ ...said, id, kind: 'prompt', text: entryText(typed), ...(pictures > 0 && { pictures }) }];
  }

  #answer(message: LooseObject, said: Said, text: string): readonly TranscriptEntry[] {
    const entries: TranscriptEntry[] = [];
    const model = textField(objectField(message, 'modelInfo'), 'id');
    if (text.trim() !== '')
      entries.push({
        ...said,
        id: this.#nameFor(said.id),
        kind: 'answer',
        text: entryText(text),
        ...(model !== undefined && { model }),
      });
    for (const block of objectsField(message, 'content'))
      if (textField(block, 'type') === 'tool_use') {
        const id = this.#nameFor(textField(block, 'id') ?? said.id);
        entries.push(callOfBlock(id, block, said.time, this.#place));
      }
    return entries;
  }

  #learn(block: LooseObject): void {
    const call = this.#calls.get(textField(block, 'tool_use_id') ?? '');
    if (!call) return;
    const result = resultOfBlock(block);
    this.#budget.replace(call.held, call.at, (made) => (made.kind === 'call' ? { ...made, result } : made));
  }

  #count(message: LooseObject): void {
    const metrics = objectField(message, 'metrics');
    if (metrics === undefined) return;
    this.turns += 1;
    this.model = textField(objectField(message, 'modelInfo'), 'id') ?? this.model;
    const count = (name: string) => Math.max(0, numberField(metrics, name) ?? 0);
    this.counted.input += count('inputTokens');
    this.counted.output += count('outputTokens');
    this.counted.cost += count('cost');
  }

  #nameFor(id: string): string {
    let name = id;
    for (let more = 2; this.#names.has(name); more += 1) name = `${id}~${more}`;
    this.#names.add(name);
    return name;
  }
}

function textOf(message: LooseObject): string {
  const content = fieldOf(message, 'content');
  if (typeof content === 'string') return content;
  return objectsField(message, 'content')
    .flatMap((block) => (textField(block, 'type') === 'text' ? [textField(block, 'text') ?? ''] : []))
    .join('\n');
}

/** What a person typed stands in a tag that says in which mode; the rest was added. A subagent's task has none. */
function typedText(text: string): string {
  const typed = [...text.matchAll(/<user_input(?: mode="[^"]*")?>([\s\S]*?)<\/user_input>/g)];
  return (typed.length === 0 ? text : typed.map((match) => match[1] ?? '').join('\n')).trim();
}
