import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import type { LoopEvent } from '../loop/loop-event.ts';
import type { ImageBlock } from '../model/model.ts';
import { costUsd } from '../model/prices.ts';
import type { CheckpointFact, RunCheckpoints } from '../session/checkpoint/run-checkpoints.ts';
import type { KeptPicture } from '../session/journal-event.ts';
import { storeObject } from '../session/object-store.ts';
import { keepPictures } from '../session/pictures.ts';
import type { SeenFiles } from '../session/seen-files.ts';
import type { Session } from '../session/session.ts';
import type { RunEvent } from './run-channel.ts';

export interface RunRecorder {
  /** Journals, then says. Rejects when it cannot be journalled: what the event announces must not be done. */
  record(event: LoopEvent): Promise<void>;
  /** The run is over: what waits to be journalled is. */
  settle(): Promise<void>;
}

interface RecorderSurroundings {
  readonly session: Session;
  readonly files: Files;
  readonly objectsDirectory: string;
  readonly seenFiles: SeenFiles;
  readonly checkpoints?: RunCheckpoints;
  readonly clock: Clock;
  readonly say: (event: RunEvent) => void;
}

const shorteningText =
  'The conversation comes near the end of what the model can take in: it is summarised and goes on from there.';

type Of<Type extends LoopEvent['type']> = LoopEvent & { readonly type: Type };

/** Turns what the loop says into lines of the journal and events of the run's channel. */
export function createRunRecorder(surroundings: RecorderSurroundings): RunRecorder {
  return new SessionRecorder(surroundings);
}

class SessionRecorder implements RunRecorder {
  readonly #around: RecorderSurroundings;
  /** Pre-images kept for calls under way, by call. */
  readonly #before = new Map<string, string>();
  readonly #started = new Set<string>();
  /** Inside a compaction: what the model says is for nobody, what it does is shown. */
  #isQuiet = false;
  /** What a person was asked about last, to name the call if it is denied. */
  #lastAsked: string | undefined;

  constructor(surroundings: RecorderSurroundings) {
    this.#around = surroundings;
  }

