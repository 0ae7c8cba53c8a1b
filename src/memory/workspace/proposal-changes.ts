import { dirname, join } from 'node:path';
import { originOf } from '../inbox/origin.ts';
import type { Places } from '../inbox/places.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import { renderEvidence } from '../record/evidence-file.ts';
import type { RecordThere } from './known-records.ts';
import type { OwnedRecord } from './owned-record.ts';
import type { Owner } from './person.ts';

/**
 * The files of a new proposal, or what a follow-up changes of one that waits; none where nothing changes. Only what
 * the owner committed stands beside the code; the rest waits on this machine.
 */
export async function proposalChanges(
  places: Places,
  owner: Owner,
  proposed: OwnedRecord,
  readNow: ReadNow,
): Promise<readonly FileChange[]> {
  const { continues } = proposed;
  const target =
    continues === undefined ? fresh(places, proposed) : followUp(places, owner, proposed, continues);
  const changes = await Promise.all(
    target.map(async ([path, text]) => ({
      path,
      before: await readNow(path),
      after: text === null ? null : new TextEncoder().encode(text),
    })),
  );
  return changes.filter(({ before, after }) => !isSame(before, after));
}

type Target = readonly (readonly [path: string, text: string | null])[];

function fresh(places: Places, { owned, record, text, evidence }: OwnedRecord): Target {
  const directory = owned ? places.proposed : places.machineInbox;
  return [
    [join(directory, `${record.name}.md`), text],
    [join(directory, `${record.id}.json`), renderEvidence(evidence)],
  ];
}

/** Of a text that a person edited only the evidence goes on. */
function followUp(places: Places, owner: Owner, proposed: OwnedRecord, before: RecordThere): Target {
  const { path: oldPath, place } = before;
  if (oldPath === undefined) return [];
  const leaves = place === 'repository' && !proposed.owned;
  // Somebody else's proposal in the repository goes on by their own capture, and comes with a pull.
  if (leaves && originOf(before.evidence.source, 'repository', { mail: owner.mail }) !== 'owner') return [];
  const directory = leaves ? places.machineInbox : dirname(oldPath);
  const { record, evidence } = proposed;
  const withText = proposed.joined.continues?.withText === true && !before.isEdited;
  const name = withText ? `${record.name}.md` : oldPath.slice(dirname(oldPath).length + 1);
  const path = join(directory, name);
  const oldEvidence = join(dirname(oldPath), `${record.id}.json`);
  const newEvidence = join(directory, `${record.id}.json`);
  return [
    ...(path === oldPath ? [] : [[oldPath, null] as const]),
    ...(newEvidence === oldEvidence ? [] : [[oldEvidence, null] as const]),
    [path, withText ? proposed.text : (before.text ?? proposed.text)],
    [newEvidence, renderEvidence(evidence)],
  ];
}

function isSame(before: Uint8Array | null, after: Uint8Array | null): boolean {
  if (before === null || after === null) return before === after;
  return Buffer.compare(before, after) === 0;
}
