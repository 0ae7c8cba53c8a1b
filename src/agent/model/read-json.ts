export type JsonAnswer =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unreadable' };

/** More than any list of models needs. */
const MAX_BYTES = 4 * 1024 * 1024;

/** One GET whose answer is JSON. Never rejects; follows no redirect, since a key may go along. */
export async function readJson(
  url: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly signal: AbortSignal;
    readonly fetch?: typeof fetch | undefined;
  },
): Promise<JsonAnswer> {
  const { headers = {}, signal, fetch: get = fetch } = options;
  try {
    const response = await get(url, { headers, signal, redirect: 'error' });
    if (!response.ok) {
      await response.body?.cancel();
      return { kind: 'status', status: response.status };
    }
    const text = await boundedText(response);
    return text === undefined ? { kind: 'unreadable' } : { kind: 'json', value: JSON.parse(text) };
  } catch (error) {
    return { kind: error instanceof SyntaxError ? 'unreadable' : 'unreachable' };
  }
}

async function boundedText(response: Response): Promise<string | undefined> {
  if (!response.body) return undefined;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > MAX_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
