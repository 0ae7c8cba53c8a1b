import type { FileStatus, Files } from '../../../base/files.ts';

/** Contents of files by what the system says of them, so that what did not change is not read again. */
export interface KnownContent {
  /** SHA-256 of the bytes. */
  readonly object: string;
  /** What git would name them, with as many digits as asked for at the time. */
  readonly oid: string | undefined;
}

interface KnownFile extends KnownContent {
  readonly facts: string;
}

/** Clocks of file systems tick slowly: a file that changed this short before it was read may change again unseen. */
const SETTLED_MS = 2_000;

export class KnownFiles {
  readonly #files = new Map<string, KnownFile>();
  #isChanged = false;

  find(path: string, status: FileStatus): KnownContent | undefined {
    const known = this.#files.get(path);
    return known?.facts === factsOf(status) ? known : undefined;
  }

  /** `readAt`: when reading began, by the clock that the files' times are compared with. */
  remember(path: string, status: FileStatus, content: KnownContent, readAt: number): void {
    if (Math.max(status.changed, status.modified) > readAt - SETTLED_MS) return;
    this.#files.set(path, { ...content, facts: factsOf(status) });
    this.#isChanged = true;
  }

  /** Keeps only these paths, so that the store does not grow. */
  retain(paths: ReadonlySet<string>): void {
    for (const path of this.#files.keys()) {
      if (paths.has(path)) continue;
      this.#files.delete(path);
      this.#isChanged = true;
    }
  }

  takeChanged(): boolean {
    const isChanged = this.#isChanged;
    this.#isChanged = false;
    return isChanged;
  }

  entries(): readonly (readonly [string, string, string, string | null])[] {
    return [...this.#files].map(([path, { facts, object, oid }]) => [path, facts, object, oid ?? null]);
  }

  load(entries: unknown): void {
    if (!Array.isArray(entries)) return;
    for (const entry of entries as readonly unknown[]) {
      if (!Array.isArray(entry)) continue;
      const [path, facts, object, oid] = entry as readonly unknown[];
      if (typeof path !== 'string' || typeof facts !== 'string' || typeof object !== 'string') continue;
      this.#files.set(path, { facts, object, oid: typeof oid === 'string' ? oid : undefined });
    }
  }
}

/** Reads a cache; anything that is none is as good as none. */
export async function readCache(files: Files, path: string): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(await files.readFile(path)).toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function factsOf({ size, modified, changed, mode, identity }: FileStatus): string {
  return `${size} ${modified} ${changed} ${mode} ${identity}`;
}
