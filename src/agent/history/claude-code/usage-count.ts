import { fieldOf, flagField, type LooseObject, numberField, objectField, textField } from '../loose-json.ts';
import type { TranscriptUsage } from '../transcript.ts';
import { nameField } from './claude-row.ts';
import { SYNTHETIC } from './message-entries.ts';

/** More exchanges are added up without telling their lines apart. */
const MOST_MESSAGES = 200_000;

interface Exchange {
  readonly input: number;
  readonly output: number;
}

/** Tokens and exchanges. Several lines tell the same exchange, each with its usage: the last one counts. */
export class UsageCount {
  /** Exchanges with a model. */
  turns = 0;
  /** Model of the last exchange. */
  model: string | undefined;
  #input = 0;
  #output = 0;
  #isKnown = false;
  readonly #exchanges = new Map<string, Exchange>();

  add(line: LooseObject): void {
    if (textField(line, 'type') !== 'assistant') return;
    const message = objectField(line, 'message');
    const model = nameField(message, 'model');
    if (message === undefined || model === SYNTHETIC || flagField(line, 'isApiErrorMessage')) return;
    this.model = model ?? this.model;
    const name = nameField(message, 'id') ?? nameField(line, 'requestId') ?? nameField(line, 'uuid');
    if (name === undefined) return;
    const earlier = this.#exchanges.get(name);
    const usage = exchangeOf(objectField(message, 'usage'));
    if (earlier === undefined) this.turns += 1;
    this.#input += (usage?.input ?? 0) - (earlier?.input ?? 0);
    this.#output += (usage?.output ?? 0) - (earlier?.output ?? 0);
    this.#isKnown ||= usage !== undefined;
    if (this.#exchanges.size < MOST_MESSAGES || earlier !== undefined)
      this.#exchanges.set(name, usage ?? { input: 0, output: 0 });
  }

  get usage(): TranscriptUsage | undefined {
    return this.#isKnown ? { inputTokens: this.#input, outputTokens: this.#output } : undefined;
  }
}

function exchangeOf(usage: LooseObject | undefined): Exchange | undefined {
  if (usage === undefined || fieldOf(usage, 'input_tokens') === undefined) return undefined;
  const count = (name: string) => Math.max(0, numberField(usage, name) ?? 0);
  return {
    input: count('input_tokens') + count('cache_creation_input_tokens') + count('cache_read_input_tokens'),
    output: count('output_tokens'),
  };
}
