import { basename } from 'node:path';
import {
  type Anchor,
  type AnchorState,
  anchorName,
  type CodePlace,
  isKnownHash,
  isTextHash,
} from './anchor.ts';
import { type Code, type Declaration, type Hashes, lastPart } from './code-reader.ts';
import { isInnerPath } from './source-text.ts';

/** One file as it is now, as far as an anchor asks. */
export type FileNow =
  | { readonly kind: 'missing' }
  /** `why` ends a sentence that begins with the path. */
  | { readonly kind: 'unreadable'; readonly why: string }
  | { readonly kind: 'text'; readonly textHash: string; readonly lines: number; readonly code?: Code };

/** Where git says that a path went; `unknown`: the history that would say is not here. */
export type Whereabouts = { readonly path: string } | 'nowhere' | 'unknown';

/** What comparing may ask of the working tree and of git. Paths are those of anchors. Never rejects. */
export interface Look {
  /**
   * With hashes of the declarations called `symbol`, with `wide` also of those whose last part is the same, or of all;
   * of the whole text where there is no symbol.
   */
  file(path: string, symbol: string | undefined, wide?: 'same name' | 'all'): Promise<FileNow>;
  /** Only asked for paths that are not there. */
  renamed(path: string): Promise<Whereabouts>;
  /** Other files, in their order, that may hold a declaration of this name (its last part). */
  holding(name: string): Promise<readonly string[] | 'not sought'>;
  /** New files, and those called the same: where a whole file may have gone by hand. */
  sameOrNew(path: string): Promise<readonly string[]>;
}

// A shorter body, or one with another name, may stand in two places by chance.
const tellingTokens = 8;
const tellingRenamed = 16;

/** What became of one anchor. The same tree and history give the same answer. Never rejects. */
export async function compareAnchor(anchor: Anchor, look: Look): Promise<AnchorState> {
  if (!isInnerPath(anchor.path)) return unknown('The path leads out of the project.');
  if (anchor.hash !== undefined && !isKnownHash(anchor.hash))
    return unknown('The hash was taken in a way that this version does not know.');
  const file = await look.file(anchor.path, anchor.symbol);
  if (file.kind === 'unreadable') return unknown(`${anchor.path} ${file.why}.`);
  if (file.kind === 'missing') return lookForFile(anchor, look);
  if (anchor.hash === undefined)
    return {
      ...unknown(`No hash was taken of ${anchor.path}, so that it is there is all that can be told.`),
      now: wholeFile(anchor.path, file),
    };
  if (anchor.symbol !== undefined && file.code === undefined)
    return unknown(`${anchor.path} cannot be taken apart, so its declarations cannot be compared.`);
  const here = anchor.symbol === undefined ? compareWhole(anchor, file) : compareSymbol(anchor, file);
  return here ?? lookForSymbol(anchor, look);
}

function compareWhole(anchor: Anchor, file: Standing): AnchorState {
  const taken = takenWhole(anchor, file);
  const now = wholeFile(anchor.path, file);
  if (taken === undefined) return { ...unknown(broken(anchor.path)), now };
  if (taken.hash === anchor.hash)
    return { state: 'fresh', now, taken, reason: `${anchor.path} says what it said.` };
  return { state: 'stale', now, taken, reason: `${anchor.path} was changed since.` };
}

type Standing = Extract<FileNow, { readonly kind: 'text' }>;

/** What stands under the symbol in this file; undefined where nothing does. */
function compareSymbol(anchor: Anchor, file: Standing, at = anchor.path): AnchorState | undefined {
  const named = file.code?.declarations.filter(({ symbol }) => symbol === anchor.symbol) ?? [];
  const [first] = named;
  if (first === undefined) return undefined;
  const same = named.find((one) => isSame(anchor, one.hashes));
  if (same !== undefined) return fresh(anchor, at, same);
  const readable = named.find(({ hashes }) => hashes?.isBroken === false);
  if (readable === undefined && !isTextHash(anchor.hash ?? ''))
    return { ...unknown(broken(anchorName(anchor))), now: placeOf(at, first) };
  const other = readable ?? first;
  return {
    state: 'stale',
    now: placeOf(at, other),
    taken: takenOf(at, other),
    reason: `${anchorName({ path: at, symbol: other.symbol })} was changed since.`,
  };
}

function fresh(anchor: Anchor, at: string, declaration: Declaration): AnchorState {
  const isMoved = at !== anchor.path || declaration.symbol !== anchor.symbol;
  const place = anchorName({ path: at, symbol: declaration.symbol });
  return {
    state: isMoved ? 'moved' : 'fresh',
    now: placeOf(at, declaration),
    taken: takenOf(at, declaration),
    reason: isMoved ? `${anchorName(anchor)} stands unchanged at ${place}.` : `${place} is as it was.`,
  };
}

/** The file is not there: where git says it went, where a file says the same, where its code stands. */
async function lookForFile(anchor: Anchor, look: Look): Promise<AnchorState> {
  const went = await look.renamed(anchor.path);
  if (typeof went === 'object') {
    const there = await compareAt(anchor, went.path, look);
    if (there !== undefined) return there;
  }
  if (anchor.symbol !== undefined) return lookForSymbol(anchor, look, went);
  for (const path of anchor.hash === undefined ? [] : await look.sameOrNew(anchor.path)) {
    const file = await look.file(path, undefined);
    if (file.kind !== 'text') continue;
    const taken = takenWhole({ ...anchor, path }, file);
    if (taken !== undefined && taken.hash === anchor.hash)
      return {
        state: 'moved',
        now: wholeFile(path, file),
        taken,
        reason: `${anchor.path} stands unchanged at ${path}.`,
      };
  }
  return went === 'unknown'
    ? unknown(`${anchor.path} is not there, and the history is too short to say where it went.`)
    : gone(anchor);
}

