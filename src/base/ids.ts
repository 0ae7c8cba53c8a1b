import { randomBytes } from 'node:crypto';
import { uuidToULID } from 'ulid';

const ULID_RANDOM_BYTES = 10;

/**
 * An ordinary ULID: 48 bits of time, 80 bits of chance, 26 characters of Crockford's base 32, upper case.
 * `now` is milliseconds since the epoch; `random` is at least 10 bytes.
 */
export function createUlid(now: number, random: Uint8Array = randomBytes(ULID_RANDOM_BYTES)): string {
  return ulidFrom(now, random);
}

/**
 * The same time and seed give the same ULID on every machine. The first 10 bytes of `seed` are its random part,
 * so a seed is a hash, never a counter.
 */
export function ulidFrom(timeMs: number, seed: Uint8Array): string {
  if (seed.byteLength < ULID_RANDOM_BYTES) throw new RangeError('A ULID needs 10 random bytes.');
  return uuidToULID(formatUuid(Buffer.concat([timeBytes(timeMs), seed.subarray(0, ULID_RANDOM_BYTES)])));
}

/** A UUID of version 7 (RFC 9562): ordered by `now`, lower case. `random` is at least 10 bytes. */
export function createUuidV7(now: number, random: Uint8Array = randomBytes(ULID_RANDOM_BYTES)): string {
  const bytes = Buffer.concat([timeBytes(now), random.subarray(0, ULID_RANDOM_BYTES)]);
  if (bytes.byteLength !== 16) throw new RangeError('A UUID of version 7 needs 10 random bytes.');
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(bytes);
}

function timeBytes(timeMs: number): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(Math.min(Math.max(Math.trunc(timeMs), 0), 2 ** 48 - 1), 0, 6);
  return bytes;
}

function formatUuid(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
