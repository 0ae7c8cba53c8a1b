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
import type { CallEntry, TranscriptEntry, TranscriptState } from '../transcript.ts';
import { callOfRequest, withOutcome } from './cli-call.ts';

interface Said {
  readonly id: string;
  readonly time?: number;
}

/**
 * Events of one session of the command line, in their order: `events.jsonl`, version 1. What was rewound is taken out
 * of it by the program. Source: what 1.0.102 writes, and session-events.ts of github/copilot-sdk.
 */
export class CliReading {
  readonly #budget = new EntryBudget();
  readonly #held: TranscriptEntry[][] = [];
  readonly #calls = new Map<string, { readonly held: TranscriptEntry[]; readonly at: number }>();
  readonly #names = new Set<string>();
  readonly #home: string;
  #count = 0;
  cwd = '';
  branch: string | undefined;
  model: string | undefined;
  version: string | undefined;
  title = '';
  firstTime: number | undefined;
  lastTime: number | undefined;
  turns = 0;
  state: TranscriptState = 'done';
  usage: { readonly input: number; readonly output: number } | undefined;

  constructor(home: string) {
    this.#home = home;
  }

  get entries(): readonly TranscriptEntry[] {
    return this.#held.flat();
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get problem(): string | undefined {
    return this.#budget.problem;
  }

  add(event: LooseObject): void {
    const type = textField(event, 'type');
    const data = objectField(event, 'data');
    if (type === undefined || data === undefined) return;
    this.#count += 1;
    const time = timeOf(fieldOf(event, 'timestamp'));
    if (time !== undefined) {
      this.firstTime ??= time;
      this.lastTime = time;
    }
    const id = textField(event, 'id') ?? `#${this.#count}`;
    const said = { id, ...(time !== undefined && { time }) };
    // What a subagent says is its own; what it does is done all the same.
    const isInner =
      textField(event, 'agentId') !== undefined || textField(data, 'parentToolCallId') !== undefined;
    this.#learn(type, data);
    if (type === 'tool.execution_complete') this.#finish(data);
    else this.#hold(this.#entriesOf(type, data, said, isInner));
    if (!isInner) this.state = stateAfter(type, data) ?? this.state;
  }

  #hold(entries: readonly TranscriptEntry[]): void {
    if (entries.length === 0) return;
    const held = this.#budget.hold(entries);
    this.#held.push(held);
    for (const [at, entry] of held.entries())
      if (entry.kind === 'call') this.#calls.set(entry.id, { held, at });
  }

