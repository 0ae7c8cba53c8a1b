import { join, relative, sep } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { Anchor, AnchorFreshness, AnchorState } from '../freshness/anchor.ts';
import { compareAnchors } from '../freshness/compare-anchors.ts';
import { movedFiles } from '../freshness/moved-files.ts';
import { anchorNow } from '../freshness/take-anchors.ts';
import { WorkingFiles } from '../freshness/working-files.ts';
import { readRecordFiles } from '../inbox/record-files.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange, LedgerEntry } from '../ledger/operation.ts';
import { parseEvidence, withAnchors } from '../record/evidence-file.ts';
import type { Evidence } from '../record/record.ts';
import type { MemoryFreshness } from './memory-freshness.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import type { OpenProject } from './open-project.ts';
import { personSource } from './person.ts';
import { ledgerProblem } from './problems.ts';

interface Refused {
  readonly kind: 'refused';
  readonly problem: MemoryProblem;
}

/** The records' anchors against the working tree; what was read is kept as long as the files stay the same. */
export class RecordFreshness implements MemoryFreshness {
  readonly #open: OpenProject;
  readonly #onWritten: () => Promise<void>;
  #working: { readonly root: string; readonly files: WorkingFiles } | undefined;

  constructor(open: OpenProject, onWritten: () => Promise<void>) {
    this.#open = open;
    this.#onWritten = onWritten;
  }