  async record(event: LoopEvent): Promise<void> {
    const { session } = this.#around;
    switch (event.type) {
      case 'text-delta':
        session.stream(event.text);
        return this.#say({ type: 'text-delta', text: event.text });
      case 'tool-output':
        return this.#say({ type: 'tool-output', id: event.id, text: event.text });
      case 'turn-end':
        return this.#say({
          type: 'usage-update',
          turns: event.turn,
          usage: event.usage,
          costUsd: event.costUsd,
        });
      case 'message-user':
        await session.append({ type: 'message-user', text: event.text, steer: true });
        return this.#say({ type: 'message-user', text: event.text, steer: true });
      case 'request-start':
        await session.append({ type: 'request-start', turn: event.turn, totals: session.totals });
        return this.#around.checkpoints?.beginTurn();
      case 'retry-wait':
        return this.#retry(event);
      case 'message-assistant':
        return this.#answer(event);
      case 'approval-ask':
        this.#lastAsked = event.request.summary;
        await session.append(event);
        return this.#say(event);
      case 'approval-answer':
        await session.append({
          type: 'approval-answer',
          id: event.id,
          decision: event.decision,
          ...(event.message !== undefined && { message: event.message }),
        });
        return this.#say({ type: 'approval-answer', id: event.id, decision: event.decision });
      case 'tool-intent':
        return this.#intent(event);
      case 'process-start':
        return session.append({
          type: 'process-start',
          id: event.id,
          pid: event.pid,
          ...(event.startTime !== undefined && { startTime: event.startTime }),
          ...(event.background === true && { background: true }),
        });
      case 'tool-result':
        return this.#result(event);
      case 'todo-update':
        await session.append({ type: 'todo-update', items: event.items });
        return this.#say({ type: 'todo-update', items: event.items });
      case 'subagent-start':
        return session.append(event);
      case 'compaction-start':
        this.#isQuiet = true;
        await session.append(event);
        return this.#say({ type: 'notice', text: shorteningText });
      case 'compaction-end':
        this.#isQuiet = false;
        return this.#compaction(event);
      case 'notice':
        await session.append(event);
        return this.#say(event);
    }
  }

  async settle(): Promise<void> {
    await this.#around.checkpoints?.settle((fact) => this.#fact(fact));
  }

  async #fact(fact: CheckpointFact): Promise<void> {
    await this.#around.session.append(fact);
    this.#say(fact.type === 'notice' ? fact : { type: fact.type, checkpoint: fact.checkpoint });
  }

  #say(event: Timeless<RunEvent>): void {
    this.#around.say({ ...event, time: this.#around.clock.now() });
  }

  async #retry({ attempt, maxRetries, delayMs, problem }: Of<'retry-wait'>): Promise<void> {
    const event = { type: 'retry-wait', attempt, delayMs, message: problem.message } as const;
    await this.#around.session.append(event);
    const { kind, status } = problem;
    this.#say({
      ...event,
      ...(maxRetries !== undefined && { maxRetries }),
      problem: { kind, ...(status !== undefined && { status }) },
    });
  }

  async #compaction({
    type,
    summary,
    kept,
    tokensBefore,
    usage,
    model,
  }: Of<'compaction-end'>): Promise<void> {
    const cost = costUsd(model, usage);
    await this.#around.session.append({ type, summary, kept, tokensBefore, usage, model, costUsd: cost });
    this.#say({ type, summary, tokensBefore });
  }

  async #answer(event: Of<'message-assistant'>): Promise<void> {
    const { content, stopReason, model, usage, messageId } = event;
    await this.#around.session.append({
      type: 'message-assistant',
      content,
      stopReason,
      model,
      usage,
      costUsd: costUsd(model, usage),
    });
    const said = this.#isQuiet ? content.filter(({ type }) => type === 'tool_use') : content;
    if (said.length === 0 && this.#isQuiet) return;
    const named = messageId === undefined ? {} : { messageId };
    this.#say({ type: 'message-assistant', content: said, usage, stopReason, model, ...named });
  }

  async #intent(event: Of<'tool-intent'>): Promise<void> {
    const { id, name, summary, effect, write, input } = event;
    if (effect !== 'read') await this.#around.checkpoints?.beforeEffect((fact) => this.#fact(fact));
    if (write && write.before !== null) await this.#keepBefore(id, write.path, write.before);
    await this.#around.session.append({
      type: 'tool-intent',
      id,
      key: event.idempotencyKey,
      name,
      summary,
      effect,
      ...(write && { write }),
    });
    this.#started.add(id);
    this.#lastAsked = undefined;
    this.#say({ type: 'tool-start', id, name, summary, input });
  }

  /** Kept before the intent, so that whatever was changed can be shown and brought back. */
  async #keepBefore(id: string, path: string, hash: string): Promise<void> {
    const { files, objectsDirectory } = this.#around;
    const bytes = await files.readFile(path);
    // Changed since the tool looked: it will refuse the write itself, and this is not its pre-image.
    if (sha256(bytes) !== hash) return;
    this.#before.set(id, await storeObject(files, objectsDirectory, bytes));
  }

  #keepPictures(images: readonly ImageBlock[]): Promise<readonly KeptPicture[]> {
    return keepPictures(this.#around.files, this.#around.objectsDirectory, images);
  }

  async #result(event: Of<'tool-result'>): Promise<void> {
    const { id, name, ok, text } = event;
    const beforeObject = this.#before.get(id);
    this.#before.delete(id);
    const change = event.change && { ...event.change, ...(beforeObject !== undefined && { beforeObject }) };
    const result = { type: 'tool-result', id, name, ok, text, ...(change && { change }) } as const;
    const seen = this.#around.seenFiles.takeNew();
    const images = event.images && { images: await this.#keepPictures(event.images) };
    await this.#around.session.append({ ...result, ...(seen.length > 0 && { seen }), ...images });
    if (!this.#started.delete(id)) {
      // Denied or not understood: it never started, but whoever shows calls needs to know which one ended.
      const summary = (event.denial && this.#lastAsked) ?? name;
      this.#lastAsked = undefined;
      this.#say({ type: 'tool-start', id, name, summary, input: event.denial?.input ?? {} });
    }
    const denial = event.denial === undefined ? {} : { denial: event.denial.reason };
    this.#say({ ...result, ...denial, type: 'tool-end' });
  }
}

type Timeless<Event> = Event extends { readonly time: number } ? Omit<Event, 'time'> : never;