/** The anchor at the path that git names; undefined where what it speaks of is not there. */
async function compareAt(anchor: Anchor, path: string, look: Look): Promise<AnchorState | undefined> {
  const file = await look.file(path, anchor.symbol);
  if (file.kind !== 'text') return undefined;
  if (anchor.symbol !== undefined) return compareSymbol(anchor, file, path);
  const now = wholeFile(path, file);
  if (anchor.hash === undefined)
    return { state: 'moved', now, taken: { path }, reason: `${anchor.path} was renamed to ${path}.` };
  const state = compareWhole({ ...anchor, path }, file);
  if (state.state !== 'fresh') return state;
  return { ...state, state: 'moved', reason: `${anchor.path} stands unchanged at ${path}.` };
}

/** The declaration is not where it was: under another name in its file, or the same in another file. */
async function lookForSymbol(anchor: Anchor, look: Look, went?: Whereabouts): Promise<AnchorState> {
  const here = typeof went === 'object' ? went.path : anchor.path;
  const file = await look.file(here, anchor.symbol, 'all');
  const renamed = file.kind === 'text' ? bestOf(anchor, file, tellingRenamed) : undefined;
  if (renamed !== undefined) return fresh(anchor, here, renamed);
  const holding = await look.holding(lastPart(anchor.symbol ?? ''));
  if (holding === 'not sought') return unknown('Too much is missing at once to look for all of it.');
  const candidates = nearestFirst(anchor.path, holding);
  let changed: AnchorState | undefined;
  for (const path of candidates) {
    if (path === here) continue;
    const other = await look.file(path, anchor.symbol, 'same name');
    if (other.kind !== 'text') continue;
    const found = bestOf(anchor, other, tellingTokens, lastPart(anchor.symbol ?? ''));
    if (found !== undefined) return fresh(anchor, path, found);
    // A file moved by hand and edited at once: git was not told, its name was kept.
    if (file.kind === 'missing' && basename(path) === basename(anchor.path))
      changed ??= compareSymbol(anchor, other, path);
  }
  if (changed !== undefined) return changed;
  if (file.kind === 'text' && file.code?.isBroken === true) return unknown(broken(here));
  if (went === 'unknown')
    return unknown(`${anchor.path} is not there, and the history is too short to say where it went.`);
  return gone(anchor);
}

/** The declaration with the same hash: the same path first, then the same last part, then in the order of the text. */
function bestOf(anchor: Anchor, file: Standing, telling: number, name?: string): Declaration | undefined {
  const same = (file.code?.declarations ?? []).filter(
    ({ symbol, hashes }) =>
      isSame(anchor, hashes) &&
      (hashes?.tokens ?? 0) >= telling &&
      (name === undefined || lastPart(symbol) === name),
  );
  return (
    same.find(({ symbol }) => symbol === anchor.symbol) ??
    same.find(({ symbol }) => lastPart(symbol) === lastPart(anchor.symbol ?? '')) ??
    same[0]
  );
}

function isSame({ hash }: Anchor, hashes: Hashes | undefined): boolean {
  if (hash === undefined || hashes === undefined) return false;
  return isTextHash(hash) ? hashes.text === hash : !hashes.isBroken && hashes.hash === hash;
}

/** Files that share more of the path come first; then by name, so that the answer is always the same. */
function nearestFirst(path: string, others: readonly string[]): readonly string[] {
  const shared = (other: string): number => {
    const [mine, theirs] = [path.split('/'), other.split('/')];
    const at = mine.findIndex((part, index) => part !== theirs[index]);
    return (basename(other) === basename(path) ? 1000 : 0) + (at === -1 ? mine.length : at);
  };
  return [...others].sort((a, b) => shared(b) - shared(a) || (a < b ? -1 : a > b ? 1 : 0));
}

function takenWhole({ path, hash = '' }: Anchor, { code, textHash }: Standing): Anchor | undefined {
  if (isTextHash(hash)) return { path, hash: textHash };
  return code?.whole === undefined || code.whole.isBroken ? undefined : { path, hash: code.whole.hash };
}

function takenOf(path: string, { symbol, hashes }: Declaration): Anchor {
  return hashes === undefined ? { path, symbol } : { path, symbol, hash: hashes.hash };
}

function placeOf(path: string, { symbol, first, last }: Declaration): CodePlace {
  return { path, symbol, first, last };
}

function wholeFile(path: string, { lines }: Standing): CodePlace {
  return { path, first: 0, last: Math.max(0, lines - 1) };
}

function unknown(reason: string): AnchorState {
  return { state: 'unknown', reason };
}

function gone(anchor: Anchor): AnchorState {
  return { state: 'gone', reason: `${anchorName(anchor)} is nowhere any more.` };
}

function broken(name: string): string {
  return `${name} has a syntax error now, so it cannot be compared.`;
}
