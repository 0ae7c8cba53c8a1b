import { basename } from 'node:path';
import { sha256 } from '../../base/hash.ts';
import { isUndone } from '../ledger/history.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { Evidence } from '../record/record.ts';
import type { Reader } from './origin.ts';
import type { Bringer, Origin, Proposal } from './proposal.ts';
import type { RecordFile } from './record-files.ts';

/** How well this machine knows an accepted record: these very bytes, the record with another text, or not at all. */
export type Acquaintance = 'bytes' | 'record' | 'none';

/**
 * What the ledger of this machine says of a record file: its bytes were written here, or a person acknowledged them
 * ({@link acknowledgement}). Line ends do not count: git may have converted them.
 */
export function acquaintanceWith(file: RecordFile, entries: readonly LedgerEntry[]): Acquaintance {
  const name = basename(file.path);
  const hashes = [sha256(file.text), sha256(file.text.replace(/\r\n/g, '\n'))];
  let best: Acquaintance = 'none';
  for (const entry of entries) {
    // What an undo brought back is known as well, or as little, as it was before.
    if (entry.action === 'undo') continue;
    const seen = hashesIn(entry, file.record.id, name);
    if (seen.length === 0 || isUndone(entries, entry.id)) continue;
    if (seen.some((hash) => hashes.includes(hash))) return 'bytes';
    best = 'record';
  }
  return best;
}

function hashesIn(entry: LedgerEntry, id: string, name: string): readonly string[] {
  const written = entry.targets.flatMap(({ path, post }) =>
    post !== null && path.endsWith(`/${name}`) && /(?:^|[/:])memory\/[^/]+$/.test(path) ? [post] : [],
  );
  if (entry.action !== 'accept' || entry.note === undefined || !entry.subject.includes(id)) return written;
  const noted = [...entry.note.matchAll(/\b([0-9A-Z]{26}) ([0-9a-f]{64})\b/g)];
  return [...written, ...noted.flatMap(([, of, hash]) => (of === id && hash !== undefined ? [hash] : []))];
}

/** The note of the ledger line by which a person acknowledges these files: no byte changes, so the line names the bytes. */
export function acknowledgement(files: readonly RecordFile[]): string {
  const seen = files.map(({ record, text }) => `${record.id} ${sha256(text.replace(/\r\n/g, '\n'))}`);
  return `Arrived, seen and kept: ${seen.join(', ')}`;
}

/** What is known of a record that stands among the accepted ones without a line of the ledger. */
export interface Arrival {
  readonly file: RecordFile;
  readonly evidence: Evidence;
  readonly bringer: Bringer | undefined;
  readonly isRejectedHere: boolean;
}

/**
 * The arrivals that somebody has to look at. What the owner's own commit brought (another clone of theirs, a machine
 * set up anew) is acknowledged without a word, unless it was rejected here or an agent signed the commit.
 */
export function arrivals(found: readonly Arrival[], reader: Reader): readonly Proposal[] {
  return found.flatMap(({ file, evidence, bringer, isRejectedHere }) => {
    const origin = originOfArrival(bringer, reader);
    if (origin === 'owner' && !isRejectedHere) return [];
    const { record, path } = file;
    const proposal: Proposal = {
      id: record.id,
      record,
      evidence,
      origin,
      place: 'repository',
      path,
      group: 'arrived',
    };
    return [
      {
        ...proposal,
        ...(bringer === undefined ? {} : { broughtBy: bringer }),
        ...(isRejectedHere ? { isRejectedHere } : {}),
      },
    ];
  });
}

/** The committer may be the server that pressed the button for them, so the author decides. */
function originOfArrival(bringer: Bringer | undefined, { mail }: Reader): Origin {
  if (bringer === undefined) return 'untrusted';
  if (bringer.isByAgent) return 'agent';
  return mail !== '' && bringer.mail.toLowerCase() === mail ? 'owner' : 'untrusted';
}
