import type { CallPlace } from '../call-shape.ts';
import type { EntryBudget } from '../entry-budget.ts';
import type { EntryNames } from '../entry-names.ts';
import { entryText, type LooseObject, numberField, objectField, textField } from '../loose-json.ts';
import type { CallEntry, TranscriptEntry, TranscriptUsage } from '../transcript.ts';
import { calledEntry, callIdOf, commandCall } from './rollout-call.ts';
import { RolloutCalls, type RolloutNode } from './rollout-calls.ts';
import { effectOf } from './rollout-effect.ts';
import { answerOf, compactionOf, letterOf, noticeOf } from './rollout-message.ts';
import { resultOf } from './rollout-output.ts';
import { promptOf, shellCommandOf } from './rollout-prompt.ts';
import type { RolloutRecord } from './rollout-records.ts';

const MOST_BRANCHES = 50;

/** What the records of one file say, in their order. */
export class RolloutReading {
  nodes: RolloutNode[] = [];
  /** What was taken back inside the file, as earlier versions did it; newest first, each with what was before it. */
  readonly takenBack: (readonly RolloutNode[])[] = [];
  /** The first one: a copy of another session's may follow. */
  meta: LooseObject | undefined;
  cwd: string | undefined;
  model: string | undefined;
  usage: TranscriptUsage | undefined;
  turns = 0;
  lastTime: number | undefined;
  /** What the last turn came to; undefined where none was noted. */
  end: 'open' | 'done' | 'stopped' | 'failed' | undefined;
  readonly #budget: EntryBudget;
  readonly #names: EntryNames;
  readonly #home: string;
  readonly #calls = new RolloutCalls({
    push: (entry) => this.#push(entry),
    change: ({ held }, change) =>
      this.#budget.replace(held, 0, (entry) => (entry.kind === 'call' ? change(entry) : entry)),
  });
  #isAnswering = false;
  readonly #segment: string;
  #ordinal = 0;
  #isNumbered = false;
  #count = 0;

  /** `segment` tells places in this file from those in others; empty where the ordinals alone do. */
  constructor(budget: EntryBudget, names: EntryNames, home: string, segment: string) {
    this.#budget = budget;
    this.#names = names;
    this.#segment = segment;
    this.#home = home;
  }

  add({ type, payload, ordinal, time }: RolloutRecord): void {
    this.#isNumbered = ordinal !== undefined;
    this.#ordinal = ordinal ?? this.#ordinal + 1;
    if (time !== undefined) this.lastTime = Math.max(time, this.lastTime ?? 0);
    switch (type) {
      case 'session_meta':
        this.meta ??= payload;
        return;
      case 'turn_context':
        this.cwd = textField(payload, 'cwd') ?? this.cwd;
        this.model = textField(payload, 'model') ?? this.model;
        return;
      case 'response_item':
        if (!this.#isInherited()) this.#addItem(payload, time);
        return;
      case 'compacted':
        if (!this.#isInherited()) this.#addCompaction(payload, time);
        return;
      case 'event_msg':
        this.#addEvent(payload, time);
        return;
      default:
        return;
    }
  }

  /** A question to a person, where that is all that is under way. */
  get question(): CallEntry | undefined {
    return this.#calls.question;
  }

  get place(): CallPlace {
    return { cwd: this.cwd ?? textField(this.meta, 'cwd') ?? '', home: this.#home };
  }

  /** A subagent may begin with a copy of what was said to the one that made it: that is not its own. */
  #isInherited(): boolean {
    return this.#ordinal < (numberField(this.meta, 'subagent_history_start_ordinal') ?? 0);
  }

  #addItem(payload: LooseObject, time: number | undefined): void {
    const type = textField(payload, 'type') ?? '';
    if (type.endsWith('_output')) {
      this.#addOutput(payload);
      return;
    }
    const callId = callIdOf(payload);
    const role = type === 'message' ? textField(payload, 'role') : undefined;
    const isAnswer = role === 'assistant' || type === 'reasoning' || callId !== undefined;
    if (isAnswer && !this.#isAnswering) this.turns += 1;
    this.#isAnswering = isAnswer;
    if (callId !== undefined) {
      this.#addCall(payload, callId, time);
      return;
    }
    const said = () => ({
      id: this.#nameOf(textField(payload, 'id')),
      ...(time !== undefined && { time }),
    });
    if (role === 'assistant') {
      const answer = answerOf(payload, this.model);
      if (answer) this.#push({ ...said(), ...answer });
    } else if (role === 'user') this.#addUserMessage(payload, said);
    else if (type === 'agent_message') {
      const letter = letterOf(payload, textField(this.meta, 'agent_path') ?? '/root');
      if (letter) this.#push({ ...said(), ...letter });
    }
  }

  #addUserMessage(payload: LooseObject, said: () => { readonly id: string; readonly time?: number }): void {
    const prompt = promptOf(payload);
    if (prompt) {
      const { text, pictures } = prompt;
      this.#push({ ...said(), kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) });
      return;
    }
    const shell = shellCommandOf(payload);
    if (!shell) return;
    const { command, output, exitCode } = shell;
    const result = {
      ok: (exitCode ?? 0) === 0,
      text: entryText(output),
      ...(exitCode !== undefined && { exitCode }),
    };
    this.#push({
      ...commandCall('user_shell', command, { ...said(), kind: 'call', reads: [], writes: [] }),
      result,
    });
  }

  #addCall(payload: LooseObject, callId: string, time: number | undefined): void {
    const said = { id: this.#nameOf(callId), ...(time !== undefined && { time }) };
    const entry = calledEntry(payload, said, this.place);
    if (entry.kind === 'plan') this.#push(entry);
    else this.#calls.add(callId, entry, entry.name === 'exec');
  }

  #addOutput(payload: LooseObject): void {
    this.#isAnswering = false;
    this.#calls.addOutput(textField(payload, 'call_id') ?? '', resultOf(payload));
  }

  #addCompaction(payload: LooseObject, time: number | undefined): void {
    const last = this.nodes.at(-1)?.held[0];
    const { summary, isAnswer } = compactionOf(payload, last);
    // The model was asked for the summary: its answer is that, not something said to the person.
    if (isAnswer) this.nodes.pop();
    this.#push({
      id: this.#nameOf(textField(payload, 'id')),
      ...(time !== undefined && { time }),
      kind: 'compaction',
      summary: entryText(summary),
    });
  }

  #addEvent(event: LooseObject, time: number | undefined): void {
    const isInherited = this.#isInherited();
    switch (textField(event, 'type')) {
      case 'task_started':
      case 'turn_started':
        this.#calls.leaveOpen();
        this.end = 'open';
        return;
      case 'task_complete':
      case 'turn_complete':
        this.end = this.end === 'failed' ? 'failed' : 'done';
        if (!isInherited && objectField(event, 'error')) this.#addNotice(event, time);
        return;
      case 'token_count':
        this.#addUsage(objectField(objectField(event, 'info'), 'total_token_usage'));
        return;
      case 'thread_rolled_back':
        this.#takeBack(numberField(event, 'num_turns') ?? 0);
        return;
      case 'turn_aborted':
      case 'error':
        if (!isInherited) this.#addNotice(event, time);
        return;
      default: {
        const effect = isInherited ? undefined : effectOf(event);
        const said = () => ({ id: this.#nameOf(effect?.id), ...(time !== undefined && { time }) });
        if (effect) this.#calls.addEffect(effect, said, this.place);
      }
    }
  }

  #addNotice(event: LooseObject, time: number | undefined): void {
    const notice = noticeOf(event);
    this.end = notice.what === 'error' ? 'failed' : 'stopped';
    this.#push({ id: this.#nameOf(undefined), ...(time !== undefined && { time }), ...notice });
  }

  #addUsage(total: LooseObject | undefined): void {
    const input = numberField(total, 'input_tokens');
    const output = numberField(total, 'output_tokens');
    this.#isAnswering = false;
    if (input !== undefined && output !== undefined)
      this.usage = { inputTokens: input, outputTokens: output };
  }

  /** The last so many prompts and all that followed them do not count any more. */
  #takeBack(prompts: number): void {
    let at = this.nodes.length;
    for (let left = prompts; left > 0 && at > 0; ) {
      at -= 1;
      if (this.nodes[at]?.held[0]?.kind === 'prompt') left -= 1;
    }
    if (at < this.nodes.length && this.takenBack.length < MOST_BRANCHES) this.takenBack.unshift(this.nodes);
    this.nodes = this.nodes.slice(0, at);
  }

  #nameOf(own: string | undefined): string {
    this.#count += 1;
    return this.#names.of(own, `${this.#isNumbered ? this.#ordinal : this.#count}${this.#segment}`);
  }

  #push(entry: TranscriptEntry): RolloutNode {
    const node = { ordinal: this.#ordinal, held: this.#budget.hold([entry]) };
    this.nodes.push(node);
    return node;
  }
}
