import type { Files } from '../../../base/files.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type { Proposal } from '../../../memory/inbox/proposal.ts';
import { renderIndex } from '../../../memory/record/memory-index.ts';
import type { MemoryRecord } from '../../../memory/record/record.ts';
import type { RecordDraft } from '../../../memory/workspace/memory-workspace.ts';
import { documentOf, kindOfName, readDocument, withDocument } from './memory-document.ts';
import { indexPath, type MemoryPlace, notesPath, pathOf } from './memory-path.ts';
import type { MemoryStore, SessionNotes } from './memory-store.ts';

export interface MemoryFilesOptions {
  readonly files: Files;
  readonly store: MemoryStore;
  /** Absent: there is no `/memories/session`. */
  readonly notes?: SessionNotes;
  /** Id of the session: who proposes. */
  readonly session: string;
}

export interface MemoryFile {
  readonly path: string;
  readonly text: string;
}

type Problem = { readonly message: string };
/** A sentence about what became of a change; empty where there is nothing to add. */
type Outcome = Result<string, Problem>;

/** The virtual files of the memory tool over Varve's store: what is accepted is read, what is written becomes proposals. */
export interface MemoryFiles {
  /** All files, the index first. */
  list(): Promise<readonly MemoryFile[]>;
  open(place: MemoryPlace): Promise<MemoryFile | undefined>;
  create(place: MemoryPlace, text: string): Promise<Outcome>;
  /** Gives a file that is there another text. */
  change(place: MemoryPlace, text: string): Promise<Outcome>;
  remove(place: MemoryPlace): Promise<Outcome>;
  rename(from: MemoryPlace, to: MemoryPlace): Promise<Outcome>;
}

export function createMemoryFiles(options: MemoryFilesOptions): MemoryFiles {
  return new Store(options);
}

class Store implements MemoryFiles {
  readonly #options: MemoryFilesOptions;
  /** Names the model gave to what it proposed, with the ids they got. */
  readonly #called = new Map<string, string>();