  #entriesOf(type: string, data: LooseObject, said: Said, isInner: boolean): readonly TranscriptEntry[] {
    switch (type) {
      case 'user.message':
        return isInner ? [] : this.#prompt(data, said);
      case 'assistant.message':
        return [...(isInner ? [] : this.#answer(data, said)), ...this.#requests(data, said)];
      case 'tool.execution_start':
      case 'tool.user_requested': {
        const id = textField(data, 'toolCallId') ?? said.id;
        return this.#calls.has(id) ? [] : [this.#call(id, textField(data, 'toolName'), data, said)];
      }
      case 'session.compaction_complete': {
        const summary = textField(data, 'summaryContent');
        if (summary === undefined) return [];
        return [{ ...said, id: this.#nameFor(said.id), kind: 'compaction', summary: entryText(summary) }];
      }
      case 'session.error':
        return [this.#notice(said, 'error', textField(data, 'message'))];
      case 'abort':
        return [this.#notice(said, 'stopped', textField(data, 'reason'))];
      case 'user_input.requested':
        return [this.#notice(said, 'question', textField(data, 'question'))];
      default:
        return [];
    }
  }

  #prompt(data: LooseObject, said: Said): readonly TranscriptEntry[] {
    const source = textField(data, 'source');
    const text = textField(data, 'content') ?? '';
    // Skills and notices are put into the conversation as if they had been typed.
    if (source !== undefined && source !== 'user') return [];
    const pictures = objectsField(data, 'attachments').filter(
      (attachment) => textField(attachment, 'mimeType')?.startsWith('image/') === true,
    ).length;
    if (text.trim() === '' && pictures === 0) return [];
    const id = this.#nameFor(said.id);
    return [{ ...said, id, kind: 'prompt', text: entryText(text), ...(pictures > 0 && { pictures }) }];
  }

  #answer(data: LooseObject, said: Said): readonly TranscriptEntry[] {
    const text = textField(data, 'content') ?? '';
    const model = textField(data, 'model') ?? this.model;
    this.turns += 1;
    if (text.trim() === '') return [];
    const id = this.#nameFor(said.id);
    return [{ ...said, id, kind: 'answer', text: entryText(text), ...(model !== undefined && { model }) }];
  }

  #requests(data: LooseObject, said: Said): readonly CallEntry[] {
    return objectsField(data, 'toolRequests').map((request) =>
      this.#call(textField(request, 'toolCallId') ?? said.id, textField(request, 'name'), request, said),
    );
  }

  #call(id: string, name: string | undefined, data: LooseObject, { time }: Said): CallEntry {
    const given = fieldOf(data, 'arguments');
    return callOfRequest(this.#nameFor(id), name ?? '', given, time, this.#place);
  }

  #notice(said: Said, what: 'error' | 'stopped' | 'question', text: string | undefined): TranscriptEntry {
    return { ...said, id: this.#nameFor(said.id), kind: 'notice', what, text: entryText(text ?? '') };
  }

  #finish(data: LooseObject): void {
    const call = this.#calls.get(textField(data, 'toolCallId') ?? '');
    if (!call) return;
    this.#budget.replace(call.held, call.at, (made) =>
      made.kind === 'call' ? withOutcome(made, data, this.#place) : made,
    );
  }

  #learn(type: string, data: LooseObject): void {
    if (type === 'session.start' || type === 'session.resume')
      this.#learnContext(objectField(data, 'context'));
    if (type === 'session.context_changed') this.#learnContext(data);
    if (type === 'session.title_changed') this.title = textField(data, 'title') ?? this.title;
    this.version = textField(data, 'copilotVersion') ?? this.version;
    if (type === 'session.start') this.model = textField(data, 'selectedModel') ?? this.model;
    if (type === 'session.model_change') this.model = textField(data, 'newModel') ?? this.model;
    if (type === 'assistant.message') this.model = textField(data, 'model') ?? this.model;
    if (type === 'session.usage_record') this.#addUsage(objectField(data, 'usage'));
  }

  #learnContext(context: LooseObject | undefined): void {
    this.cwd = textField(context, 'cwd') ?? this.cwd;
    this.branch = textField(context, 'branch') ?? this.branch;
  }

  #addUsage(usage: LooseObject | undefined): void {
    const count = (name: string) => Math.max(0, numberField(usage, name) ?? 0);
    const { input, output } = this.usage ?? { input: 0, output: 0 };
    this.usage = { input: input + count('inputTokens'), output: output + count('outputTokens') };
  }

  get #place(): CallPlace {
    return { cwd: this.cwd, home: this.#home };
  }

  #nameFor(id: string): string {
    let name = id;
    for (let more = 2; this.#names.has(name); more += 1) name = `${id}~${more}`;
    this.#names.add(name);
    return name;
  }
}

/** What a session is in when this was the last event; undefined where it says nothing of that. */
function stateAfter(type: string, data: LooseObject): TranscriptState | undefined {
  switch (type) {
    case 'user.message':
    case 'assistant.turn_start':
    case 'tool.execution_start':
    case 'tool.execution_complete':
    case 'permission.completed':
    case 'user_input.completed':
      return 'interrupted';
    case 'assistant.message':
      return objectsField(data, 'toolRequests').length > 0 ? 'interrupted' : 'done';
    case 'session.task_complete':
      return 'done';
    case 'permission.requested':
    case 'user_input.requested':
    case 'exit_plan_mode.requested':
      return 'waiting';
    case 'abort':
      return 'stopped';
    case 'session.error':
      return 'failed';
    case 'session.shutdown':
      return textField(data, 'shutdownType') === 'error' ? 'failed' : undefined;
    default:
      return undefined;
  }
}
