type Source = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

/**
 * Header names and values as the SDK uses `Headers`: names in lower case and in order, values joined by commas. In the
 * bundle the SDK gets it in place of Node's, whose first use loads all of Node's `fetch` (scripts/bundle.mjs). What
 * may not stand in a header is refused by Node's HTTP client when it is sent.
 */
export class PlainHeaders implements Iterable<[string, string]> {
  readonly #values = new Map<string, string>();

  constructor(source: Source = []) {
    const pairs = Symbol.iterator in source ? (source as Iterable<readonly [string, string]>) : undefined;
    for (const [name, value] of pairs ?? Object.entries(source)) this.append(name, value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.#values.set(name.toLowerCase(), before === null ? trimmed(value) : `${before}, ${trimmed(value)}`);
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), trimmed(value));
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  entries(): IterableIterator<[string, string]> {
    return [...this.#values].sort(([one], [other]) => (one < other ? -1 : 1)).values();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }
}

function trimmed(value: string): string {
  return String(value).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
}
