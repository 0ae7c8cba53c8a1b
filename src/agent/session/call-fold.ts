import type { ToolCall } from '../loop/history.ts';
import type { JournalEvent, SeenFile } from './journal-event.ts';
import type { FinishedCall, OpenCall, WrittenFile } from './session-state.ts';

type Of<Type extends JournalEvent['type']> = JournalEvent & { readonly type: Type };
type Process = { readonly pid: number; readonly startTime?: string };

/** What became of the calls of a session, and what they did to files and processes. */
export class CallFold {
  #open = new Map<string, OpenCall>();
  #finished: FinishedCall[] = [];
  #seen = new Map<string, string>();
  readonly #written = new Map<string, string | null>();
  readonly #background: Process[] = [];

  get open(): readonly OpenCall[] {
    return [...this.#open.values()];
  }

  get finished(): readonly FinishedCall[] {
    return [...this.#finished];
  }

  get seen(): readonly SeenFile[] {
    return [...this.#seen].map(([path, hash]) => ({ path, hash }));
  }

  get written(): readonly WrittenFile[] {
    return [...this.#written].map(([path, after]) => ({ path, after }));
  }

  get background(): readonly Process[] {
    return [...this.#background];
  }

  /** Calls of an earlier answer that never got a result can get none any more. */
  asked(calls: readonly ToolCall[], masked: readonly string[] = []): void {
    this.#open.clear();
    for (const call of calls)
      this.#open.set(call.id, { ...call, ...(masked.includes(call.id) && { isMasked: true }) });
  }

  /** Nobody waits for them any more. */
  dropOpen(): void {
    this.#open.clear();
  }

  dropNotBegun(): void {
    for (const [id, call] of this.#open) if (call.intent === undefined) this.#open.delete(id);
  }

  intended(event: Of<'tool-intent'>): void {
    const call = this.#open.get(event.id);
    if (call) this.#open.set(event.id, { ...call, intent: event });
  }

  processStarted({ id, pid, startTime, background }: Of<'process-start'>): void {
    const process = { pid, ...(startTime !== undefined && { startTime }) };
    if (background) this.#background.push(process);
    const call = this.#open.get(id);
    if (call) this.#open.set(id, { ...call, process });
  }

  subagentStarted({ id, session }: Of<'subagent-start'>): void {
    const call = this.#open.get(id);
    if (call) this.#open.set(id, { ...call, subagent: session });
  }

  /** False for a result nobody waits for: a journal with a line lost. */
  finish(event: Of<'tool-result'>): boolean {
    for (const { path, hash } of event.seen ?? []) this.#seen.set(path, hash);
    const call = this.#open.get(event.id);
    if (!call) return false;
    this.#open.delete(event.id);
    const intent = call.intent;
    const write = event.ok || event.change ? intent?.write : undefined;
    if (write) this.#written.set(write.path, write.after);
    this.#finished.push({
      id: event.id,
      name: event.name,
      summary: intent?.summary ?? event.name,
      ok: event.ok,
      text: event.text,
      effect: intent?.effect,
      ...(write && { path: write.path }),
      ...(event.recovered !== undefined && { recovered: event.recovered }),
      time: event.time,
    });
    return true;
  }

  /** As another conversation has it; what was done to files and processes was done all the same. */
  goBackTo(other: CallFold): void {
    this.#open = other.#open;
    this.#finished = other.#finished;
    this.#seen = other.#seen;
  }
}
