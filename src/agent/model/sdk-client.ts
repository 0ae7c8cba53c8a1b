import { BaseAnthropic, type ClientOptions } from '@anthropic-ai/sdk/client';
import { APIError } from '@anthropic-ai/sdk/core/error';
import { Stream } from '@anthropic-ai/sdk/core/streaming';
import { type MessageCreateParamsStreaming, Messages } from '@anthropic-ai/sdk/resources/messages/messages';
import type { ServerEvent } from './answer-reading.ts';
import { httpFetch } from './http-fetch.ts';

// The parts of the SDK that a request needs, by name: `Anthropic` itself brings every resource of the platform with it,
// which is three quarters of the SDK and would be loaded before each first request.

export interface SdkClientOptions {
  readonly baseUrl: string;
  /** One of the two, or none for a server that asks for none. */
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly timeoutMs: number;
}

export interface SdkClient {
  /** Resolves with the head of the answer; rejects with what {@link isApiError} knows, or as fetch does. */
  send(body: MessageCreateParamsStreaming, signal: AbortSignal): Promise<Response>;
}

/** The SDK's client for the Messages API. It never tries again by itself and says nothing. */
export function createSdkClient(options: SdkClientOptions): SdkClient {
  const client = new BaseAnthropic({
    ...credentials(options),
    baseURL: options.baseUrl,
    maxRetries: 0,
    timeout: options.timeoutMs,
    logLevel: 'off',
    openTelemetry: false,
    fetch: (input, init) => httpFetch(input, init),
  });
  const messages = new Messages(client);
  return { send: (body, signal) => messages.create(body, { signal }).asResponse() };
}

/** The server refused: the error has its status, headers and words. */
export function isApiError(error: unknown): error is APIError {
  return error instanceof APIError;
}

/** Each event of an answer as it stands in the stream, pings too. */
export function rawEvents(response: Response): AsyncIterable<ServerEvent> {
  return Stream.rawEvents(response);
}

/** Without a key the SDK would look for one on this machine and send it to whatever server is set. */
function credentials({ apiKey, authToken }: SdkClientOptions): ClientOptions {
  if (apiKey !== undefined) return { apiKey };
  if (authToken !== undefined) return { authToken };
  return { apiKey: 'none', defaultHeaders: { authorization: null, 'x-api-key': null } };
}
