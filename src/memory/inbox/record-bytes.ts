import { basename } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { MemoryRecord } from '../record/record.ts';
import { parseRecord } from '../record/record-file.ts';

/** Why a review could not be planned, in a sentence that names the next step. */
export interface ReviewProblem {
  readonly kind: 'not-found' | 'invalid' | 'conflict' | 'secret';
  readonly message: string;
  readonly path?: string;
}

export type Planned = Result<readonly FileChange[], ReviewProblem>;

export interface ReadableRecord {
  readonly text: string;
  readonly record: MemoryRecord;
}

/** The record that these bytes of a file are; bytes that are not UTF-8 are refused, they would not survive an edit. */
export function readRecordBytes(path: string, bytes: Uint8Array): Result<ReadableRecord, ReviewProblem> {
  const text = decodeExactly(bytes);
  if (text === undefined) {
    const message = `${basename(path)} is not UTF-8 text. Save it as UTF-8, then try again.`;
    return failure({ kind: 'invalid', message, path });
  }
  const record = parseRecord(basename(path), text);
  if (!record.ok) return failure({ kind: 'invalid', message: record.error.message, path });
  return success({ text, record: record.value });
}

export function decodeExactly(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

export function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
