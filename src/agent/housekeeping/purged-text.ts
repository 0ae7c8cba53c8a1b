/** What stands in place of a text that was purged. */
export const PURGED = '[purged]';

/** Shorter texts stand everywhere by accident. */
const MIN_UNITS = 6;

export function whyTooShort(text: string): string | undefined {
  return text.length < MIN_UNITS
    ? `A text of at least ${MIN_UNITS} characters is needed: shorter ones stand everywhere.`
    : undefined;
}

/** As it is, as JSON writes it inside a string, and that once more: calls carry JSON inside of JSON. Longest first. */
export function formsOf(text: string): readonly Buffer[] {
  const inJson = (value: string) => JSON.stringify(value).slice(1, -1);
  const forms = new Set([inJson(inJson(text)), inJson(text), text]);
  return [...forms].map((form) => Buffer.from(form, 'utf8'));
}

/** Bytes, not characters: what is no valid UTF-8 around it stays as it is. */
export function replaceForm(bytes: Buffer, form: Buffer): Buffer {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, from)) {
    parts.push(bytes.subarray(from, at), Buffer.from(PURGED));
    from = at + form.length;
  }
  return from === 0 ? bytes : Buffer.concat([...parts, bytes.subarray(from)]);
}

/**
 * Cuts a text out of contents that come in pieces, also where it stands across two of them. `sameLength`: the mark is
 * as long as what it stands for, because other bytes name places in the file.
 */
export async function* cutText(
  contents: AsyncIterable<Uint8Array>,
  forms: readonly Buffer[],
  mark: 'marked' | 'sameLength',
): AsyncGenerator<Uint8Array> {
  const longest = Math.max(...forms.map(({ length }) => length));
  let rest: Buffer = Buffer.alloc(0);
  for await (const bytes of contents) {
    rest = Buffer.concat([rest, bytes]);
    const taken = takeUpTo(rest, forms, mark, rest.length - longest + 1);
    yield taken.done;
    rest = taken.rest;
  }
  yield takeUpTo(rest, forms, mark, rest.length).done;
}

/** Whether any of the forms stands in contents that come in pieces. */
export async function holdsText(
  contents: AsyncIterable<Uint8Array>,
  forms: readonly Buffer[],
): Promise<boolean> {
  const longest = Math.max(...forms.map(({ length }) => length));
  let end: Buffer = Buffer.alloc(0);
  for await (const bytes of contents) {
    const joined = Buffer.concat([end, bytes]);
    if (forms.some((form) => joined.includes(form))) return true;
    end = joined.subarray(Math.max(0, joined.length - longest + 1));
  }
  return false;
}

/** What begins before `end` is done; the rest may be the beginning of something. */
function takeUpTo(
  bytes: Buffer,
  forms: readonly Buffer[],
  mark: 'marked' | 'sameLength',
  end: number,
): { readonly done: Buffer; readonly rest: Buffer } {
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let next = firstOf(bytes, forms, from); next && next.at < end; next = firstOf(bytes, forms, from)) {
    const stands = mark === 'marked' ? Buffer.from(PURGED) : Buffer.alloc(next.length, '*');
    parts.push(bytes.subarray(from, next.at), stands);
    from = next.at + next.length;
  }
  const to = Math.max(from, end);
  return { done: Buffer.concat([...parts, bytes.subarray(from, to)]), rest: bytes.subarray(to) };
}

/** The first place where one of them stands; of several at one place the longest. */
function firstOf(
  bytes: Buffer,
  forms: readonly Buffer[],
  from: number,
): { readonly at: number; readonly length: number } | undefined {
  const found = forms.flatMap((form) => {
    const at = bytes.indexOf(form, from);
    return at === -1 ? [] : [{ at, length: form.length }];
  });
  return found.sort((one, other) => one.at - other.at || other.length - one.length)[0];
}
