import type { CallShape } from '../call-shape.ts';
import {
  entryText,
  fieldOf,
  type LooseObject,
  listField,
  numberField,
  objectField,
  parseLoose,
  textField,
  timeOf,
} from '../loose-json.ts';
import type { SessionLine } from '../session-lines.ts';
import type { Transcript, TranscriptEntry, TranscriptState } from '../transcript.ts';
import { entriesOfMessage, type PiManners, resultOf, shownNotice } from './pi-message.ts';
import { type PiNode, PiTree } from './pi-tree.ts';
import { PiUsage } from './pi-usage.ts';

/**
 * What the lines of one session say, in the order of the file: session format 1 to 3 of pi, and 4, which OpenClaw made
 * of it (`leaf`, `reset`, lines beside the conversation). Source: docs/session-format.md and session-manager.js of pi
 * 1.6.0, transcript-tree.ts of OpenClaw 2026.9.6. Never throws; memory is bounded.
 */
export class PiReading {
  readonly tree = new PiTree();
  readonly #usage = new PiUsage();
  readonly #home: string;
  readonly #shapes: Readonly<Record<string, CallShape>>;
  readonly #names = new Set<string>();
  /** What a name was made from, where the two differ. */
  readonly #renamed = new Map<string, string>();
  readonly #calls = new Map<string, { readonly node: PiNode; readonly at: number }>();
  readonly #states = new WeakMap<PiNode, TranscriptState>();
  readonly #models = new WeakMap<PiNode, string>();
  #manners: PiManners;
  #ordinal = 0;
  #unreadable = 0;
  #isTorn = false;
  #isBroken = false;
  header: LooseObject | undefined;
  title = '';
  firstTime: number | undefined;
  lastTime: number | undefined;
  turns = 0;

  constructor(home: string, shapes: Readonly<Record<string, CallShape>>) {
    this.#home = home;
    this.#shapes = shapes;
    this.#manners = this.#mannersIn('');
  }

  addLine({ text, whole }: SessionLine): void {
    const entry = parseLoose(text);
    if (entry) this.add(entry);
    else if (whole) this.#unreadable += 1;
    else this.#isTorn = true;
  }

  add(entry: LooseObject): void {
    this.#ordinal += 1;
    const type = textField(entry, 'type');
    if (type === undefined) return;
    if (type === 'session') {
      if (this.header === undefined) this.#begin(entry);
      return;
    }
    // Version 1 had no ids: its lines followed one another.
    const id = textField(entry, 'id') ?? `#${this.#ordinal}`;
    const parent = fieldOf(entry, 'parentId');
    const parentId = typeof parent === 'string' || parent === null ? parent : undefined;
    const time = timeOf(fieldOf(entry, 'timestamp'));
    const said = { id, ...(time !== undefined && { time }) };
    if (type === 'leaf') {
      const target = fieldOf(entry, 'targetId');
      if (typeof target === 'string' || target === null) this.tree.moveTo(id, target);
      return;
    }
    const isAside = textField(entry, 'appendMode') === 'side';
    const node = this.tree.add(id, parentId, this.#entriesOf(type, entry, said), isAside);
    this.#learn(type, entry, node, time);
  }

  #begin(header: LooseObject): void {
    this.header = header;
    this.#manners = this.#mannersIn(textField(header, 'cwd') ?? '');
  }

