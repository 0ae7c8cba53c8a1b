import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../base/clock.ts';
import { createAnswerReader, type ServerEvent } from './answer-reading.ts';
import type { Model, ModelEvent, ModelRequest } from './model.ts';
import {
  cutFailure,
  idleFailure,
  type ModelFailure,
  networkFailure,
  readRetryAfter,
  statusFailure,
  stoppedFailure,
} from './model-failure.ts';
import { createOldThoughts, type OldThoughts } from './old-thoughts.ts';
import { longestServerDelayMs, retryDelay } from './retry-delay.ts';
import { wireRequest } from './wire-request.ts';

export interface AnthropicOptions {
  readonly baseUrl: string;
  /** One of the two, or none for a server that asks for none. */
  readonly apiKey?: string;
  readonly authToken?: string;
  /** Attempts after the first; 6 unless told. */
  readonly maxRetries?: number;
  /** An attempt that hears nothing for this long counts as failed; 120,000 unless told. */
  readonly idleMs?: number;
  readonly clock: Clock;
  /** 0 up to 1. */
  readonly random: () => number;
  /** Hears each event of a stream as the server sent it, before what becomes of it; must not throw. */
  readonly onStreamEvent?: (event: unknown) => void;
  /** Waits; rejects when the signal aborts. Real time unless told. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

type Sdk = typeof import('./sdk-client.ts');

interface Connection {
  readonly options: AnthropicOptions;
  readonly sdk: Sdk;
  readonly client: ReturnType<Sdk['createSdkClient']>;
  readonly idleMs: number;
  readonly oldThoughts: OldThoughts;
}

/**
 * A model behind a server that speaks the Messages API. Retries are ours, so that they can be seen: 429, 529, 5xx,
 * lost and silent connections up to `maxRetries`; never 400, 401, 403, 404. Text of an attempt that is followed by
 * `retry-wait` is void. Reads nothing from the environment but what the SDK reads by itself (extra headers).
 */
export function createAnthropicModel(options: AnthropicOptions): Model {
  let connection: Promise<Connection> | undefined;
  return {
    name: 'anthropic',
    async *send(request, signal) {
      connection ??= connect(options);
      yield* sendPatiently(await connection, request, signal);
    },
  };
}

function loadSdk(): Promise<Sdk> {
  return import('./sdk-client.ts');
}

/** Loads what the first request needs while a run still reads its files: nothing is sent. */
export function preloadAnthropic(): void {
  // What cannot be loaded is told by the request itself.
  loadSdk().catch(() => {});
}

/** The SDK is loaded at the first request: commands that never ask a model do not pay for it. */
async function connect(options: AnthropicOptions): Promise<Connection> {
  const sdk = await loadSdk();
  const idleMs = options.idleMs ?? 120_000;
  const { baseUrl, apiKey, authToken } = options;
  // The idle time-out is ours and covers the headers too; this one must never come first.
  const timeoutMs = Math.min(idleMs * 2, 2_000_000_000);
  const client = sdk.createSdkClient({ baseUrl, apiKey, authToken, timeoutMs });
  return { options, sdk, client, idleMs, oldThoughts: createOldThoughts() };
}

async function* sendPatiently(
  connection: Connection,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const { options } = connection;
  const maxRetries = options.maxRetries ?? 6;
  for (let attempt = 1; ; attempt += 1) {
    const sent = connection.oldThoughts.without(request);
    const failure = yield* sendOnce(connection, sent, signal);
    if (failure === undefined) return;
    if (connection.oldThoughts.refused(sent, failure.problem)) continue;
    const tooLong = (failure.retryAfterMs ?? 0) > longestServerDelayMs;
    if (!failure.retryable || tooLong || attempt > maxRetries) {
      yield { type: 'failure', problem: failure.problem };
      return;
    }
    const delayMs = retryDelay(attempt, failure.retryAfterMs, options.random);
    yield { type: 'retry-wait', attempt, maxRetries, delayMs, problem: failure.problem };
    if (!(await waited(options, delayMs, signal))) {
      yield { type: 'failure', problem: stoppedFailure().problem };
      return;
    }
  }
}

async function waited(options: AnthropicOptions, delayMs: number, signal: AbortSignal): Promise<boolean> {
  const wait = options.wait ?? ((milliseconds, stop) => pause(milliseconds, undefined, { signal: stop }));
  try {
    await wait(delayMs, signal);
  } catch {
    return false;
  }
  return !signal.aborted;
}

/** One attempt; its failure comes back instead of being yielded, because it may be tried again. */
async function* sendOnce(
  connection: Connection,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, ModelFailure | undefined> {
  if (signal.aborted) return stoppedFailure();
  const watch = watchIdle(signal, connection.idleMs);
  try {
    const reader = createAnswerReader(request.model);
    for await (const event of serverEvents(connection, request, watch)) {
      const step = reader.take(event);
      if (step.type === 'text') yield { type: 'text-delta', text: step.text };
      if (step.type === 'failure') return step.failure;
      if (step.type === 'end') {
        yield { type: 'message-end', ...step.answer };
        return undefined;
      }
    }
    return interruption(connection, watch, signal) ?? cutFailure();
  } catch (error) {
    return interruption(connection, watch, signal) ?? failureOf(connection, error, watch.hasHeard());
  } finally {
    watch.end();
  }
}

/** Each event of the connection, pings too: they show that the server is alive. */
async function* serverEvents(
  connection: Connection,
  request: ModelRequest,
  watch: IdleWatch,
): AsyncGenerator<ServerEvent> {
  const response = await connection.client.send(wireRequest(request), watch.signal);
  for await (const event of connection.sdk.rawEvents(response)) {
    watch.heard();
    if (connection.options.onStreamEvent) tellEvent(connection.options.onStreamEvent, event);
    yield event;
  }
}

/** Pings are no part of an answer, and what is no JSON is told by the reader. */
function tellEvent(tell: (event: unknown) => void, { event, data }: ServerEvent): void {
  if (event === 'ping' || event === 'error') return;
  try {
    tell(JSON.parse(data));
  } catch {
    return;
  }
}

interface IdleWatch {
  /** Aborts by the caller's signal or by silence. */
  readonly signal: AbortSignal;
  readonly wasIdle: () => boolean;
  readonly hasHeard: () => boolean;
  heard(): void;
  end(): void;
}

function watchIdle(outer: AbortSignal, idleMs: number): IdleWatch {
  const silence = new AbortController();
  let heard = false;
  const timer = setTimeout(() => silence.abort(), idleMs);
  return {
    signal: AbortSignal.any([outer, silence.signal]),
    wasIdle: () => silence.signal.aborted,
    hasHeard: () => heard,
    heard: () => {
      heard = true;
      timer.refresh();
    },
    end: () => {
      clearTimeout(timer);
      // Whatever is left of the response is not wanted any more.
      silence.abort();
    },
  };
}

function interruption(
  connection: Connection,
  watch: IdleWatch,
  signal: AbortSignal,
): ModelFailure | undefined {
  if (signal.aborted) return stoppedFailure();
  if (watch.wasIdle()) return idleFailure(connection.options.baseUrl, connection.idleMs);
  return undefined;
}

function failureOf(connection: Connection, error: unknown, hasHeard: boolean): ModelFailure {
  const { sdk, options } = connection;
  if (sdk.isApiError(error) && typeof error.status === 'number') {
    const headers = error.headers;
    const retryAfter = readRetryAfter((name) => headers?.get(name) ?? null, options.clock.now());
    return statusFailure(error.status, withoutKey(options, error.apiMessage ?? undefined), retryAfter);
  }
  // What breaks while the body is read is a lost connection, whatever the HTTP client calls it.
  return hasHeard ? cutFailure() : networkFailure(options.baseUrl, networkCode(error));
}

function withoutKey(options: AnthropicOptions, text: string | undefined): string | undefined {
  const key = options.apiKey ?? options.authToken;
  return key === undefined || key === '' ? text : text?.replaceAll(key, '[key]');
}

/** The system's name for what went wrong, e.g. ECONNREFUSED, from the innermost cause that has one. */
function networkCode(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
  }
  return undefined;
}
