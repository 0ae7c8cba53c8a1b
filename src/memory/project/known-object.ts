import { join } from 'node:path';
import type { Files } from '../../base/files.ts';

// Enough for any repository that git keeps in order; where there are more, git is asked.
const MOST_PACKS = 32;
const MAX_SLICE_BYTES = 1024 * 1024;
const HEADER_BYTES = 8;
const FANOUT_BYTES = 256 * 4;

/**
 * Whether an object stands in a repository, without a process: as a file of its own, or in the index of a pack
 * (gitformat-pack(5), version 2). True is sure, an id is made from what it names; false says nothing. Never rejects.
 */
export async function isKnownObject(files: Files, commonDirectory: string, id: string): Promise<boolean> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return false;
  const objects = join(commonDirectory, 'objects');
  try {
    if ((await files.status(join(objects, id.slice(0, 2), id.slice(2))))?.kind === 'file') return true;
    const packs = (await files.readDirectory(join(objects, 'pack'))).filter(({ name }) =>
      name.endsWith('.idx'),
    );
    for (const { name } of packs.slice(0, MOST_PACKS)) {
      if (await isInPack(files, join(objects, 'pack', name), Buffer.from(id, 'hex'))) return true;
    }
  } catch {
    // Not kept in this way, or not readable: git knows.
  }
  return false;
}

async function isInPack(files: Files, path: string, id: Buffer): Promise<boolean> {
  const head = Buffer.from(await files.readPart(path, 0, HEADER_BYTES + FANOUT_BYTES));
  if (head.length < HEADER_BYTES + FANOUT_BYTES || head.readUInt32BE(0) !== 0xff744f63) return false;
  if (head.readUInt32BE(4) !== 2) return false;
  const countUpTo = (byte: number): number => (byte < 0 ? 0 : head.readUInt32BE(HEADER_BYTES + byte * 4));
  const first = id[0] ?? 0;
  const [from, to] = [countUpTo(first - 1), countUpTo(first)];
  const length = (to - from) * id.length;
  if (length <= 0 || length > MAX_SLICE_BYTES) return false;
  const ids = Buffer.from(await files.readPart(path, head.length + from * id.length, length));
  for (let at = ids.indexOf(id); at >= 0; at = ids.indexOf(id, at + 1)) if (at % id.length === 0) return true;
  return false;
}
