import type { CallPlace } from '../call-shape.ts';
import type { CallEntry, CallResult, TranscriptEntry } from '../transcript.ts';
import { type Effect, nestedCall, withEffect, withNote } from './rollout-effect.ts';

/** One entry, and from where in the conversation it is. */
export interface RolloutNode {
  readonly ordinal: number;
  /** Holds the entry; changed and emptied by the budget only. */
  readonly held: TranscriptEntry[];
}

export interface NodeSink {
  push(entry: TranscriptEntry): RolloutNode;
  change(node: RolloutNode, change: (call: CallEntry) => CallEntry): void;
}

/** The calls of one file: what came of them is said later, by the model's output and by what Codex noted itself. */
export class RolloutCalls {
  readonly #sink: NodeSink;
  readonly #calls = new Map<string, RolloutNode>();
  readonly #open = new Set<RolloutNode>();
  #script: RolloutNode | undefined;

  constructor(sink: NodeSink) {
    this.#sink = sink;
  }

  /** `isScript`: a call of the code mode, which calls others. */
  add(callId: string, call: CallEntry, isScript: boolean): void {
    const node = this.#sink.push(call);
    this.#calls.set(callId, node);
    if (!call.result) this.#open.add(node);
    if (isScript) this.#script = node;
  }

  addOutput(callId: string, given: CallResult): void {
    const node = this.#calls.get(callId);
    if (!node) return;
    this.#sink.change(node, (call) => ({
      ...call,
      result: this.#open.has(node) && call.result ? withNote(given, call.result) : given,
    }));
    this.#open.delete(node);
    if (node === this.#script) this.#script = undefined;
  }

  addEffect(effect: Effect, said: () => { readonly id: string }, place: CallPlace): void {
    const known = this.#calls.get(effect.id);
    if (known) {
      this.#sink.change(known, (call) => withEffect(call, effect, place));
      return;
    }
    this.#calls.set(effect.id, this.#sink.push(nestedCall(effect, said(), place)));
    // What a script did stands for itself then.
    if (this.#script) this.#sink.change(this.#script, asScript);
  }

  /** What is under way when something else begins stays without a result: what came of it is unknown. */
  leaveOpen(): void {
    this.#open.clear();
    this.#script = undefined;
  }

  /** A question to a person, where that is all that is under way. */
  get question(): CallEntry | undefined {
    const [call] = [...this.#open].map(({ held }) => held[0]);
    const isQuestion = this.#open.size === 1 && call?.kind === 'call' && call.name === 'request_user_input';
    return isQuestion ? call : undefined;
  }
}

function asScript({ command: _, ...call }: CallEntry): CallEntry {
  return { ...call, act: 'other', writes: [] };
}
