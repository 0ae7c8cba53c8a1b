import { sha256 } from '../../base/hash.ts';
import type { FileChange } from '../ledger/operation.ts';

/** What the history knows about texts that were written before. */
export interface KeptTexts {
  /** SHA-256 of what was last written to a path; null or undefined where nothing was. */
  lastWritten(path: string): Promise<string | null | undefined>;
  content(hash: string): Promise<Uint8Array | undefined>;
  /** Where content of this hash is kept, for a person to open. */
  contentPath(hash: string): string;
}

// A line of the index or of the delivery file: git's union merge leaves such lines of records that are retired by now.
const recordLine = /^- .*\]\([^()]*[a-z]+-[a-z0-9-]+-[0-9a-z]{6}\.md\)/i;
// Git's own marks: a merge, not a person.
const mergeMark = /^(?:<{7}|={7}|>{7}|\|{7})(?: |$)/;
const countLine = /^(One|\d+) more (accepted )?(records?|stands?)\b/;

/**
 * Where the text is kept that this change of a generated file takes away although no record and no earlier generation
 * gave it; undefined where there is none. `generated`: texts that the records give. The transaction keeps the bytes.
 */
export async function lostByHand(
  change: FileChange,
  generated: readonly string[],
  kept: KeptTexts,
): Promise<string | undefined> {
  if (change.before === null) return undefined;
  const standing = decode(change.before);
  if (generated.includes(standing)) return undefined;
  const last = await kept.lastWritten(change.path);
  const hash = sha256(change.before);
  if (hash === last) return undefined;
  const written = last === null || last === undefined ? undefined : await kept.content(last);
  const known = [...generated, ...(written === undefined ? [] : [decode(written)])];
  return hasUnknownLines(standing, known) ? kept.contentPath(hash) : undefined;
}

function hasUnknownLines(standing: string, known: readonly string[]): boolean {
  const lines = new Set(known.flatMap(linesOf));
  const listed = new Set(known.flatMap(linesOf).map(recordNamed));
  return linesOf(standing).some((line) => {
    if (lines.has(line) || countLine.test(line) || mergeMark.test(line)) return false;
    // A line about a record that stands, but not as the record gives it, was edited.
    return !recordLine.test(line) || listed.has(recordNamed(line));
  });
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function recordNamed(line: string): string | undefined {
  return /([^()/]+)\.md\)/.exec(line)?.[1];
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
