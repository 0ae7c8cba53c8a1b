import type { Git } from '../../base/git.ts';
import type { ChangedFile, ChangeSet } from '../capture/change-set.ts';
import type { ProposedRecord } from '../capture/proposed-record.ts';
import type { Anchor } from '../freshness/anchor.ts';
import type { CodeReader } from '../freshness/code-reader.ts';
import { readBlobs } from '../freshness/read-blobs.ts';
import { isInnerPath, saysSomething, sourceText } from '../freshness/source-text.ts';
import { anchorsAt, maxSymbols } from '../freshness/take-anchors.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { Evidence } from '../record/record.ts';

/** A proposed record and the commits it came out of, the oldest first. */
export interface AnchorPair {
  readonly changeSets: readonly ChangeSet[];
  readonly proposed: ProposedRecord;
}

/**
 * Gives the paths of proposed records the symbols and hashes of what their commits changed in them. Everything is read
 * as it stands in the last of these commits that touched the path, never in the working tree, so that every clone gets
 * the same bytes. Two git processes and one more for each 32 MiB of text, however many records. A file that was taken
 * away is no anchor. What cannot be read keeps its path alone; never rejects. `signal` ends it early: what was not
 * reached then stays as it was.
 */
export async function anchorProposals(
  git: Git,
  reader: CodeReader,
  pairs: readonly AnchorPair[],
  signal?: AbortSignal,
): Promise<readonly ProposedRecord[]> {
  const touched = pairs.map(({ changeSets }) => lastTouched(changeSets));
  const wanted = pairs.flatMap(({ proposed }, at) => blobsToRead(touched[at] ?? new Map(), proposed));
  const blobs = await readBlobs(git, [...new Set(wanted)], signal);
  const anchored: ProposedRecord[] = [];
  for (const [at, { proposed }] of pairs.entries()) {
    const files = touched[at] ?? new Map();
    anchored.push(signal?.aborted === true ? proposed : await anchorOne(reader, blobs, files, proposed));
  }
  return anchored;
}

interface Touched {
  readonly commit: string;
  readonly file: ChangedFile;
}

async function anchorOne(
  reader: CodeReader,
  blobs: ReadonlyMap<string, Uint8Array>,
  touched: ReadonlyMap<string, Touched>,
  proposed: ProposedRecord,
): Promise<ProposedRecord> {
  const found: (readonly Anchor[])[] = [];
  for (const anchor of proposed.evidence.anchors) {
    const last = touched.get(anchor.path);
    if (last?.file.status === 'deleted') continue;
    const bytes = last === undefined || isTaken(anchor) ? undefined : blobs.get(blobOf(last));
    const text = bytes === undefined ? undefined : sourceText(bytes);
    const lines = last?.file.added.map(({ line }) => line - 1) ?? [];
    found.push(text === undefined ? [anchor] : await anchorsAt(reader, text, anchor.path, lines));
  }
  const evidence: Evidence = { ...proposed.evidence, anchors: chosen(found) };
  return { ...proposed, evidence, evidenceText: renderEvidence(evidence) };
}

/** Every file keeps an anchor; declarations are given out in turns until there are enough of them for one record. */
function chosen(found: readonly (readonly Anchor[])[]): readonly Anchor[] {
  const kept = found.map((): Anchor[] => []);
  let symbols = 0;
  for (let turn = 0; turn < maxSymbols; turn += 1) {
    for (const [at, anchors] of found.entries()) {
      const anchor = anchors[turn];
      if (anchor === undefined) continue;
      if (anchor.symbol === undefined) kept[at]?.push(anchor);
      else if (symbols < maxSymbols) {
        kept[at]?.push(anchor);
        symbols += 1;
      } else if (turn === 0) kept[at]?.push({ path: anchor.path });
    }
  }
  return kept.flat();
}

function blobsToRead(touched: ReadonlyMap<string, Touched>, { evidence }: ProposedRecord): readonly string[] {
  return evidence.anchors.flatMap((anchor) => {
    const last = touched.get(anchor.path);
    if (last === undefined || isTaken(anchor) || !isInnerPath(anchor.path) || !saysSomething(anchor.path))
      return [];
    return last.file.status === 'deleted' || last.file.binary ? [] : [blobOf(last)];
  });
}

function isTaken({ symbol, hash }: Anchor): boolean {
  return symbol !== undefined || hash !== undefined;
}

function blobOf({ commit, file }: Touched): string {
  return `${commit}:${file.path}`;
}

function lastTouched(changeSets: readonly ChangeSet[]): ReadonlyMap<string, Touched> {
  const touched = new Map<string, Touched>();
  for (const { commit, files } of changeSets)
    for (const file of files) {
      // A file that was renamed later stands at its new path only.
      if (file.oldPath !== undefined && file.status === 'renamed') touched.delete(file.oldPath);
      touched.set(file.path, { commit, file });
    }
  return touched;
}
