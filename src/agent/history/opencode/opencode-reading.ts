import type { CallPlace } from '../call-shape.ts';
import { EntryBudget } from '../entry-budget.ts';
import {
  entryText,
  fieldOf,
  flagField,
  type LooseObject,
  numberField,
  objectField,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { Transcript, TranscriptEntry, TranscriptState } from '../transcript.ts';
import { callOfPart, endOfMessage, isPicture, ownText, subtaskText } from './opencode-part.ts';

interface Part {
  readonly id: string;
  readonly held: readonly TranscriptEntry[];
}

interface Message {
  readonly id: string;
  readonly time: number | undefined;
  readonly data: LooseObject;
  readonly parts: Part[];
  pictures: number;
  isQuestion: boolean;
}

/** Kept of a message; the rest of it is of no use here and may be long. */
const KEPT = [
  'role',
  'modelID',
  'providerID',
  'cost',
  'tokens',
  'error',
  'finish',
  'summary',
  'time',
  'path',
];

/**
 * Messages and their parts as OpenCode keeps them, whether in files or in a database: first all messages, then all
 * parts, each in any order. Source: what 1.18.33 writes, and packages/opencode/src/session/message-v2.ts of anomalyco/opencode.
 */
export class OpencodeReading {
  readonly #budget = new EntryBudget();
  readonly #messages = new Map<string, Message>();
  readonly #place: CallPlace;
  #unreadable = 0;

  constructor(place: CallPlace) {
    this.#place = place;
  }

  addMessage(id: string, data: LooseObject | undefined): void {
    if (data === undefined) {
      this.#unreadable += 1;
      return;
    }
    const time = timeOf(fieldOf(objectField(data, 'time'), 'created'));
    const kept = Object.fromEntries(KEPT.map((name) => [name, fieldOf(data, name)]));
    // `summary` of a prompt is an object with the changes of its turn.
    if (typeof kept['summary'] === 'object') delete kept['summary'];
    this.#messages.set(id, { id, time, data: kept, parts: [], pictures: 0, isQuestion: false });
  }

  addPart(messageId: string, id: string, part: LooseObject | undefined): void {
    const message = this.#messages.get(messageId);
    if (part === undefined) this.#unreadable += 1;
    if (part === undefined || message === undefined) return;
    if (textField(message.data, 'role') === 'user' && isPicture(part)) message.pictures += 1;
    const entries = this.#entriesOf(message, id, part);
    if (entries.length > 0) message.parts.push({ id, held: this.#budget.hold(entries) });
  }

  #entriesOf(message: Message, id: string, part: LooseObject): readonly TranscriptEntry[] {
    const said = { id, ...(message.time !== undefined && { time: message.time }) };
    if (textField(message.data, 'role') === 'user') {
      const text = ownText(part) ?? subtaskText(part);
      return text === undefined ? [] : [{ ...said, kind: 'prompt', text: entryText(text) }];
    }
    if (textField(part, 'type') === 'tool') {
      const status = textField(objectField(part, 'state'), 'status');
      if (textField(part, 'tool') === 'question' && (status === 'running' || status === 'pending'))
        message.isQuestion = true;
      return [callOfPart(id, part, this.#place)];
    }
    const text = ownText(part);
    if (text === undefined) return [];
    if (flagField(message.data, 'summary'))
      return [{ ...said, kind: 'compaction', summary: entryText(text) }];
    const model = textField(message.data, 'modelID');
    return [{ ...said, kind: 'answer', text: entryText(text), ...(model !== undefined && { model }) }];
  }

  /** `revertedTo`: the message from which on a person took back what was said. */
  outcome(
    revertedTo: string | undefined,
  ): Pick<
    Transcript,
    'entries' | 'branches' | 'state' | 'turns' | 'usage' | 'costUsd' | 'model' | 'problems'
  > {
    const all = [...this.#messages.values()].sort(
      (one, other) => (one.time ?? 0) - (other.time ?? 0) || (one.id < other.id ? -1 : 1),
    );
    const cut = revertedTo === undefined ? -1 : all.findIndex(({ id }) => id === revertedTo);
    const line = cut === -1 ? all : all.slice(0, cut);
    const whole = cut === -1 ? [] : all.flatMap(entriesOf);
    const entries = line.flatMap(entriesOf);
    const isBranch = revertedTo !== undefined && whole.length > entries.length;
    const model = line.findLast(({ data }) => isAnswer(data))?.data;
    return {
      entries,
      branches: isBranch ? [{ id: revertedTo, entries: whole }] : [],
      state: stateAfter(line.at(-1)),
      ...(model && { model: textField(model, 'modelID') ?? '' }),
      turns: all.filter(({ data }) => outputTokens(data) > 0).length,
      ...usageOf(all),
      problems: this.#problems(),
    };
  }

  /** The newest time that a message notes. */
  get lastTime(): number | undefined {
    let last: number | undefined;
    for (const { time, data } of this.#messages.values()) {
      const end = timeOf(fieldOf(objectField(data, 'time'), 'completed')) ?? time;
      if (end !== undefined && end > (last ?? 0)) last = end;
    }
    return last;
  }

  #problems(): readonly string[] {
    const { problem } = this.#budget;
    const count = this.#unreadable;
    return [
      ...(count > 0 ? [`${count} of its messages and their parts could not be read.`] : []),
      ...(problem === undefined ? [] : [problem]),
    ];
  }
}

function isAnswer(data: LooseObject): boolean {
  return textField(data, 'role') === 'assistant';
}

/** In the order of the parts' ids, which is the one in which they came. A prompt of several parts is one. */
function entriesOf(message: Message): readonly TranscriptEntry[] {
  const { id, time, parts, pictures, data } = message;
  const entries = parts.toSorted((one, other) => (one.id < other.id ? -1 : 1)).flatMap(({ held }) => held);
  const said = { id, ...(time !== undefined && { time }) };
  if (isAnswer(data)) return [...entries, ...endOfMessage(data, said)];
  const text = entries.flatMap((entry) => (entry.kind === 'prompt' ? [entry.text] : [])).join('\n');
  if (text === '' && pictures === 0) return [];
  return [{ ...said, kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) }];
}

function stateAfter(last: Message | undefined): TranscriptState {
  if (last === undefined) return 'done';
  const { data } = last;
  if (!isAnswer(data)) return 'interrupted';
  const error = objectField(data, 'error');
  if (error !== undefined) return textField(error, 'name') === 'MessageAbortedError' ? 'stopped' : 'failed';
  if (last.isQuestion) return 'waiting';
  const isComplete = timeOf(fieldOf(objectField(data, 'time'), 'completed')) !== undefined;
  return isComplete && textField(data, 'finish') !== 'tool-calls' ? 'done' : 'interrupted';
}

/** Thoughts are counted apart from the rest of the output. */
function outputTokens(data: LooseObject): number {
  const tokens = objectField(data, 'tokens');
  return (numberField(tokens, 'output') ?? 0) + (numberField(tokens, 'reasoning') ?? 0);
}

function usageOf(messages: readonly Message[]): Pick<Transcript, 'usage' | 'costUsd'> {
  let [inputTokens, outputs] = [0, 0];
  let costUsd: number | null = null;
  for (const { data } of messages) {
    const tokens = objectField(data, 'tokens');
    if (tokens === undefined) continue;
    const cache = objectField(tokens, 'cache');
    inputTokens += [numberField(tokens, 'input'), numberField(cache, 'read'), numberField(cache, 'write')]
      .map((count) => Math.max(0, count ?? 0))
      .reduce((sum, count) => sum + count);
    outputs += outputTokens(data);
    const cost = numberField(data, 'cost');
    if (cost !== undefined) costUsd = (costUsd ?? 0) + cost;
  }
  return { ...(costUsd !== null && { usage: { inputTokens, outputTokens: outputs } }), costUsd };
}