  #mannersIn(cwd: string): PiManners {
    return {
      shapes: this.#shapes,
      place: { cwd, home: this.#home },
      nameFor: (id) => {
        let name = id;
        for (let more = 2; this.#names.has(name); more += 1) name = `${id}~${more}`;
        this.#names.add(name);
        if (name !== id) this.#renamed.set(name, id);
        return name;
      },
    };
  }

  #entriesOf(
    type: string,
    entry: LooseObject,
    said: { id: string; time?: number },
  ): readonly TranscriptEntry[] {
    switch (type) {
      case 'message': {
        const message = objectField(entry, 'message');
        return message ? entriesOfMessage(message, said, this.#manners) : [];
      }
      case 'custom_message':
        return shownNotice(entry, said, this.#manners);
      case 'compaction': {
        const summary = entryText(textField(entry, 'summary') ?? '');
        return [{ ...said, id: this.#manners.nameFor(said.id), kind: 'compaction', summary }];
      }
      case 'branch_summary': {
        const text = entryText(textField(entry, 'summary') ?? '');
        return [{ ...said, id: this.#manners.nameFor(said.id), kind: 'notice', what: 'other', text }];
      }
      case 'reset':
        return [{ ...said, id: this.#manners.nameFor(said.id), kind: 'notice', what: 'other', text: ANEW }];
      default:
        return [];
    }
  }

  #learn(type: string, entry: LooseObject, node: PiNode, time: number | undefined): void {
    for (const [at, made] of node.entries.entries())
      if (made.kind === 'call' && made.result === undefined)
        this.#calls.set(this.#renamed.get(made.id) ?? made.id, { node, at });
    if (time !== undefined) {
      this.firstTime ??= time;
      this.lastTime = time;
    }
    if (type === 'session_info') this.title = textField(entry, 'name') ?? '';
    if (type === 'model_change') this.#setModel(node, textField(entry, 'modelId'));
    this.#usage.add(objectField(entry, 'usage'));
    const message = type === 'message' ? objectField(entry, 'message') : undefined;
    if (message) this.#learnOfMessage(message, node);
  }

  #learnOfMessage(message: LooseObject, node: PiNode): void {
    this.#usage.add(objectField(message, 'usage'));
    const role = textField(message, 'role');
    if (role === 'user') this.#states.set(node, 'interrupted');
    if (role === 'assistant') {
      this.#setModel(node, textField(message, 'model'));
      this.#states.set(node, stateAfter(textField(message, 'stopReason')));
      const tokens = numberField(objectField(message, 'usage'), 'output') ?? 0;
      if (tokens > 0 || listField(message, 'content').length > 0) this.turns += 1;
    }
    const back = resultOf(message);
    if (!back) return;
    this.#states.set(node, 'interrupted');
    const call = this.#calls.get(back.callId);
    if (!call) return;
    this.#calls.delete(back.callId);
    this.tree.change(call.node, call.at, (made) =>
      made.kind === 'call' ? { ...made, result: back.result } : made,
    );
  }

  #setModel(node: PiNode, model: string | undefined): void {
    if (model !== undefined && model !== '') this.#models.set(node, model);
  }

  /** The file could not be read to its end. */
  breakOff(): void {
    this.#isBroken = true;
  }

  /** What the tree and the counts come to. */
  outcome(): Pick<
    Transcript,
    'entries' | 'branches' | 'state' | 'turns' | 'usage' | 'costUsd' | 'model' | 'problems'
  > {
    const line = this.tree.mainLine();
    const ended = line.findLast((node) => this.#states.has(node));
    const model = line.findLast((node) => this.#models.has(node));
    const usage = this.#usage.total();
    return {
      entries: line.flatMap(({ entries }) => entries),
      branches: this.tree.branches(),
      state: (ended && this.#states.get(ended)) ?? 'done',
      ...(model && { model: this.#models.get(model) ?? '' }),
      turns: this.turns,
      ...(usage !== undefined && { usage }),
      costUsd: this.#usage.costUsd(),
      problems: [...this.#lineProblems(), ...this.tree.problems()],
    };
  }

  #lineProblems(): readonly string[] {
    const count = this.#unreadable;
    return [
      ...(count > 0
        ? [`${count} ${count === 1 ? 'line is' : 'lines are'} no JSON and could not be read.`]
        : []),
      ...(this.#isTorn
        ? ['The last line is not whole: it is being written, or writing it was cut off.']
        : []),
      ...(this.#isBroken
        ? ['The rest of the file could not be read. Check the disk, then read it again.']
        : []),
    ];
  }

  /** Whether the session says that it began before its own file did: then what came before was copied into it. */
  get isCopy(): boolean {
    const began = timeOf(fieldOf(this.header, 'timestamp'));
    return began !== undefined && this.firstTime !== undefined && this.firstTime < began;
  }
}

const ANEW = 'The conversation begins anew here.';

/** `deferred`: the server has not answered yet. */
function stateAfter(reason: string | undefined): TranscriptState {
  if (reason === 'error') return 'failed';
  if (reason === 'aborted') return 'stopped';
  return reason === 'toolUse' || reason === 'deferred' || reason === 'pending' ? 'interrupted' : 'done';
}
