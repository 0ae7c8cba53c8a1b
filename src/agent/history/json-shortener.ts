/** Bytes of a string that are kept, its quotes not counted. */
const STRING_BYTES = 64 * 1024;
/** All that is kept of one line; a line with more of short strings is given up: its beginning alone, no JSON any more. */
const KEPT_BYTES = 16 * 1024 * 1024;
const GIVEN_UP_BYTES = 1024;
const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_U = 117;
const MARK = new TextEncoder().encode('…');

/**
 * Takes a JSON text in pieces and keeps it with long strings cut, so that a line with a 100 MB picture costs little and
 * its ids and times can still be read. It does not judge whether the text is JSON.
 */
export class JsonShortener {
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #isGivenUp = false;
  #inString = false;
  #stringBytes = 0;
  #isCut = false;
  /** Bytes still to come of an escape: it stays or goes as a whole. */
  #escape = 0;
  #escapeBegins = false;

  add(piece: Uint8Array): void {
    if (this.#isGivenUp) return;
    // Each mark takes the place of a string that was longer than what is kept of it.
    const marks = Math.ceil(piece.length / STRING_BYTES) + 2;
    const out = Buffer.allocUnsafe(piece.length + marks * MARK.length);
    let length = 0;
    for (const byte of piece) {
      if (this.#inString) {
        if (!this.#staysInString(byte)) continue;
        if (!this.#inString && this.#isCut) {
          out.set(MARK, length);
          length += MARK.length;
        }
      } else if (byte === QUOTE) this.#beginString();
      out[length] = byte;
      length += 1;
    }
    this.#keep(out.subarray(0, length));
  }

  end(): Uint8Array {
    return Buffer.concat(this.#kept);
  }

  #beginString(): void {
    this.#inString = true;
    this.#stringBytes = 0;
    this.#isCut = false;
  }

  /** Whether a byte inside a string is kept; the closing quote ends the string. */
  #staysInString(byte: number): boolean {
    if (this.#escape > 0) return this.#continueEscape(byte);
    if (byte === QUOTE) {
      this.#inString = false;
      return true;
    }
    const isInsideCharacter = byte >= 0x80 && byte < 0xc0;
    if (this.#stringBytes >= STRING_BYTES && !isInsideCharacter) this.#isCut = true;
    if (byte === BACKSLASH) {
      this.#escape = 1;
      this.#escapeBegins = true;
    }
    return this.#count();
  }

  #continueEscape(byte: number): boolean {
    this.#escape -= 1;
    if (this.#escapeBegins && byte === LETTER_U) this.#escape = 4;
    this.#escapeBegins = false;
    return this.#count();
  }

  #count(): boolean {
    this.#stringBytes += 1;
    return !this.#isCut;
  }

  #keep(bytes: Buffer): void {
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= KEPT_BYTES) return;
    this.#isGivenUp = true;
    this.#kept = [Buffer.concat(this.#kept).subarray(0, GIVEN_UP_BYTES)];
  }
}
