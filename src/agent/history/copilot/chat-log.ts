import { entryText } from '../loose-json.ts';

/** Text that one chat is kept with, in UTF-16 units; beyond, strings are cut short. */
const LOG_UNITS = 32 * 1024 * 1024;
const STRING_UNITS = 65_536;
const SHORT_UNITS = 256;
const DEEPEST = 64;

/** Properties that nothing here asks for and that are long: what was referred to, shown, and offered. */
const LEFT_OUT = new Set([
  'agent',
  'codeCitations',
  'contentReferences',
  'followups',
  'renderedGlobalContext',
  'renderedUserMessage',
  'responseMarkdownInfo',
  'slashCommand',
  'usedContext',
]);

/**
 * A chat as VS Code keeps it since 1.109: a log of changes to one object. Values are copied without what is long and of
 * no use, into objects that have no prototype. Source: objectMutationLog.ts in microsoft/vscode.
 */
export class ChatLog {
  #state: unknown;
  #units = 0;
  #skipped = 0;

  /** The object as it is now; undefined before there is one. */
  get state(): unknown {
    return this.#state;
  }

  /** How many changes were of nothing that is there. */
  get skipped(): number {
    return this.#skipped;
  }

  get isCut(): boolean {
    return this.#units > LOG_UNITS;
  }

  /** `entry`: a line of the log. */
  apply(entry: {
    readonly kind?: unknown;
    readonly k?: unknown;
    readonly v?: unknown;
    readonly i?: unknown;
  }): void {
    if (entry.kind === 0) {
      this.#units = 0;
      this.#state = this.kept(entry.v);
      return;
    }
    const path = Array.isArray(entry.k) ? (entry.k as unknown[]) : [];
    const last = path.at(-1);
    const parent = this.#reach(path.slice(0, -1));
    const isDone =
      parent !== undefined &&
      (entry.kind === 2
        ? this.#push(parent, last, entry.v, entry.i)
        : (entry.kind === 1 || entry.kind === 3) && set(parent, last, this.kept(entry.v)));
    if (!isDone) this.#skipped += 1;
  }

  /** A copy of a JSON value, as it is kept. */
  kept(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') {
      this.#units += value.length;
      return entryText(value, this.isCut ? SHORT_UNITS : STRING_UNITS);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return undefined;
    if (Array.isArray(value)) return value.map((one: unknown) => this.kept(one, depth + 1));
    const copy: Record<string, unknown> = Object.create(null);
    for (const [name, inner] of Object.entries(value))
      if (!LEFT_OUT.has(name)) copy[name] = this.kept(inner, depth + 1);
    return copy;
  }

  #reach(path: readonly unknown[]): unknown {
    let at: unknown = this.#state;
    for (const step of path) {
      if (Array.isArray(at) && isIndex(step)) at = at[step];
      else if (isObject(at) && typeof step === 'string') at = at[step];
      else return undefined;
    }
    return at;
  }

  #push(parent: unknown, last: unknown, values: unknown, from: unknown): boolean {
    const before =
      Array.isArray(parent) && isIndex(last)
        ? parent[last]
        : isObject(parent)
          ? parent[String(last)]
          : undefined;
    const list: unknown[] = Array.isArray(before) ? before : [];
    if (from !== undefined && !(isIndex(from) && from <= list.length)) return false;
    if (from !== undefined) list.length = from as number;
    for (const value of Array.isArray(values) ? values : []) list.push(this.kept(value));
    return set(parent, last, list);
  }
}

function set(parent: unknown, last: unknown, value: unknown): boolean {
  if (Array.isArray(parent) && isIndex(last) && last <= parent.length) parent[last] = value;
  else if (isObject(parent) && typeof last === 'string') parent[last] = value;
  else return false;
  return true;
}

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
