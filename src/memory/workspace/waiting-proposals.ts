import { basename, relative } from 'node:path';
import type { Files } from '../../base/files.ts';
import { type Acquaintance, acquaintanceWith, arrivals } from '../inbox/arrived.ts';
import type { Places } from '../inbox/places.ts';
import type { Bringer, Proposal } from '../inbox/proposal.ts';
import { newestFirst, readEvidence, readProposals } from '../inbox/read-proposals.ts';
import { type RecordFile, readRecordFiles } from '../inbox/record-files.ts';
import { rejectedIds } from '../inbox/rejected.ts';
import { hangsOnHistory, inHistory, patchesOf, undecided } from '../inbox/visible-proposals.ts';
import type { LedgerEntry } from '../ledger/operation.ts';
import type { Evidence } from '../record/record.ts';
import { HeadHistory, type SoughtCommit } from './head-history.ts';
import type { OpenProject } from './open-project.ts';

/** Whether every anchor that says what stood there is as it was, in the working tree; false where none says so. */
export type AnchorsStand = (evidence: Evidence) => Promise<boolean>;

/**
 * What waits for review in this working tree, on this branch: what formats.md calls visible. Reads only. Git is asked only
 * where something hangs on its answer.
 */
export class WaitingProposals {
  readonly #open: OpenProject;
  readonly #anchorsStand: AnchorsStand;
  #history: HeadHistory | undefined;

  constructor(open: OpenProject, anchorsStand: AnchorsStand) {
    this.#open = open;
    this.#anchorsStand = anchorsStand;
  }

  /** Proposals, then accepted records that arrived; newest first. Never rejects. */
  async list(): Promise<readonly Proposal[]> {
    const { surroundings, places } = this.#open;
    const reader = { mail: (await this.#open.owner()).mail };
    const found = await readProposals(surroundings.files, places, reader);
    const entries = await this.#entries();
    const rejected = rejectedIds(entries);
    const kept = await keptIds(surroundings.files, places, found);
    const shown = await this.#visible(undecided(found, { kept, rejected }));
    const arrived = await this.#arrived(entries, rejected, reader);
    return [...shown, ...arrived].sort(newestFirst);
  }

  async #entries(): Promise<readonly LedgerEntry[]> {
    const ledger = await this.#open.ledger();
    return ledger.ok ? ledger.value.entries() : [];
  }

  async #visible(proposals: readonly Proposal[]): Promise<readonly Proposal[]> {
    const hanging = proposals.filter(hangsOnHistory);
    const history = this.#headHistory();
    if (history === undefined || hanging.length === 0) return proposals;
    const patches = await history.patches(hanging.map(soughtCommit));
    // Nothing is hidden because git did not answer.
    if (patches === undefined) return proposals;
    const shown = new Set(inHistory(proposals, patches));
    const stands = await Promise.all(
      proposals.map((one) => shown.has(one) || this.#anchorsStand(one.evidence)),
    );
    return proposals.filter((_, index) => stands[index]);
  }

  /** Private records never arrive: no git brings them. */
  async #arrived(
    entries: readonly LedgerEntry[],
    rejected: ReadonlySet<string>,
    reader: { readonly mail: string },
  ): Promise<readonly Proposal[]> {
    const { surroundings, places, project } = this.#open;
    const history = this.#headHistory();
    if (history === undefined || project.isSetUp !== 'repository') return [];
    const { records } = await readRecordFiles(surroundings.files, places.memory);
    const unknown = records
      .filter(({ record }) => record.status === 'accepted')
      .map((file) => ({ file, known: acquaintanceWith(file, entries) }))
      .filter(({ known }) => known !== 'bytes');
    if (unknown.length === 0) return [];
    const bringers = await history.bringers(places.memory);
    if (bringers === undefined) return [];
    const strange = await this.#notEditedHere(unknown);
    const found = strange.map(async (file) => ({
      file,
      evidence: await readEvidence(surroundings.files, places.evidence, file.record.id),
      bringer: bringerOf(file, bringers, project.root),
      isRejectedHere: rejected.has(file.record.id),
    }));
    return arrivals(await Promise.all(found), reader);
  }

  /** A record this machine knows, with a text that is not committed: somebody edits it here, so it did not arrive. */
  async #notEditedHere(
    unknown: readonly { readonly file: RecordFile; readonly known: Acquaintance }[],
  ): Promise<readonly RecordFile[]> {
    const files = unknown.map(({ file }) => file);
    const git = this.#open.git();
    if (git === undefined || !unknown.some(({ known }) => known === 'record')) return files;
    const asked = ['diff', '--name-only', '-z', '--no-relative', '--no-renames', 'HEAD', '--'];
    const answer = await git.text([...asked, this.#open.places.memory]);
    if (!answer.ok) return files;
    const edited = new Set(answer.value.split('\0').map((path) => basename(path)));
    return unknown
      .filter(({ file, known }) => known !== 'record' || !edited.has(basename(file.path)))
      .map(({ file }) => file);
  }

  #headHistory(): HeadHistory | undefined {
    const git = this.#open.git();
    if (git === undefined) return undefined;
    this.#history ??= new HeadHistory(git);
    return this.#history;
  }
}

function bringerOf(
  { path }: RecordFile,
  bringers: ReadonlyMap<string, Bringer>,
  root: string,
): Bringer | undefined {
  return bringers.get(relative(root, path).replaceAll('\\', '/'));
}

function soughtCommit({ record, evidence }: Proposal): SoughtCommit {
  return {
    authored: Math.floor(Date.parse(record.modified) / 1000),
    patches: patchesOf(evidence),
    paths: evidence.anchors.map(({ path }) => path),
  };
}

/** Ids of the proposals that stand among the accepted or archived records; found by the end of their name, then read. */
async function keptIds(
  files: Files,
  places: Places,
  proposals: readonly Proposal[],
): Promise<ReadonlySet<string>> {
  if (proposals.length === 0) return new Set();
  const ends = new Set(proposals.map(({ id }) => `-${id.slice(-6).toLowerCase()}.md`));
  const isCalledSo = (name: string): boolean => ends.has(name.slice(-10).toLowerCase());
  const found = await Promise.all(
    [places.memory, places.archive].map((directory) => readRecordFiles(files, directory, isCalledSo)),
  );
  return new Set(found.flatMap(({ records }) => records.map(({ record }) => record.id)));
}
