import type { ContentBlock } from '../../model/model.ts';
import type { JournalEvent } from '../../session/journal-event.ts';
import { entryText, looseObject, summaryText, textField } from '../loose-json.ts';
import type { CallAct, CallEntry, TranscriptEntry } from '../transcript.ts';

/** What a journal's events say, in their order; those that do not count any more are left out by the caller. */
export function entriesOf(events: readonly JournalEvent[]): readonly TranscriptEntry[] {
  const reading = new EntryReading();
  for (const event of events) reading.add(event);
  return reading.entries;
}

class EntryReading {
  readonly entries: TranscriptEntry[] = [];
  /** Where a call stands, by its id: what is learnt of it later replaces it. */
  readonly #calls = new Map<string, number>();
  /** Inside a compaction: what is said is no part of the conversation. */
  #isQuiet = false;

  add(event: JournalEvent): void {
    const said = { id: `#${event.seq}`, time: event.time };
    switch (event.type) {
      case 'compaction-start':
        this.#isQuiet = true;
        return;
      case 'compaction-end':
        this.#isQuiet = false;
        this.entries.push({ ...said, kind: 'compaction', summary: entryText(event.summary) });
        return;
      case 'run-start':
        this.#isQuiet = false;
        return;
      case 'message-user':
        if (!this.#isQuiet) this.entries.push({ ...said, kind: 'prompt', text: entryText(event.text) });
        return;
      case 'message-assistant':
        if (!this.#isQuiet) this.#addAnswer(said, event.content, event.model);
        return;
      case 'tool-intent':
        this.#learn(event.id, (call) => ({
          ...call,
          act: actOf(event.name, event.effect),
          summary: summaryText(event.summary),
          ...(event.write && { writes: [event.write.path] }),
        }));
        return;
      case 'tool-result':
        this.#learn(event.id, (call) => ({
          ...call,
          result: {
            ok: event.ok,
            text: entryText(event.text),
            ...(call.result?.denied && { denied: true }),
          },
          ...(call.act === 'read' && event.seen && { reads: event.seen.map(({ path }) => path) }),
          ...(event.change && { writes: [event.change.path] }),
        }));
        return;
      case 'approval-answer':
        this.#learn(event.id, (call) => (event.decision === 'deny' ? { ...call, result: denied } : call));
        return;
      case 'todo-update': {
        const steps = event.items.map(
          ({ text, state }) =>
            ({ text: summaryText(text), state: state === 'pending' ? 'open' : state }) as const,
        );
        this.entries.push({ ...said, kind: 'plan', steps });
        return;
      }
      case 'run-end':
        if (event.outcome === 'stopped' || event.outcome === 'failed') {
          const what = event.outcome === 'stopped' ? 'stopped' : 'error';
          this.entries.push({ ...said, kind: 'notice', what, text: entryText(event.message) });
        }
        return;
      default:
        return;
    }
  }

  #addAnswer(said: { id: string; time: number }, content: readonly ContentBlock[], model: string): void {
    const text = content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
    if (text.trim() !== '') this.entries.push({ ...said, kind: 'answer', text: entryText(text), model });
    for (const block of content) {
      if (block.type !== 'tool_use') continue;
      this.#calls.set(block.id, this.entries.length);
      this.entries.push(callOf(said.time, block));
    }
  }

  #learn(id: string, change: (call: CallEntry) => CallEntry): void {
    const at = this.#calls.get(id);
    const call = at === undefined ? undefined : this.entries[at];
    if (at !== undefined && call?.kind === 'call') this.entries[at] = change(call);
  }
}

const denied = { ok: false, text: 'A person said no.', denied: true } as const;

function callOf(time: number, block: ContentBlock & { readonly type: 'tool_use' }): CallEntry {
  const input = looseObject(block.input);
  const command = textField(input, 'command');
  return {
    kind: 'call',
    id: block.id,
    time,
    name: block.name,
    act: actOf(block.name, undefined),
    summary: summaryText(command ?? textField(input, 'path') ?? block.name),
    ...(command !== undefined && { command: entryText(command) }),
    reads: [],
    writes: [],
  };
}

const acts: Readonly<Record<string, CallAct>> = {
  read: 'read',
  list: 'read',
  glob: 'search',
  grep: 'search',
  recall: 'search',
  edit: 'write',
  multi_edit: 'write',
  write: 'write',
  run_command: 'execute',
  fetch: 'fetch',
  subagent: 'delegate',
};

/** The effect of the intent says more than the name: runs of other engines have other names. */
function actOf(name: string, effect: string | undefined): CallAct {
  if (effect === 'execute') return 'execute';
  if (effect === 'write') return 'write';
  return acts[name] ?? (effect === 'read' ? 'read' : 'other');
}
