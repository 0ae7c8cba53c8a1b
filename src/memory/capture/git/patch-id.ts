import { createHash } from 'node:crypto';

/** Bytes of hashes in hex, with which git names objects. */
const sha256Length = 64;
const lineEnd = 0x0a;
const isSpace = new Set([0x09, 0x0a, 0x0d, 0x20]);

/**
 * What `git patch-id --stable` prints for this patch; empty where it has no change. Computed here as builtin/patch-id.c
 * of git 2.39 computes it, with all that is odd in it: older versions pass over binary files and some headers, so that
 * ids would hang on the version of git. `idLength` is the length of an object's name in this repository.
 */
export function patchIdOf(patch: Buffer, idLength: number): string {
  const state = new PatchHash(patch.length, idLength === sha256Length ? 'sha256' : 'sha1');
  let at = 0;
  while (at < patch.length) {
    const end = patch.indexOf(lineEnd, at);
    const next = end < 0 ? patch.length : end + 1;
    if (!state.add(patch.subarray(at, next))) break;
    at = next;
  }
  return state.id();
}

class PatchHash {
  readonly #algorithm: 'sha1' | 'sha256';
  readonly #pending: Buffer;
  #filled = 0;
  readonly #sum: Uint8Array;
  #size = 0;
  /** Lines that the hunk still has to bring; -1 in a file's header. */
  #before = -1;
  #after = -1;
  #hunks = 0;
  #isBinary = false;
  #blobs = '';

  constructor(size: number, algorithm: 'sha1' | 'sha256') {
    this.#algorithm = algorithm;
    // Never more than the lines without their blanks, or the two names of a binary file in their place.
    this.#pending = Buffer.allocUnsafe(size + 2 * sha256Length);
    this.#sum = new Uint8Array(algorithm === 'sha1' ? 20 : 32);
  }

  /** False at the end of what is a patch. */
  add(line: Buffer): boolean {
    const first = line[0];
    if (first === 0x5c && line.length > 12 && line[1] === 0x20) return true;
    const isDiff = startsWith(line, 'diff ');
    if (this.#size === 0 && !isDiff) return true;
    if (this.#before === -1) {
      const rest = this.#addHeader(line);
      if (rest !== 'hash') return rest === 'go on';
    }
    if (this.#isBinary) {
      if (isDiff) this.#startFile(false);
      return true;
    }
    if (this.#before === 0 && this.#after === 0) {
      if (startsWith(line, '@@ -')) {
        this.#startHunk(line);
        return true;
      }
      if (!isDiff) return false;
      if (this.#hunks > 0) this.#flush();
      this.#startFile(true);
    }
    if (first === 0x2d || first === 0x20) this.#before--;
    if (first === 0x2b || first === 0x20) this.#after--;
    this.#hash(line);
    return true;
  }

  id(): string {
    this.#flush();
    return this.#size === 0 ? '' : Buffer.from(this.#sum).toString('hex');
  }

  #addHeader(line: Buffer): 'hash' | 'go on' | 'end' {
    if (startsWith(line, 'GIT binary patch') || startsWith(line, 'Binary files')) {
      this.#isBinary = true;
      this.#before = 0;
      this.#filled += this.#pending.write(this.#blobs, this.#filled, 'latin1');
      this.#flush();
      return 'go on';
    }
    if (startsWith(line, 'index ')) {
      const [, before = '', after = ''] = /^index (\w+)\.\.(\w+)/.exec(line.toString('latin1')) ?? [];
      this.#blobs = before + after;
      return 'go on';
    }
    if (startsWith(line, '--- ')) {
      this.#before = 1;
      this.#after = 1;
      return 'hash';
    }
    return isLetter(line[0]) ? 'hash' : 'end';
  }

  #startFile(countsHunks: boolean): void {
    this.#isBinary = false;
    this.#before = -1;
    if (!countsHunks) return;
    this.#after = -1;
    this.#hunks = 0;
  }

  #startHunk(line: Buffer): void {
    const numbers = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line.toString('latin1', 0, 80)) ?? [];
    this.#before = Number(numbers[1] ?? 1);
    this.#after = Number(numbers[2] ?? 1);
    this.#hunks++;
  }

  /** Without blanks, and as C reads a line: up to a NUL. */
  #hash(line: Buffer): void {
    const start = this.#filled;
    for (const byte of line) {
      if (byte === 0) break;
      if (!isSpace.has(byte)) this.#pending[this.#filled++] = byte;
    }
    this.#size += this.#filled - start;
  }

  /** Adds a file's hash to the sum, so that the order of files does not count. */
  #flush(): void {
    const digest = createHash(this.#algorithm).update(this.#pending.subarray(0, this.#filled)).digest();
    this.#filled = 0;
    let carry = 0;
    for (let index = 0; index < this.#sum.length; index++) {
      carry += (this.#sum[index] ?? 0) + (digest[index] ?? 0);
      this.#sum[index] = carry & 0xff;
      carry >>= 8;
    }
  }
}

function startsWith(line: Buffer, text: string): boolean {
  if (line.length < text.length) return false;
  for (let index = 0; index < text.length; index++) if (line[index] !== text.charCodeAt(index)) return false;
  return true;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}
