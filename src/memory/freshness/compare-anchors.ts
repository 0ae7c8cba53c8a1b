import { basename } from 'node:path';
import type { Anchor, AnchorState } from './anchor.ts';
import { lastPart, type Wanted } from './code-reader.ts';
import { compareAnchor, type FileNow, type Look, type Whereabouts } from './compare-anchor.ts';
import { languageOf } from './language.ts';
import type { MovedFiles } from './moved-files.ts';
import type { WorkingFiles } from './working-files.ts';

// Files that are taken apart in search of code that is not where it was; the nearest of more are not chosen.
const maxSearched = 3000;
// Names that git looks for in the whole tree at once: with a thousand it takes a minute.
const maxSought = 100;
const atOnce = 16;

/**
 * Compares anchors with the working tree: reads the files they name and, for code that is not there, those where it may
 * have gone. The number of git processes does not depend on the number of anchors. Never rejects; the answers are
 * in the order of the anchors.
 */
export async function compareAnchors(
  anchors: readonly Anchor[],
  working: WorkingFiles,
  moved: MovedFiles | undefined,
): Promise<readonly AnchorState[]> {
  const look = new OneLook(anchors, working, moved);
  await look.traceMissing();
  let states = await eachOf(anchors, (anchor) => compareAnchor(anchor, look));
  // Most of what moved by hand stands in new files; the whole tree is asked for the rest.
  for (const search of [() => look.searchNew(), () => look.searchAll(lost(anchors, states))]) {
    if (!(await search())) continue;
    const before = states;
    states = await eachOf(anchors, (anchor, at) => {
      const state = before[at];
      return state === undefined || isLost(anchor, state)
        ? compareAnchor(anchor, look)
        : Promise.resolve(state);
    });
  }
  return states;
}

/** Whether another place may still be found that says more. */
function isLost({ path, hash }: Anchor, { state, now }: AnchorState): boolean {
  if (hash === undefined || state === 'fresh' || state === 'moved') return false;
  return now === undefined || now.path !== path;
}

/** The names of declarations that were not found, each once. */
function lost(anchors: readonly Anchor[], states: readonly AnchorState[]): ReadonlySet<string> {
  const names = anchors.flatMap((anchor, at) => {
    const state = states[at];
    return anchor.symbol === undefined || state === undefined || !isLost(anchor, state)
      ? []
      : [lastPart(anchor.symbol)];
  });
  return new Set(names.sort());
}

/** What one comparison has read. Code that is missing is noted in the first round and looked for before the second. */
class OneLook implements Look {
  readonly #anchors: readonly Anchor[];
  readonly #working: WorkingFiles;
  readonly #moved: MovedFiles | undefined;
  readonly #symbols = new Map<string, Set<string>>();
  readonly #read = new Map<string, Promise<FileNow>>();
  readonly #missingNames = new Set<string>();
  readonly #missingFiles = new Set<string>();
  #went: ReadonlyMap<string, Whereabouts> = new Map();
  #byName = new Map<string, string[]>();
  #wholes: readonly string[] = [];
  #notSought: ReadonlySet<string> = new Set();

  constructor(anchors: readonly Anchor[], working: WorkingFiles, moved: MovedFiles | undefined) {
    this.#anchors = anchors;
    this.#working = working;
    this.#moved = moved;
    for (const { path, symbol } of anchors) this.#want(path, symbol);
  }

  file(path: string, symbol: string | undefined, wide?: 'same name' | 'all'): Promise<FileNow> {
    if (wide === 'all') return this.#readOnce(path, 'all', { symbols: 'all' });
    if (wide === 'same name') return this.#readOnce(path, 'names', { names: new Set(this.#missingNames) });
    if (symbol === undefined) return this.#readOnce(path, 'whole', { whole: true });
    return this.#readOnce(path, 'symbols', { symbols: this.#symbols.get(path) ?? new Set([symbol]) });
  }

  async renamed(path: string): Promise<Whereabouts> {
    return this.#went.get(path) ?? 'nowhere';
  }

  async holding(name: string): Promise<readonly string[] | 'not sought'> {
    this.#missingNames.add(name);
    return this.#byName.get(name) ?? (this.#notSought.has(name) ? 'not sought' : []);
  }

  async sameOrNew(path: string): Promise<readonly string[]> {
    this.#missingFiles.add(path);
    return this.#wholes.filter((other) => other !== path);
  }

  /** Asks git once where all files went that are not there. */
  async traceMissing(): Promise<void> {
    const paths = [...new Set(this.#anchors.map(({ path }) => path))];
    const there = await eachOf(paths, (path) => this.#working.isThere(path));
    const missing = paths.filter((_path, at) => there[at] === false);
    if (missing.length === 0 || this.#moved === undefined) return;
    this.#went = await this.#moved.renames(missing);
    for (const { path, symbol } of this.#anchors) {
      const went = this.#went.get(path);
      if (typeof went === 'object') this.#want(went.path, symbol);
    }
  }

  /** Looks for what was missing in files that are new or called the same; false where nothing was. */
  async searchNew(): Promise<boolean> {
    if (this.#missingNames.size + this.#missingFiles.size === 0 || this.#moved === undefined) return false;
    const called = new Set([...this.#missingFiles].map((path) => basename(path)));
    const found = (await this.#moved.newOrCalled(called)).slice(0, maxSearched);
    this.#wholes = found;
    await this.#readAll(found);
    return true;
  }

  /** Looks for these names in every file that git finds one of them in; names over the cap stay `unknown`. */
  async searchAll(names: ReadonlySet<string>): Promise<boolean> {
    if (names.size === 0 || this.#moved === undefined) return false;
    const sought = [...names].slice(0, maxSought);
    this.#notSought = new Set([...names].slice(maxSought));
    await this.#readAll(await this.#moved.holding(sought));
    return true;
  }

  async #readAll(found: readonly string[]): Promise<void> {
    const paths = found.filter((path) => languageOf(path) !== undefined).slice(0, maxSearched);
    const read = await eachOf(paths, (path) => this.file(path, undefined, 'same name'));
    for (const [at, path] of paths.entries()) this.#index(path, read[at]);
  }

  #index(path: string, file: FileNow | undefined): void {
    if (file?.kind !== 'text') return;
    for (const name of new Set(file.code?.declarations.map(({ symbol }) => lastPart(symbol)))) {
      if (!this.#missingNames.has(name)) continue;
      const known = this.#byName.get(name);
      if (known === undefined) this.#byName.set(name, [path]);
      else if (!known.includes(path)) known.push(path);
    }
  }

  #want(path: string, symbol: string | undefined): void {
    if (symbol === undefined) return;
    const known = this.#symbols.get(path) ?? new Set();
    this.#symbols.set(path, known.add(symbol));
  }

  #readOnce(path: string, how: string, wanted: Wanted): Promise<FileNow> {
    const key = `${how}\0${path}`;
    const known = this.#read.get(key) ?? this.#working.read(path, wanted);
    this.#read.set(key, known);
    return known;
  }
}

/** A few at a time, the answers in their order. */
async function eachOf<T, U>(
  items: readonly T[],
  act: (item: T, at: number) => Promise<U>,
): Promise<readonly U[]> {
  const answers: U[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) answers[at] = await act(item, at);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}
