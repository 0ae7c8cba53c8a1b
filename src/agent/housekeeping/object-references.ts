import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import type { StateFile } from './state-files.ts';

/** Objects by the hash that is their name. */
export type ObjectNames = ReadonlySet<string>;

const HASH = /[0-9a-f]{64}/g;
const PIECE_BYTES = 4 * 1024 * 1024;
/** A hash that stands across two pieces is found in the second: it begins with the end of the first. */
const OVERLAP_BYTES = 63;

export function objectNameOf(path: string): string | undefined {
  const name = path.startsWith('objects/') ? path.slice('objects/'.length) : '';
  return /^[0-9a-f]{64}$/.test(name) ? name : undefined;
}

/**
 * Which objects a text speaks of. By their names in its bytes, whatever its format: a reader that understood the
 * formats would have to be right about each of them, and one it forgot would lose what that one needs.
 */
export function namesIn(text: string, known: ObjectNames): readonly string[] {
  return (text.match(HASH) ?? []).filter((hash) => known.has(hash));
}

/** The same of a file, in pieces. Rejects where it cannot be read: what it needs is not known then. */
export async function namesInFile(
  files: Files,
  path: string,
  size: number,
  known: ObjectNames,
): Promise<readonly string[]> {
  const names = new Set<string>();
  for (let at = 0; at < size; at += PIECE_BYTES) {
    const from = Math.max(0, at - OVERLAP_BYTES);
    const bytes = await files.readPart(path, from, PIECE_BYTES + (at - from));
    for (const name of namesIn(Buffer.from(bytes).toString('latin1'), known)) names.add(name);
  }
  return [...names];
}

/**
 * The ledger's, counting only what may still be taken back: operations that began at `since` or later, and those
 * without an end. Lines that cannot be read count whole.
 */
export function namesInLedger(text: string, since: number, known: ObjectNames): readonly string[] {
  const lines = text.split('\n').map((line) => ({ line, value: parsed(line) }));
  const ended = new Set(lines.flatMap(({ value }) => (value?.['type'] === 'end' ? [value['begin']] : [])));
  const counts = lines.filter(({ value }) => {
    if (value === undefined) return true;
    if (value['type'] === 'begin' && !ended.has(value['id'])) return true;
    return !(Date.parse(String(value['time'])) < since);
  });
  return counts.flatMap(({ line }) => namesIn(line, known));
}

/** These and all that they name in turn: a checkpoint's manifest is an object that names others. */
export async function withNamedObjects(
  files: Files,
  stateDirectory: string,
  first: Iterable<string>,
  objects: ReadonlyMap<string, StateFile>,
): Promise<ReadonlySet<string>> {
  const known = new Set(objects.keys());
  const kept = new Set<string>();
  const waiting = [...first];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const file = objects.get(name);
    if (file === undefined || kept.has(name)) continue;
    kept.add(name);
    waiting.push(...(await namesInFile(files, join(stateDirectory, file.path), file.size, known)));
  }
  return kept;
}

function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
