import * as z from 'zod/mini';
import type { Files } from '../../../base/files.ts';
import { sha256 } from '../../../base/hash.ts';
import { objectPath } from '../object-store.ts';

export const MANIFEST_VERSION = 1;

/** How one path stood. What no entry names stood as in the commit of {@link Manifest.head}. */
export type ManifestEntry =
  | {
      /** From the root, with `/`. */
      readonly path: string;
      readonly kind: 'file';
      /** Permission bits. */
      readonly mode: number;
      /** The raw bytes in `objects/`, by their SHA-256. */
      readonly object: string;
      readonly size: number;
    }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  /** The commit has it and the working tree had not. */
  | { readonly path: string; readonly kind: 'absent' };

/** Why a path that is there is not in a checkpoint. */
export type LeftReason =
  | 'too-large'
  | 'too-many'
  | 'unreadable'
  | 'name-not-utf-8'
  | 'nested-repository'
  | 'no-file';

export interface LeftOut {
  readonly path: string;
  readonly why: LeftReason;
}

/** A working tree at one moment, as what differs from a commit. Equal trees make equal bytes. */
export interface Manifest {
  readonly version: number;
  /** Absolute real path of the working tree. */
  readonly root: string;
  /** The commit it is compared with; null outside git and before the first commit: then every file has an entry. */
  readonly head: string | null;
  /** Sorted by path. */
  readonly entries: readonly ManifestEntry[];
  readonly left: readonly LeftOut[];
  /** Ignored by git and not kept; a directory ends with `/` and stands for all below it. */
  readonly ignored: readonly string[];
  /** True where files that git changes on check-out were too many to be kept: git's own conversion makes them again. */
  readonly converted: boolean;
}

const entry = z.discriminatedUnion('kind', [
  z.object({
    path: z.string(),
    kind: z.literal('file'),
    mode: z.number(),
    object: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
    size: z.number(),
  }),
  z.object({ path: z.string(), kind: z.literal('link'), target: z.string() }),
  z.object({ path: z.string(), kind: z.literal('absent') }),
]);

const manifest = z.object({
  version: z.number(),
  root: z.string(),
  head: z.nullable(z.string().check(z.regex(/^[0-9a-f]{40,64}$/))),
  entries: z.array(entry),
  left: z.array(
    z.object({
      path: z.string(),
      why: z.enum(['too-large', 'too-many', 'unreadable', 'name-not-utf-8', 'nested-repository', 'no-file']),
    }),
  ),
  ignored: z.array(z.string()),
  converted: z.boolean(),
});

export function manifestBytes(value: Manifest): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** The manifest with this hash; a sentence where it is gone, damaged, or of a newer Varve. */
export async function readManifest(
  files: Files,
  objectsDirectory: string,
  hash: string,
): Promise<Manifest | string> {
  try {
    const bytes = await files.readFile(objectPath(objectsDirectory, hash));
    if (sha256(bytes) !== hash) return 'What this checkpoint kept is damaged.';
    const read = manifest.safeParse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    if (!read.success) return 'What this checkpoint kept cannot be read.';
    if (read.data.version > MANIFEST_VERSION)
      return 'This checkpoint was made by a newer Varve. Update Varve to go back to it.';
    return read.data;
  } catch {
    return 'What this checkpoint kept is no longer there: it was removed by retention or varve purge.';
  }
}

const REASONS: Readonly<Record<LeftReason, string>> = {
  'too-large': 'too large',
  'too-many': 'over the limit of a checkpoint',
  unreadable: 'cannot be read',
  'name-not-utf-8': 'its name is not UTF-8',
  'nested-repository': 'a repository of its own',
  'no-file': 'neither file nor link',
};

const NAMED = 5;

/** What is not kept, in a sentence; undefined where everything is. */
export function leftOutSentence(left: readonly LeftOut[]): string | undefined {
  if (left.length === 0) return undefined;
  const named = left.slice(0, NAMED).map(({ path, why }) => `${path} (${REASONS[why]})`);
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `Checkpoints do not keep ${named.join(', ')}${more}: a rewind leaves ${left.length === 1 ? 'it' : 'them'} as found.`;
}
