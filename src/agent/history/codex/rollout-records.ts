import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Files } from '../../../base/files.ts';
import {
  fieldOf,
  type LooseObject,
  numberField,
  objectField,
  parseLoose,
  textField,
  timeOf,
} from '../loose-json.ts';
import { linesOfPieces, readPieces } from '../session-lines.ts';
import type { RolloutFile } from './rollout-files.ts';

/** One line of a rollout. */
export interface RolloutRecord {
  readonly type: string;
  readonly payload: LooseObject;
  /** Its place in the whole conversation, counted on over the files of a thread; absent in rollouts of earlier versions. */
  readonly ordinal?: number;
  /** Of its first byte in the file, uncompressed. */
  readonly offset: number;
  readonly time?: number;
}

/** In place of a record: a line that is none, the last one not whole, and what comes once the file can be read no further. */
export type Unreadable = 'unreadable' | 'torn' | 'broken';

export async function* readRecords(
  files: Files,
  file: RolloutFile,
): AsyncGenerator<RolloutRecord | Unreadable> {
  try {
    yield* recordsOf(files, file);
  } catch {
    yield 'broken';
  }
}

async function* recordsOf(files: Files, file: RolloutFile): AsyncGenerator<RolloutRecord | Unreadable> {
  const pieces = readPieces(files, file.path);
  for await (const { text, offset, whole } of linesOfPieces(file.isCompressed ? unpacked(pieces) : pieces)) {
    const object = parseLoose(text);
    if (object === undefined) yield whole ? 'unreadable' : 'torn';
    else {
      const record = recordOf(object, offset);
      if (record) yield record;
    }
  }
}

/** Before `type` and `payload`, until the summer of 2025, a line was the payload itself. */
function recordOf(object: LooseObject, offset: number): RolloutRecord | undefined {
  const type = textField(object, 'type');
  const payload = objectField(object, 'payload');
  const ordinal = numberField(object, 'ordinal');
  const time = timeOf(fieldOf(object, 'timestamp'));
  const known = { ...(ordinal !== undefined && { ordinal }), ...(time !== undefined && { time }), offset };
  if (type !== undefined && payload) return { ...known, type, payload };
  if (type !== undefined) return { ...known, type: 'response_item', payload: object };
  const isMeta = textField(object, 'id') !== undefined && time !== undefined;
  return isMeta ? { ...known, type: 'session_meta', payload: object } : undefined;
}

/** More than any session is: what unpacks to that was made to. */
const UNPACKED_BYTES = 2 * 1024 * 1024 * 1024;

/** Zstandard, as Codex packs what was not touched for a while. */
async function* unpacked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // Electron's Node may be built without it.
  if (typeof zlib.createZstdDecompress !== 'function') throw new Error('Zstandard is not supported here.');
  const packed = Readable.from(pieces);
  const unpacking = zlib.createZstdDecompress();
  packed.on('error', (error) => unpacking.destroy(error));
  let bytes = 0;
  try {
    for await (const piece of packed.pipe(unpacking)) {
      bytes += (piece as Uint8Array).length;
      if (bytes > UNPACKED_BYTES) throw new Error('It unpacks to more than any session is.');
      yield piece as Uint8Array;
    }
  } finally {
    packed.destroy();
    unpacking.destroy();
  }
}
