import type { ModelProblem } from './model.ts';

/** A failed attempt: what to tell, whether trying again can help, and when the server wants it. */
export interface ModelFailure {
  readonly problem: ModelProblem;
  readonly retryable: boolean;
  /** Milliseconds, from the server's `retry-after`. */
  readonly retryAfterMs?: number;
}

/** A response with an error status. `said` is the server's own sentence. */
export function statusFailure(status: number, said: string | undefined, retryAfterMs?: number): ModelFailure {
  const failed = failureOfStatus(status, said, retryAfterMs);
  return { ...failed, problem: { ...failed.problem, status } };
}

function failureOfStatus(
  status: number,
  said: string | undefined,
  retryAfterMs: number | undefined,
): ModelFailure {
  const waiting = retryAfterMs === undefined ? {} : { retryAfterMs };
  const detail = said === undefined || said === '' ? '' : ` The server says: ${said}`;
  if (status === 401) return final('unauthorized', keyRefused);
  if (status === 403)
    return final(
      'unauthorized',
      `The key may not do this.${detail} Set another with Varve: Set API Key… or ANTHROPIC_API_KEY.`,
    );
  if (status === 429) {
    return again(
      'rate-limited',
      'The rate limit of the model is reached. Continue in a while, or choose another model.',
      waiting,
    );
  }
  if (status === 529)
    return again(
      'overloaded',
      'The model is overloaded. Continue in a while, or choose another model.',
      waiting,
    );
  if (status >= 500 || status === 408) {
    return again(
      'unavailable',
      `The model server answered ${status}.${detail} Continue in a while.`,
      waiting,
    );
  }
  if (status === 404)
    return final(
      'invalid',
      `The model server does not know this model or address.${detail} Choose another with Varve: Choose Model….`,
    );
  if (status === 413)
    return final(
      'invalid',
      'The conversation is too large for the model server. Start a new session with a brief of this one.',
    );
  return final('invalid', `The model server refused the request (${status}).${detail}`);
}

/** An `error` event inside a stream that began well. Error types of the Messages API. */
export function streamFailure(type: string | undefined, said: string | undefined): ModelFailure {
  const status = type === undefined ? undefined : streamErrorStatus[type];
  return statusFailure(status ?? 500, said);
}

const streamErrorStatus: Readonly<Record<string, number>> = {
  overloaded_error: 529,
  rate_limit_error: 429,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  invalid_request_error: 400,
  api_error: 500,
  timeout_error: 408,
};

export function networkFailure(baseUrl: string, code: string | undefined): ModelFailure {
  const why = code === undefined ? '' : ` (${code})`;
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code)) {
    return final(
      'network',
      `The certificate of the model server at ${hostOf(baseUrl)} is not trusted here${why}. Where a company signs its own, set NODE_EXTRA_CA_CERTS to the file of its authority.`,
    );
  }
  return again(
    'network',
    `The model server at ${hostOf(baseUrl)} cannot be reached${why}. Check the connection and varve.model.baseUrl.`,
  );
}

export function idleFailure(baseUrl: string, idleMs: number): ModelFailure {
  const seconds = Math.round(idleMs / 1000);
  return again(
    'network',
    `The model server at ${hostOf(baseUrl)} sent nothing for ${seconds} s. Check it, then continue the session.`,
  );
}

export function cutFailure(): ModelFailure {
  return again(
    'cut',
    'The connection to the model server broke in the middle of an answer. Continue the session.',
  );
}

export function unreadableFailure(what: string): ModelFailure {
  return final(
    'invalid',
    `The model server's answer cannot be read: ${what}. Check that varve.model.baseUrl speaks the Messages API.`,
  );
}

export function stoppedFailure(): ModelFailure {
  return final('stopped', 'Stopped.');
}

/** `retry-after-ms`, else `retry-after` in seconds or as a date. */
export function readRetryAfter(header: (name: string) => string | null, now: number): number | undefined {
  const exact = positive(Number.parseFloat(header('retry-after-ms') ?? ''));
  if (exact !== undefined) return exact;
  const value = header('retry-after');
  if (value === null) return undefined;
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number.parseFloat(value) * 1000
    : Date.parse(value) - now;
  return positive(seconds);
}

const keyRefused = 'The key was refused. Set another with Varve: Set API Key… or ANTHROPIC_API_KEY.';

function positive(value: number): number | undefined {
  return Number.isFinite(value) && value >= 0 ? value : undefined;
}

function hostOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}

function final(kind: ModelProblem['kind'], message: string): ModelFailure {
  return { problem: { kind, message }, retryable: false };
}

function again(
  kind: ModelProblem['kind'],
  message: string,
  waiting: { retryAfterMs?: number } = {},
): ModelFailure {
  return { problem: { kind, message }, retryable: true, ...waiting };
}
