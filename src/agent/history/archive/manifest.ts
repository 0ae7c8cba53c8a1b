import { basename, isAbsolute } from 'node:path';
import { sha256 } from '../../../base/hash.ts';
import {
  isJsonObject,
  type JsonObject,
  type Migration,
  readVersionedJson,
  renderJson,
} from '../../../memory/project/json-format.ts';
import type { SessionFile } from '../history-reader.ts';
import { listField, numberField, textField } from '../loose-json.ts';
import { type SessionTool, sessionTools } from '../transcript.ts';

/** Bytes that are kept under their hash. */
export interface Piece {
  /** SHA-256 of the bytes as they were. */
  readonly hash: string;
  readonly size: number;
  /** Bytes that it takes on disk, compressed. */
  readonly stored: number;
}

/** One file of a session as it was when it was kept. */
export interface KeptPart {
  /** Absolute, as the tool named it. */
  readonly path: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly sha256: string;
  /** In their order they are the content. */
  readonly pieces: readonly Piece[];
  /** What the tool's file was, where a text was cut out of ours since: how to tell that it only grew. */
  readonly source?: { readonly size: number; readonly sha256: string };
  /** It was not there any more when the rest was kept last. */
  readonly gone?: true;
}

export interface KeptVersion {
  /** ISO 8601. */
  readonly at: string;
  readonly parts: readonly KeptPart[];
  /** What of the session is not in it, in sentences. */
  readonly left: readonly string[];
}

/** What the archive holds of one session, or of all sessions that its tool keeps in one file; `docs/formats/archive.md`. */
export interface Manifest {
  readonly version: 1;
  readonly tool: SessionTool;
  /** Where the file holds several, of one of them. */
  readonly id: string;
  /** The session's own file. */
  readonly path: string;
  /** When the last of its files changed. Milliseconds since the epoch. */
  readonly modified: number;
  readonly parent?: string;
  /** Since when it must never go; ISO 8601. */
  readonly pinned?: string;
  /** Newest first; an older one only where the tool wrote the files anew. Never empty. */
  readonly versions: readonly [KeptVersion, ...KeptVersion[]];
}

export type ParsedManifest =
  | { readonly kind: 'manifest'; readonly manifest: Manifest; readonly newerVersion?: number }
  | { readonly kind: 'unreadable'; readonly message: string };

/** None yet: version 1 is the first. */
const MIGRATIONS: readonly Migration[] = [];
const HASH = /^[0-9a-f]{64}$/;
const NAME_UNITS = 60;

/** `<tool>/<name of the file>-<8 digits>.json`: what is kept is kept by file, and two of them can have one name. */
export function manifestName({ tool, path }: Pick<SessionFile, 'tool' | 'path'>): string {
  const readable = basename(path)
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .slice(0, NAME_UNITS);
  return `${tool}/${readable}-${sha256(path).slice(0, 8)}.json`;
}

/** Unknown keys of `existing` (the text that stands there) survive. */
export function renderManifest(manifest: Manifest, existing?: string): string {
  const read = existing === undefined ? undefined : readVersionedJson(existing, MIGRATIONS);
  const standing = read?.kind === 'current' ? read.value : {};
  return renderJson({ pinned: undefined, ...manifest }, standing);
}

/** Never throws. The message of `unreadable` ends a sentence. */
export function parseManifest(text: string): ParsedManifest {
  const read = readVersionedJson(text, MIGRATIONS);
  if (read.kind === 'unreadable') return read;
  const manifest = understand(read.value);
  if (manifest === undefined) return { kind: 'unreadable', message: 'it does not describe a kept session' };
  return { kind: 'manifest', manifest, ...(read.kind === 'newer' && { newerVersion: read.version }) };
}

function understand(value: JsonObject): Manifest | undefined {
  const tool = sessionTools.find((name) => name === value['tool']);
  const [id, path] = [textField(value, 'id'), textField(value, 'path')];
  const [parent, pinned] = [textField(value, 'parent'), textField(value, 'pinned')];
  const versions = all(listField(value, 'versions'), understandVersion);
  const [newest, ...older] = versions ?? [];
  if (tool === undefined || id === undefined || path === undefined || !isAbsolute(path)) return undefined;
  if (newest === undefined) return undefined;
  return {
    version: 1,
    tool,
    id,
    path,
    modified: numberField(value, 'modified') ?? 0,
    ...(parent !== undefined && { parent }),
    ...(pinned !== undefined && { pinned }),
    versions: [newest, ...older],
  };
}

function understandVersion(value: unknown): KeptVersion | undefined {
  if (!isJsonObject(value)) return undefined;
  const parts = all(listField(value, 'parts'), understandPart);
  if (parts === undefined) return undefined;
  const left = listField(value, 'left').filter((item) => typeof item === 'string');
  return { at: textField(value, 'at') ?? '', parts, left };
}

function understandPart(value: unknown): KeptPart | undefined {
  if (!isJsonObject(value)) return undefined;
  const [path, hash, size] = [
    textField(value, 'path'),
    textField(value, 'sha256'),
    numberField(value, 'size'),
  ];
  const pieces = all(listField(value, 'pieces'), understandPiece);
  if (path === undefined || !isAbsolute(path) || !isHash(hash) || pieces === undefined) return undefined;
  // What does not add up would be handed out as the session's own words.
  if (size !== pieces.reduce((sum, piece) => sum + piece.size, 0)) return undefined;
  const source = understandSource(value['source']);
  return {
    path,
    size,
    modified: numberField(value, 'modified') ?? 0,
    sha256: hash,
    pieces,
    ...(source !== undefined && { source }),
    ...(value['gone'] === true && { gone: true }),
  };
}

function understandPiece(value: unknown): Piece | undefined {
  if (!isJsonObject(value)) return undefined;
  const [hash, size] = [textField(value, 'hash'), numberField(value, 'size')];
  if (!isHash(hash) || size === undefined || size < 0) return undefined;
  return { hash, size, stored: numberField(value, 'stored') ?? 0 };
}

function understandSource(value: unknown): KeptPart['source'] {
  if (!isJsonObject(value)) return undefined;
  const [hash, size] = [textField(value, 'sha256'), numberField(value, 'size')];
  return isHash(hash) && size !== undefined ? { size, sha256: hash } : undefined;
}

function isHash(value: string | undefined): value is string {
  return value !== undefined && HASH.test(value);
}

/** Undefined where one of them is not understood. */
function all<T>(
  values: readonly unknown[],
  read: (value: unknown) => T | undefined,
): readonly T[] | undefined {
  const found = values.map(read);
  return found.every((item) => item !== undefined) ? found : undefined;
}
