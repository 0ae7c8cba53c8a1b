import type { Clock } from '../../base/clock.ts';
import type { Approver, Guard } from '../guard/guard.ts';
import type { Message, Model, Usage } from '../model/model.ts';
import type { Tool } from '../tools/tool.ts';
import type { LoopEvent } from './loop-event.ts';
import type { OutputSchema } from './output-schema.ts';

/** Reason of an abort after which the run is to be continued by another process. */
export const interruption = 'interruption';

/** Everything a loop works with. It keeps no state of its own between runs. */
export interface LoopConfig {
  readonly model: Model;
  readonly modelName: string;
  /** Cap of one answer, in tokens. */
  readonly maxTokens: number;
  /** Fixed part first. */
  readonly system: readonly string[];
  /**
   * Ends with the user's message, or with an answer whose calls were not all answered: those are carried out first.
   * `historyFrom` makes it from a journal.
   */
  readonly history: readonly Message[];
  readonly tools: readonly Tool[];
  readonly guard: Guard;
  readonly approver: Approver;
  /** Real path of the workspace root. */
  readonly root: string;
  /**
   * Stops the run: the request is dropped, running commands are ended with all their children. Aborted with the
   * reason `interruption` the run can go on later: calls not yet begun are left open for it.
   */
  readonly signal: AbortSignal;
  /** Requests at most. */
  readonly maxTurns: number;
  /**
   * Persists and shows. Awaited: what an event announces happens only after it resolved. A rejection ends the run
   * as `failed`, and nothing that was announced by it is done.
   */
  emit(event: LoopEvent): Promise<void>;
  /** What a person typed meanwhile: goes in before the next request. */
  takeSteering(): string | undefined;
  readonly clock: Clock;
  /** Looked at before each request; nothing is limited unless told. One meter may serve several loops. */
  readonly budget?: BudgetMeter;
  /** Takes secrets out of what tools say, before anybody sees, keeps or sends it. */
  readonly redact?: (text: string) => string;
  /** The form the run's answer must have; the model hands it in by a call that is offered for it. */
  readonly outputSchema?: OutputSchema;
  /**
   * Tools that may be called before the conversation is shortened, to keep what matters; their effects must not touch
   * the work tree. None unless told.
   */
  readonly flushTools?: readonly string[];
  /** Tokens that fit the model's context; what is known of the model unless told. */
  readonly contextWindow?: number;
  /** Tokens of the last request and its answer, where the history is that of an earlier run. */
  readonly promptTokens?: number;
  /** Asks for thinking, with at most this many tokens an answer; none unless told. */
  readonly thinking?: { readonly budgetTokens: number };
}

/** Counts what runs use against their limits. */
export interface BudgetMeter {
  /** One answer; `costUsd` is null where the price is not known. Kept on disk where a limit spans runs. */
  add(usage: Usage, costUsd: number | null): Promise<void>;
  /** Why no further request to this model may leave, in a sentence with the next step; undefined: one may. */
  whyOver(model: string): Promise<string | undefined>;
}
