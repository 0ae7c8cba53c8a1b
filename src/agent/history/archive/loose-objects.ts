import { join } from 'node:path';
import { type ArchiveSurroundings, manifestNames, pieceStore } from './archive.ts';
import { parseManifest } from './manifest.ts';

/** A file of the archive that nothing needs. */
export interface LooseObject {
  /** From the archive's directory, `/` between the parts. */
  readonly name: string;
  readonly size: number;
}

const HASH = /[0-9a-f]{64}/g;

/**
 * Pieces that no manifest names, and what killed writers left half-written. Every manifest counts, also one that
 * cannot be read as one. Under the lock nothing of it is needed any more; without it something may be about to
 * be. Rejects where not all could be looked at.
 */
export async function looseObjects(
  around: Pick<ArchiveSurroundings, 'files' | 'directory'>,
): Promise<readonly LooseObject[]> {
  const { files, directory } = around;
  const { names, tools, problems } = await manifestNames(files, directory);
  if (problems[0] !== undefined) throw new Error(problems[0]);
  const named = new Set<string>();
  for (const name of names) {
    for (const hash of namesIn(await files.readFile(join(directory, name)))) named.add(hash);
  }
  const store = pieceStore(around);
  const objects = await filesIn(around, 'objects');
  const unnamed = objects.filter((name) => {
    const hash = store.hashOf(name.slice('objects/'.length));
    return hash === undefined || !named.has(hash);
  });
  const drafts: string[] = [];
  for (const tool of tools) {
    const inside = await filesIn(around, tool);
    drafts.push(...inside.filter((name) => name.startsWith(`${tool}/.varve-`)));
  }
  const loose: LooseObject[] = [];
  for (const name of [...unnamed, ...drafts]) {
    const status = await files.linkStatus(join(directory, name));
    if (status?.kind === 'file') loose.push({ name, size: status.size });
  }
  return loose;
}

/** By its pieces; by every hash in its bytes where it is not understood, or by a newer Varve only. */
function namesIn(bytes: Uint8Array): readonly string[] {
  const parsed = parseManifest(Buffer.from(bytes).toString('utf8'));
  if (parsed.kind === 'unreadable' || parsed.newerVersion !== undefined)
    return Buffer.from(bytes).toString('latin1').match(HASH) ?? [];
  // Of a file that a text was cut out of the hash of before stands there, too: a piece with that name is to go.
  const parts = parsed.manifest.versions.flatMap((version) => version.parts);
  return parts.flatMap(({ pieces }) => pieces.map(({ hash }) => hash));
}

async function filesIn(
  { files, directory }: Pick<ArchiveSurroundings, 'files' | 'directory'>,
  name: string,
): Promise<readonly string[]> {
  const path = join(directory, name);
  if ((await files.status(path)) === undefined) return [];
  const entries = await files.readDirectory(path);
  return entries.flatMap((entry) => (entry.kind === 'file' ? [`${name}/${entry.name}`] : []));
}