  async look(path?: string): Promise<readonly AnchorFreshness[]> {
    const { files } = this.#open.surroundings;
    const found = await readRecordFiles(files, this.#open.places.memory);
    const accepted = found.records.filter(({ record }) => record.status === 'accepted');
    const anchored = await Promise.all(
      accepted.map(async ({ record }) => ({
        id: record.id,
        anchors: (await this.#evidence(record.id))?.anchors ?? [],
      })),
    );
    const all = anchored.flatMap(({ id, anchors }) => anchors.map((anchor) => ({ id, anchor })));
    const states = await this.#compare(all.map(({ anchor }) => anchor));
    const answers = all.flatMap(({ id, anchor }, at) => answerOf(id, anchor, states[at]));
    if (path === undefined) return answers;
    const inside = relative(this.#open.project.root, path).split(sep).join('/');
    return answers.filter(({ now }) => now?.path === inside);
  }

  /** Whether everything that this evidence has a hash of is as it was; false where it has none. Asks no git. */
  async stand({ anchors }: Evidence): Promise<boolean> {
    const hashed = anchors.filter(({ hash }) => hash !== undefined);
    const states = await compareAnchors(hashed, this.#current(), undefined);
    return hashed.length > 0 && states.every(({ state }) => state === 'fresh');
  }

  async stillTrue(ids: readonly string[]): Promise<Result<LedgerEntry, MemoryProblem>> {
    const closed = this.#open.closed();
    if (closed !== undefined) return closed;
    const ledger = await this.#open.ledger();
    if (!ledger.ok) return ledger;
    const subject = [...new Set(ids)];
    const who = personSource(await this.#open.owner());
    const { worktree } = this.#open.project;
    const done = await ledger.value.transactWith<Refused>(
      { action: 'edit', subject, who, worktree, note: 'still true' },
      async (readNow) => {
        const planned = await this.#planStillTrue(subject, readNow);
        return planned.ok ? planned : failure({ kind: 'refused', problem: planned.error });
      },
    );
    if (done.ok) {
      await this.#onWritten();
      return done;
    }
    return failure(done.error.kind === 'refused' ? done.error.problem : ledgerProblem(done.error));
  }

  async #planStillTrue(
    ids: readonly string[],
    readNow: ReadNow,
  ): Promise<Result<readonly FileChange[], MemoryProblem>> {
    const { files, unsavedFiles } = this.#open.surroundings;
    const { records } = await readRecordFiles(files, this.#open.places.memory);
    const changes: FileChange[] = [];
    for (const id of ids) {
      const isAccepted = records.some(({ record }) => record.id === id && record.status === 'accepted');
      if (!isAccepted) return failure(notAccepted(id));
      const path = this.#evidencePath(id);
      if (await unsavedFiles.isUnsaved(path)) return failure(unsaved(path));
      const before = await readNow(path);
      const after = before === null ? undefined : await this.#renewed(before);
      if (before === null || after === undefined) return failure(noEvidence(id, path));
      changes.push({ path, before, after });
    }
    const isSame = changes.every(
      ({ before, after }) => before !== null && after !== null && Buffer.compare(before, after) === 0,
    );
    return isSame ? failure(nothingToRenew()) : success(changes);
  }

  /** The evidence file with its anchors as they would be taken now; undefined where it cannot be read. */
  async #renewed(before: Uint8Array): Promise<Uint8Array | undefined> {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(before);
    const evidence = parseEvidence(text);
    if (!evidence.ok) return undefined;
    const { anchors } = evidence.value;
    const states = await this.#compare(anchors);
    const reader = this.#open.codeReader();
    const renewed = await Promise.all(
      anchors.map(async (anchor, at) => {
        const state = states[at];
        if (state === undefined || state.state === 'fresh') return anchor;
        if (state.state === 'gone') return undefined;
        if (anchor.hash !== undefined) return state.taken ?? anchor;
        return anchorNow(
          reader,
          state.now?.path ?? anchor.path,
          await this.#text(state.now?.path ?? anchor.path),
        );
      }),
    );
    return new TextEncoder().encode(
      withAnchors(
        text,
        renewed.filter((anchor) => anchor !== undefined),
      ),
    );
  }

  async #compare(anchors: readonly Anchor[]): Promise<readonly AnchorState[]> {
    if (anchors.length === 0) return [];
    const files = this.#current();
    const git = this.#open.git();
    const moved = git === undefined ? undefined : movedFiles(git, (path) => files.isThere(path));
    return compareAnchors(anchors, files, moved);
  }

  /** Set-up may say that the project begins elsewhere. */
  #current(): WorkingFiles {
    const { root } = this.#open.project;
    if (this.#working?.root !== root) {
      const files = new WorkingFiles(root, this.#open.surroundings.files, this.#open.codeReader());
      this.#working = { root, files };
    }
    return this.#working.files;
  }

  async #text(path: string): Promise<Uint8Array | undefined> {
    return this.#open.surroundings.files.readFile(join(this.#open.project.root, path)).catch(() => undefined);
  }

  async #evidence(id: string): Promise<Evidence | undefined> {
    const bytes = await this.#open.surroundings.files.readFile(this.#evidencePath(id)).catch(() => undefined);
    const parsed = bytes === undefined ? undefined : parseEvidence(new TextDecoder().decode(bytes));
    return parsed?.ok === true ? parsed.value : undefined;
  }

  #evidencePath(id: string): string {
    return join(this.#open.places.evidence, `${id}.json`);
  }
}

function answerOf(
  recordId: string,
  { path, symbol, hash }: Anchor,
  state: AnchorState | undefined,
): readonly AnchorFreshness[] {
  if (state === undefined) return [];
  return [
    {
      recordId,
      path,
      ...(symbol === undefined ? {} : { symbol }),
      hasHash: hash !== undefined,
      state: state.state,
      ...(state.now === undefined ? {} : { now: state.now }),
      reason: state.reason,
    },
  ];
}

function notAccepted(id: string): MemoryProblem {
  const message = `There is no accepted record ${id}. The Memory view and \`varve memory show\` list them.`;
  return { kind: 'not-found', message };
}

function noEvidence(id: string, path: string): MemoryProblem {
  const message = `The evidence of ${id} is missing or cannot be read, so its anchors cannot be taken anew. Restore it from git.`;
  return { kind: 'not-found', message, path };
}

function unsaved(path: string): MemoryProblem {
  return {
    kind: 'unsaved',
    message: 'A file this would change has unsaved edits. Save it, then try again.',
    path,
  };
}

function nothingToRenew(): MemoryProblem {
  const message =
    'Nothing to renew: the code that these records speak of is as it was when their anchors were taken.';
  return { kind: 'invalid', message };
}
