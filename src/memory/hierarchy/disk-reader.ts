import type { Files } from '../../base/files.ts';
import type { HierarchyReader } from './hierarchy.ts';

// Enough for any rules directory; a directory with more is not one.
const MAX_ENTRIES = 5000;

/**
 * Reads the disk for the resolver: regular files only (never FIFOs, devices or sockets, which could block),
 * bounded in size, and nothing ever rejects. Text is UTF-8; invalid bytes become U+FFFD, a byte order mark stays.
 */
export function createHierarchyReader(files: Files): HierarchyReader {
  return {
    readText: (path, maxBytes) => quietly(() => readText(files, path, maxBytes)),
    list: async (path) => (await quietly(() => list(files, path))) ?? [],
    realPath: (path) => quietly(() => files.realPath(path)),
  };
}

async function readText(files: Files, path: string, maxBytes: number) {
  const status = await files.status(path);
  if (status?.kind !== 'file') return undefined;
  if (status.size > maxBytes) return 'too-large' as const;
  const bytes = await files.readFile(path);
  // It may have grown between the two calls.
  if (bytes.byteLength > maxBytes) return 'too-large' as const;
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return { text, bytes: bytes.byteLength };
}

async function list(files: Files, path: string) {
  const entries = (await files.readDirectory(path)).slice(0, MAX_ENTRIES);
  const kinds = await Promise.all(
    entries.map(async ({ name, kind }) => {
      const followed = kind === 'link' ? (await quietly(() => files.status(`${path}/${name}`)))?.kind : kind;
      return followed === 'file' || followed === 'directory' ? [{ name, kind: followed }] : [];
    }),
  );
  return kinds.flat().sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
