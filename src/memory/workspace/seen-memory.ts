import { join } from 'node:path';
import { readIfThere, replaceFile } from '../../base/atomic-write.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { type IoProblem, ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import { ObjectStore } from '../ledger/object-store.ts';
import { isJsonObject, type Migration, readVersionedJson, renderJson } from '../project/json-format.ts';

/** A write that nobody has kept or undone yet. Hashes are SHA-256 of the content; null: no file. */
export interface SeenWrite {
  readonly id: string;
  readonly path: string;
  /** The working tree it stands in; none for what all worktrees of a project share. */
  readonly root?: string;
  readonly before: string | null;
  readonly after: string | null;
  /** ISO 8601. */
  readonly firstSeen: string;
  readonly lastSeen: string;
}

/** What was last seen of the memory files, by absolute path; one for all worktrees of a project. */
export interface SeenMemory {
  readonly version: 1;
  /** ISO 8601; empty before the first look. */
  readonly lookedAt: string;
  readonly files: Readonly<Record<string, string>>;
  /** Oldest first. */
  readonly writes: readonly SeenWrite[];
}

const nothingSeen: SeenMemory = { version: 1, lookedAt: '', files: {}, writes: [] };
/** None yet: version 1 is the first. */
const migrations: readonly Migration[] = [];
const tries = 8;
/** Another process may have stored a content that its `seen.json` does not name yet. */
const sweepAfterMs = 60 * 60 * 1000;

/**
 * `seen.json` in the state directory, and under `seen/` the contents it names (mode 0600 in a directory of mode 0700:
 * a memory file that holds a secret lies there as it lies in its place). A content nothing names any more is removed.
 */
export class SeenStore {
  readonly #files: Files;
  readonly #clock: Clock;
  readonly #path: string;
  readonly #directory: string;
  readonly #contents: ObjectStore;

  constructor(files: Files, clock: Clock, stateDirectory: string) {
    this.#files = files;
    this.#clock = clock;
    this.#path = join(stateDirectory, 'seen.json');
    this.#directory = join(stateDirectory, 'seen');
    this.#contents = new ObjectStore(files, this.#directory);
  }

  /** What cannot be read counts as nothing seen; `undefined` where a newer Varve wrote it. Never rejects. */
  async read(): Promise<SeenMemory | undefined> {
    return parse(await readIfThere(this.#files, this.#path).catch(() => null));
  }

  /** On disk (fsync) when it resolves. Rejects with Node's errors. */
  keep(bytes: Uint8Array): Promise<string> {
    return this.#contents.put(bytes);
  }

  content(hash: string): Promise<Uint8Array | undefined> {
    return this.#contents.get(hash).catch(() => undefined);
  }

  /** Changes what is remembered; `change` may be asked again when another process was faster. */
  async update(change: (seen: SeenMemory) => SeenMemory): Promise<Result<SeenMemory, IoProblem>> {
    try {
      for (let attempt = 1; ; attempt++) {
        const standing = await readIfThere(this.#files, this.#path);
        const seen = parse(standing);
        if (seen === undefined) return success(nothingSeen);
        if (standing !== null && isDamaged(standing)) await this.#keepAside(standing);
        const next = change(seen);
        const text = renderJson({ ...next });
        if (standing !== null && Buffer.from(standing).toString('utf8') === text) return success(next);
        const expected = standing === null ? null : sha256(standing);
        const bytes = Buffer.from(text);
        const written = await replaceFile(this.#files, { path: this.#path, expected, bytes, mode: 0o600 });
        if (written.ok) return success(next);
        if (written.error.kind === 'io') return failure(written.error);
        if (attempt === tries) return failure(busy());
      }
    } catch (error) {
      return failure(ioProblem(error, `write ${this.#path}`));
    }
  }

  /** What is no JSON is not thrown away. */
  async #keepAside(bytes: Uint8Array): Promise<void> {
    const path = `${this.#path}.damaged-${sha256(bytes).slice(0, 12)}`;
    await this.#files.writeNew(path, bytes, 0o600).catch(() => {});
  }

  /** Removes contents that nothing names any more. A failure costs space and nothing else. */
  async sweep(): Promise<void> {
    const seen = await this.read();
    if (seen === undefined) return;
    const named = new Set(Object.values(seen.files));
    for (const { before, after } of seen.writes) for (const hash of [before, after]) named.add(hash ?? '');
    for (const { name } of await this.#files.readDirectory(this.#directory).catch(() => [])) {
      const path = join(this.#directory, name);
      const status = named.has(name) ? undefined : await this.#files.linkStatus(path).catch(() => undefined);
      if (status === undefined || status.modified + sweepAfterMs > this.#clock.now()) continue;
      await this.#files.removeFile(path).catch(() => {});
    }
  }
}

function parse(bytes: Uint8Array | null): SeenMemory | undefined {
  if (bytes === null) return nothingSeen;
  const read = readVersionedJson(Buffer.from(bytes).toString('utf8'), migrations);
  if (read.kind === 'newer') return undefined;
  if (read.kind === 'unreadable') return nothingSeen;
  const { lookedAt, files, writes } = read.value;
  return {
    version: 1,
    lookedAt: typeof lookedAt === 'string' ? lookedAt : '',
    files: Object.fromEntries(Object.entries(isJsonObject(files) ? files : {}).filter(isHashed)),
    writes: (Array.isArray(writes) ? writes : []).filter(isSeenWrite),
  };
}

function isDamaged(bytes: Uint8Array): boolean {
  return readVersionedJson(Buffer.from(bytes).toString('utf8'), migrations).kind === 'unreadable';
}

function isHashed(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}

function isSeenWrite(value: unknown): value is SeenWrite {
  if (!isJsonObject(value)) return false;
  const { id, path, root, before, after, firstSeen, lastSeen } = value;
  if (root !== undefined && typeof root !== 'string') return false;
  const texts = [id, path, firstSeen, lastSeen].every((one) => typeof one === 'string');
  return texts && [before, after].every((one) => one === null || typeof one === 'string');
}

function busy(): IoProblem {
  return { kind: 'io', code: 'EBUSY', message: 'Other programs are busy with the same memory. Try again.' };
}
