import type { DirectoryEntry, FileStatus, Files } from '../../base/files.ts';
import type { HierarchyReader } from './hierarchy.ts';

// Enough for any rules directory; a directory with more is not one.
const MAX_ENTRIES = 5000;

export type TextReading = Awaited<ReturnType<HierarchyReader['readText']>>;
export type Listing = Awaited<ReturnType<HierarchyReader['list']>>;

/** What was read, and the status that was seen just before: content may be newer than its status, never older. */
export interface Seen<T> {
  readonly value: T;
  readonly status: FileStatus | undefined;
}

/**
 * Reads the disk for the resolver: regular files only (never FIFOs, devices or sockets, which could block),
 * bounded in size, and nothing ever rejects. Text is UTF-8; invalid bytes become U+FFFD, a byte order mark stays.
 */
export function createHierarchyReader(files: Files): HierarchyReader {
  return {
    readText: async (path, maxBytes) => (await seeText(files, path, maxBytes)).value,
    list: async (path) => (await seeList(files, path)).value,
    realPath: (path) => realPathOf(files, path),
  };
}

/** A file's text with its status; a directory, a device or what is not there gives `undefined`. Never rejects. */
export async function seeText(files: Files, path: string, maxBytes: number): Promise<Seen<TextReading>> {
  const status = await quietly(() => files.status(path));
  if (status?.kind !== 'file') return { value: undefined, status };
  if (status.size > maxBytes) return { value: 'too-large', status };
  const bytes = await quietly(() => files.readFile(path));
  if (bytes === undefined) return { value: undefined, status };
  // It may have grown between the two calls.
  if (bytes.byteLength > maxBytes) return { value: 'too-large', status };
  return { value: { text: decodeText(bytes), bytes: bytes.byteLength }, status };
}

/** Names and kinds in a directory, links followed, with its status. Never rejects. */
export async function seeList(
  files: Files,
  path: string,
): Promise<Seen<Listing> & { readonly hasLinks: boolean }> {
  const status = await quietly(() => files.status(path));
  if (status?.kind !== 'directory') return { value: [], status, hasLinks: false };
  const entries = (await quietly(() => files.readDirectoryUnsorted(path, MAX_ENTRIES))) ?? [];
  const followed = await Promise.all(
    entries.map(async (entry, position) =>
      (await follow(files, path, entry)).map((each) => ({ ...each, position })),
    ),
  );
  return {
    value: followed.flat().sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
    status,
    hasLinks: entries.some(({ kind }) => kind === 'link'),
  };
}

/** Undefined where nothing is there or a link leads nowhere. Never rejects. */
export function realPathOf(files: Files, path: string): Promise<string | undefined> {
  return quietly(() => files.realPath(path));
}

/** Status with links followed, undefined where it cannot be had. Never rejects. */
export function statusOf(files: Files, path: string): Promise<FileStatus | undefined> {
  return quietly(() => files.status(path));
}

async function follow(
  files: Files,
  directory: string,
  { name, kind }: DirectoryEntry,
): Promise<{ name: string; kind: 'file' | 'directory' }[]> {
  const followed = kind === 'link' ? (await statusOf(files, `${directory}/${name}`))?.kind : kind;
  return followed === 'file' || followed === 'directory' ? [{ name, kind: followed }] : [];
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

async function quietly<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch {
    return undefined;
  }
}
