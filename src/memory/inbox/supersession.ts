import { readIfThere } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { parseEvidence } from '../record/evidence-file.ts';
import type { Evidence, RecordStatus } from '../record/record.ts';
import type { Places } from './places.ts';
import { evidenceIn, type StandingRecords } from './standing-records.ts';

/**
 * What a record becomes when it is accepted. A decision document that says of itself that it is past goes straight to
 * the archive: it is kept to be found, and not delivered.
 */
export function statusOnceAccepted(evidence: Evidence | undefined, isSuperseded: boolean): RecordStatus {
  if (isSuperseded || evidence?.standing === 'superseded') return 'superseded';
  const isPast = evidence?.standing === 'deprecated' || evidence?.standing === 'rejected';
  return isPast ? 'retired' : 'accepted';
}

/** Ids that a record takes the place of. What was only proposed, or was rejected, never took the place of anything. */
export function supersededBy(evidence: Evidence | undefined): readonly string[] {
  if (evidence === undefined || evidence.standing === 'proposed' || evidence.standing === 'rejected')
    return [];
  return evidence.supersedes.map((id) => id.toUpperCase()).filter((id) => id !== evidence.id.toUpperCase());
}

/**
 * Which of `ids` a record of memory or archive takes the place of: whoever was accepted first, the end is the same.
 * Rejects with Node's errors.
 */
export async function supersededAlready(
  files: Files,
  places: Places,
  standing: StandingRecords,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const paths = [
    ...[...standing.memory.keys()].map((id) => evidenceIn(places, 'memory', id)),
    ...[...standing.archive.keys()].flatMap((id) => [
      evidenceIn(places, 'archive', id),
      evidenceIn(places, 'memory', id),
    ]),
  ];
  const found = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readIfThere(files, path);
      const text = bytes === null ? '' : new TextDecoder().decode(bytes);
      // Most of them name none of these: that is seen without reading their JSON.
      return ids.some((id) => text.includes(id)) ? supersededBy(parsedEvidence(text)) : [];
    }),
  );
  return new Set(found.flat());
}

export function parsedEvidence(text: string): Evidence | undefined {
  const parsed = parseEvidence(text);
  return parsed.ok ? parsed.value : undefined;
}
