import type { CheckInput, CheckRule, Finding, WordedEntry } from '../check-input.ts';
import { isRecordOfThePast, loadingFiles, loadTogether } from '../loads-together.ts';
import { pathName, quote } from '../quote.ts';

const leastWords = 8;
/** Shared of all shingles (three words in a row) that either entry has. */
const leastOverlap = 0.6;
/** A shingle in more entries than this is a phrase, not a trace of a copy. */
const mostHolders = 20;
const mostEntries = 20_000;

export const nearDuplicateEntry: CheckRule = {
  name: 'near-duplicate-entry',
  severity: 'info',
  summary: 'Two entries that load together say nearly the same.',
  help: 'One of them was probably copied and then changed. Agents read both and cannot know which counts: merge them. Entries that differ in a number, a name in code or a negation are not taken for copies.',
  find(input) {
    const entries = loadingFiles(input.files)
      .filter(
        ({ kind, path, resolved }) =>
          kind === 'memory' && resolved?.scope !== 'auto' && !isRecordOfThePast(path),
      )
      .flatMap((file) => file.worded())
      .filter(({ words }) => words.length >= leastWords);
    return entries.length > mostEntries ? [] : pairs(entries).map((pair) => finding(input, pair));
  },
};

interface Pair {
  readonly entry: WordedEntry;
  readonly earlier: WordedEntry;
  readonly overlap: number;
}

function pairs(entries: readonly WordedEntry[]): readonly Pair[] {
  const shingles = entries.map(({ words }) => shinglesOf(words));
  const holders = new Map<string, number[]>();
  const found: Pair[] = [];
  for (const [index, entry] of entries.entries()) {
    const own = shingles[index] ?? new Set<string>();
    const best = nearest(own, holders, shingles, (other) => mayPair(entry, entries[other]));
    const earlier = best === undefined ? undefined : entries[best.index];
    if (best !== undefined && earlier !== undefined) found.push({ entry, earlier, overlap: best.overlap });
    for (const shingle of own) {
      const known = holders.get(shingle);
      if (known === undefined) holders.set(shingle, [index]);
      else if (known.length <= mostHolders) known.push(index);
    }
  }
  return found;
}

function nearest(
  own: ReadonlySet<string>,
  holders: ReadonlyMap<string, readonly number[]>,
  shingles: readonly ReadonlySet<string>[],
  mayBe: (other: number) => boolean,
): { readonly index: number; readonly overlap: number } | undefined {
  const shared = new Map<number, number>();
  for (const shingle of own) {
    const known = holders.get(shingle) ?? [];
    if (known.length > mostHolders) continue;
    for (const other of known) shared.set(other, (shared.get(other) ?? 0) + 1);
  }
  let best: { index: number; overlap: number } | undefined;
  for (const [index, count] of shared) {
    const overlap = count / (own.size + (shingles[index]?.size ?? 0) - count);
    if (overlap < leastOverlap || overlap === 1 || overlap <= (best?.overlap ?? 0) || !mayBe(index)) continue;
    best = { index, overlap };
  }
  return best;
}

/** In one file a list of like sentences is a list; between files it is a copy. */
function mayPair(a: WordedEntry, b: WordedEntry | undefined): boolean {
  if (b === undefined || a.file.path === b.file.path || !loadTogether(a.file, b.file)) return false;
  return sameSense(a) === sameSense(b);
}

const negations =
  /^(?:not|no|never|don't|doesn't|cannot|can't|won't|without|avoid|only|except|unless|always)$/;

/** What may not differ between copies: numbers, code and paths, negations. */
function sameSense({ words, entry }: WordedEntry): string {
  const code = [...entry.text.matchAll(/`([^`]+)`/g)].map((match) => match[1]?.trim() ?? '');
  const telling = words.filter((word) => /\d|[./:@_]/.test(word) || negations.test(word));
  return [...code, ...telling].sort().join('\n');
}

function shinglesOf(words: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (let index = 0; index + 3 <= words.length; index++) found.add(words.slice(index, index + 3).join(' '));
  return found;
}

function finding(input: CheckInput, { entry, earlier, overlap }: Pair): Finding {
  const where = `${pathName(input, earlier.file.path)}, line ${earlier.entry.line + 1}`;
  return {
    path: entry.file.path,
    range: entry.file.at(entry.entry.range),
    message: `${quote(entry.entry.text)} says nearly the same as ${where} (${Math.floor(overlap * 100)} % of the phrases), and both load together. Merge them.`,
    related: [
      {
        path: earlier.file.path,
        line: earlier.entry.line,
        message: `Nearly the same: ${quote(earlier.entry.text)}`,
      },
    ],
  };
}
