import { failure, type Result, success } from '../../base/result.ts';
import { type JsonAnswer, readJson } from './read-json.ts';
import type { ModelSettings } from './settings.ts';

export interface ListedModel {
  readonly id: string;
  /** As the server calls it for people; the id where it does not. */
  readonly title: string;
}

export interface ModelListProblem {
  readonly kind: 'unauthorized' | 'unreachable' | 'unreadable';
  /** A sentence with a next step; never holds the key. */
  readonly message: string;
}

/** A server that pages on and on is cut here. */
const MAX_PAGES = 10;
const PAGE = 100;
const TIMEOUT_MS = 5_000;

/**
 * The models of a server, by `GET /v1/models` of the Messages API (`anthropic-version` 2023-06-01); servers that
 * answer as the OpenAI API does are understood as well. At most 1,000 names, 5 seconds in all.
 */
export async function listModels(
  settings: ModelSettings,
  options: { readonly timeoutMs?: number; readonly fetch?: typeof fetch } = {},
): Promise<Result<readonly ListedModel[], ModelListProblem>> {
  const signal = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  const models = new Map<string, ListedModel>();
  let after = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = `limit=${PAGE}${after === '' ? '' : `&after_id=${encodeURIComponent(after)}`}`;
    const url = `${settings.baseUrl.replace(/\/+$/, '')}/v1/models?${query}`;
    const answer = await readJson(url, { headers: headersOf(settings), signal, fetch: options.fetch });
    if (answer.kind !== 'json') return failure(problemOf(settings, answer));
    const listed = namesIn(answer.value);
    if (listed === undefined) return failure(problemOf(settings, { kind: 'unreadable' }));
    for (const model of listed.models) models.set(model.id, model);
    if (listed.next === undefined || listed.next === after) break;
    after = listed.next;
  }
  return success([...models.values()]);
}

/** What one page holds; undefined for something else than a list of models. */
export function namesIn(
  value: unknown,
): { readonly models: readonly ListedModel[]; readonly next: string | undefined } | undefined {
  const page = objectOf(value);
  if (!Array.isArray(page['data'])) return undefined;
  const models = page['data'].map(objectOf).flatMap((one): ListedModel[] => {
    const { id, display_name: title } = one;
    if (typeof id !== 'string' || id === '') return [];
    return [{ id, title: typeof title === 'string' && title !== '' ? title : id }];
  });
  const last = page['last_id'];
  return { models, next: page['has_more'] === true && typeof last === 'string' ? last : undefined };
}

function headersOf({ apiKey, authToken }: ModelSettings): Record<string, string> {
  return {
    'anthropic-version': '2023-06-01',
    ...(apiKey !== undefined && { 'x-api-key': apiKey }),
    ...(authToken !== undefined && { authorization: `Bearer ${authToken}` }),
  };
}

function problemOf(
  { baseUrl }: ModelSettings,
  answer: Exclude<JsonAnswer, { kind: 'json' }>,
): ModelListProblem {
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
  if (answer.kind === 'status' && (answer.status === 401 || answer.status === 403)) {
    return {
      kind: 'unauthorized',
      message: `${host} did not accept the key. Set another with Varve: Set API Key… or ANTHROPIC_API_KEY.`,
    };
  }
  if (answer.kind === 'unreachable') {
    return {
      kind: 'unreachable',
      message: `${host} did not answer in time. Type the name of a model, or check varve.model.baseUrl.`,
    };
  }
  return {
    kind: 'unreadable',
    message: `${host} does not list its models. Type the name of a model.`,
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