  constructor(options: MemoryFilesOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly MemoryFile[]> {
    const records = await this.#records();
    const index = { path: indexPath, text: renderIndex(records) };
    const accepted = records.map((record) => fileOf({ kind: 'record', name: record.name }, record));
    const own = (await this.#proposals()).map(({ record }) =>
      fileOf({ kind: 'proposal', name: record.name }, record),
    );
    const { notes } = this.#options;
    const session = notes === undefined ? [] : [{ path: notesPath, text: await notes.read() }];
    return [index, ...accepted, ...own, ...session];
  }

  async open(asked: MemoryPlace): Promise<MemoryFile | undefined> {
    const place = await this.#settled(asked);
    const { notes } = this.#options;
    switch (place.kind) {
      case 'index':
        return { path: indexPath, text: renderIndex(await this.#records()) };
      case 'notes':
        return notes === undefined ? undefined : { path: notesPath, text: await notes.read() };
      case 'record':
      case 'proposal': {
        const found = await this.#recordAt(place);
        return found && fileOf(place, found);
      }
      default:
        return undefined;
    }
  }

  async create(place: MemoryPlace, text: string): Promise<Outcome> {
    if (place.kind === 'notes') return this.#writeNotes(text);
    if (place.kind !== 'record' && place.kind !== 'proposal') return failure(readOnly(place));
    const document = readDocument(text, place.name);
    return this.#propose({ ...document, kind: kindOfName(place.name) }, 'The run wants it kept.', place.name);
  }

  async change(asked: MemoryPlace, text: string): Promise<Outcome> {
    const place = await this.#settled(asked);
    if (place.kind === 'notes') return this.#writeNotes(text);
    if (place.kind === 'proposal') return this.#editProposal(place.name, text);
    const record = place.kind === 'record' ? await this.#recordAt(place) : undefined;
    if (record === undefined) return failure(readOnly(place));
    const waiting = (await this.#proposals()).find(({ evidence }) => evidence.supersedes.includes(record.id));
    if (waiting !== undefined) {
      const there = pathOf({ kind: 'proposal', name: waiting.record.name });
      return failure({
        message: `A replacement of ${pathOf(place)} awaits review already. Change that: ${there}`,
      });
    }
    const replacement = { ...readDocument(text, record.name), kind: record.kind, supersedes: [record.id] };
    const done = await this.#propose(replacement, `It would replace ${record.name}.`);
    return done.ok
      ? success(`${done.value} Until a person accepts it, ${pathOf(place)} stays as it is.`)
      : done;
  }

  async remove(asked: MemoryPlace): Promise<Outcome> {
    const place = await this.#settled(asked);
    if (place.kind === 'notes') return this.#writeNotes('');
    if (place.kind === 'proposal')
      return failure({
        message: `${pathOf(place)} awaits review; only a person takes it away. Change its text instead.`,
      });
    const record = place.kind === 'record' ? await this.#recordAt(place) : undefined;
    if (record === undefined) return failure(readOnly(place));
    const title = `Retire ${record.name}`;
    const known = (await this.#proposals()).some((one) => one.record.description === title);
    if (known) return success('That it be retired was proposed before.');
    const body = `This run holds that ${record.name} is true no longer. To follow it, retire that record and reject this proposal.`;
    const done = await this.#propose(
      { title, body, kind: record.kind },
      `The run asked to delete ${record.name}.`,
    );
    return done.ok ? success(`${pathOf(place)} stays until a person retires it. ${done.value}`) : done;
  }

  async rename(from: MemoryPlace, to: MemoryPlace): Promise<Outcome> {
    const isNamed = (place: MemoryPlace) => place.kind === 'record' || place.kind === 'proposal';
    const file = await this.open(from);
    if (file === undefined || !isNamed(from) || (to.kind !== 'record' && to.kind !== 'proposal'))
      return failure(readOnly(from));
    const { body } = readDocument(file.text, '');
    return this.change(from, `# ${readDocument('', to.name).title}\n\n${body}\n`);
  }

  async #propose(
    draft: Pick<RecordDraft, 'kind' | 'title' | 'body' | 'supersedes'>,
    reason: string,
    called?: string,
  ): Promise<Outcome> {
    const { store, session } = this.#options;
    const done = await store.propose({ ...draft, reason, source: `run:${session}`, group: 'run' });
    if (!done.ok) return done;
    const { id, record } = done.value;
    if (called !== undefined) this.#called.set(called, id);
    return success(
      `It is a proposal now and awaits review as ${pathOf({ kind: 'proposal', name: record.name })}.`,
    );
  }

  async #editProposal(name: string, text: string): Promise<Outcome> {
    const found = await this.#proposalNamed(name);
    if (found === undefined) return failure({ message: `${name} is no proposal of this run.` });
    const base = Buffer.from(await this.#options.files.readFile(found.path)).toString('utf8');
    const done = await this.#options.store.edit(found.id, withDocument(base, readDocument(text, name)), base);
    return done.ok ? success('It is still a proposal and awaits review.') : done;
  }

  async #writeNotes(text: string): Promise<Outcome> {
    const { notes } = this.#options;
    if (notes === undefined) return failure({ message: 'This session has no working notes.' });
    const done = await notes.write(text);
    return done.ok ? success('') : done;
  }

  /** What the model created among the records stands among the proposals. */
  async #settled(place: MemoryPlace): Promise<MemoryPlace> {
    if (place.kind !== 'record' || !this.#called.has(place.name)) return place;
    const isAccepted = (await this.#recordAt(place)) !== undefined;
    return isAccepted ? place : { kind: 'proposal', name: place.name };
  }

  async #recordAt(place: {
    readonly kind: 'record' | 'proposal';
    readonly name: string;
  }): Promise<MemoryRecord | undefined> {
    if (place.kind === 'proposal') return (await this.#proposalNamed(place.name))?.record;
    return (await this.#records()).find(({ name }) => name === place.name);
  }

  async #proposalNamed(name: string): Promise<Proposal | undefined> {
    const id = this.#called.get(name);
    return (await this.#proposals()).find((one) => one.record.name === name || one.id === id);
  }

  async #records(): Promise<readonly MemoryRecord[]> {
    return (await this.#options.store.records()).filter(({ status }) => status === 'accepted');
  }

  /** What this session proposed. */
  async #proposals(): Promise<readonly Proposal[]> {
    const source = `run:${this.#options.session}`;
    return (await this.#options.store.proposals()).filter(({ evidence }) => evidence.source === source);
  }
}

function fileOf(place: MemoryPlace, record: MemoryRecord): MemoryFile {
  return { path: pathOf(place), text: documentOf(record) };
}

function readOnly(place: MemoryPlace): Problem {
  return place.kind === 'index'
    ? { message: `${indexPath} is made from the records. Change those, or create a file.` }
    : { message: `${pathOf(place)} cannot be changed or created.` };
}
