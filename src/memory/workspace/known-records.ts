import { dirname, join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { KnownRecord } from '../capture/join/known-record.ts';
import type { Places } from '../inbox/places.ts';
import { type RecordFile, readRecordFiles } from '../inbox/record-files.ts';
import { rejections } from '../inbox/rejected.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { parseEvidence } from '../record/evidence-file.ts';
import type { Evidence } from '../record/record.ts';
import { recordTitle } from '../record/record-parts.ts';

/** A record that is there, and where. */
export interface RecordThere extends KnownRecord {
  /** Its own file; undefined for one that was rejected. */
  readonly path?: string;
  readonly text?: string;
  readonly place?: 'repository' | 'machine';
  /** Somebody changed the proposal by hand: its text is theirs. */
  readonly isEdited: boolean;
}

export interface KnownParts {
  readonly files: Files;
  /** Undefined where nothing was ever written. */
  readonly ledger: Ledger | undefined;
  readonly places: Places;
}

/** Everything that waits, was accepted, is past or was rejected: what a look at commits need not tell again. */
export async function readKnownRecords(parts: KnownParts): Promise<readonly RecordThere[]> {
  const { places } = parts;
  const entries = (await parts.ledger?.entries()) ?? [];
  const edited = new Set(entries.filter(({ action }) => action === 'edit').flatMap(({ subject }) => subject));
  const read = async (directory: string, state: KnownRecord['state'], evidence: string) =>
    there(parts, directory, state, evidence, edited);
  const found = await Promise.all([
    read(places.proposed, 'proposed', places.proposed),
    read(places.machineInbox, 'proposed', places.machineInbox),
    read(places.memory, 'accepted', places.evidence),
    read(places.archive, 'past', places.evidence),
  ]);
  const standing = new Map(found.flat().map((one) => [one.id, one]));
  for (const one of await rejectedRecords(parts)) if (!standing.has(one.id)) standing.set(one.id, one);
  return [...standing.values()];
}

async function there(
  { files, places }: KnownParts,
  directory: string,
  state: KnownRecord['state'],
  evidencePlace: string,
  edited: ReadonlySet<string>,
): Promise<readonly RecordThere[]> {
  const { records } = await readRecordFiles(files, directory);
  return Promise.all(
    records.map(async (file): Promise<RecordThere> => {
      const { id } = file.record;
      const own = join(dirname(file.path), `${id}.json`);
      const evidence =
        (await readEvidence(files, join(evidencePlace, `${id}.json`))) ?? (await readEvidence(files, own));
      return {
        id,
        state,
        title: recordTitle(file.record),
        evidence: evidence ?? noEvidence(id),
        path: file.path,
        text: file.text,
        place: directory === places.machineInbox ? 'machine' : 'repository',
        isEdited: edited.has(id) || wasRetitled(file),
      };
    }),
  );
}

/** A hand that changed the title in the file itself left its name as it was. */
function wasRetitled({ record }: RecordFile): boolean {
  return !record.name.endsWith(record.id.slice(-6).toLowerCase());
}

async function readEvidence(files: Files, path: string): Promise<Evidence | undefined> {
  const bytes = await files.readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : evidenceIn(bytes);
}

function evidenceIn(bytes: Uint8Array): Evidence | undefined {
  const parsed = parseEvidence(new TextDecoder().decode(bytes));
  return parsed.ok ? parsed.value : undefined;
}

function noEvidence(id: string): Evidence {
  return { version: 1, id, source: 'unknown', supersedes: [], requirements: [], anchors: [], evidence: [] };
}

/** What was put away keeps its bytes in the ledger; where they were purged the id alone is known. */
async function rejectedRecords({ ledger }: KnownParts): Promise<readonly RecordThere[]> {
  if (ledger === undefined) return [];
  const rejected = [...rejections(await ledger.entries())];
  return Promise.all(
    rejected.map(async ([id, entry]): Promise<RecordThere> => {
      const target = entry.targets.find(({ path }) => path.endsWith(`${id}.json`));
      const bytes = target?.pre == null ? undefined : await ledger.content(target.pre);
      const evidence = bytes === undefined ? undefined : evidenceIn(bytes);
      return { id, state: 'rejected', title: '', evidence: evidence ?? noEvidence(id), isEdited: false };
    }),
  );
}
