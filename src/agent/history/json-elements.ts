import type { Files } from '../../base/files.ts';
import { LineBytes } from './session-lines.ts';

/** A value in a JSON document that is read piece by piece. */
export interface JsonElement {
  /** Of the property that holds it, or holds the list that it is in; undefined in a list that is the document itself. */
  readonly key: string | undefined;
  /** JSON; long strings are cut in one of megabytes. */
  readonly text: string;
  /** It stands in a list. */
  readonly isItem: boolean;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * The items of a JSON document that is one list, or the properties of one that is an object, lists among them item by
 * item: in bounded memory whatever its size. A document that is cut off gives what is whole and says so by
 * `onCut`. It does not judge whether the document is JSON. Rejects with Node's error where it cannot be read.
 */
export async function* readJsonElements(
  files: Files,
  path: string,
  onCut: () => void = () => {},
): AsyncGenerator<JsonElement> {
  const size = (await files.linkStatus(path))?.size ?? 0;
  const cutter = new ElementCutter();
  for (let at = 0; at < size; ) {
    const chunk = await files.readPart(path, at, Math.min(CHUNK_BYTES, size - at));
    if (chunk.length === 0) break;
    yield* cutter.cut(chunk);
    at += chunk.length;
  }
  if (!cutter.isAtEnd) onCut();
}

/** What is said of a document that was cut off. */
export const CUT_OFF = 'The file is not whole: it is being written, or writing it was cut off.';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const LIST = 91;
const BACKSLASH = 92;
const LIST_END = 93;
const OBJECT = 123;
const OBJECT_END = 125;
/** A longer key is none that anybody asks for. */
const KEY_BYTES = 1024;

/** What is expected next. `element`: inside of one; `between`: behind a list that was a property. */
type Expected = 'document' | 'key' | 'inKey' | 'colon' | 'value' | 'item' | 'element' | 'between' | 'nothing';

class ElementCutter {
  #expected: Expected = 'document';
  #isObject = false;
  #isInList = false;
  #key: number[] = [];
  #element: LineBytes | undefined;
  /** Inside of the element. */
  #depth = 0;
  #inString = false;
  #isEscaped = false;

  get isAtEnd(): boolean {
    return this.#expected === 'nothing';
  }

  *cut(chunk: Uint8Array): Generator<JsonElement> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#expected === 'element') {
        if (!this.#ends(byte)) continue;
        this.#element?.add(chunk.subarray(start, at));
        yield this.#finish();
        this.#after(byte);
      } else if (this.#expected === 'inKey') this.#continueKey(byte);
      // White space and a mark before the document.
      else if (byte > 32 && byte < 128 && this.#begins(byte)) start = at;
    }
    if (this.#expected === 'element') this.#element?.add(chunk.subarray(start));
  }

  /** Whether an element begins with this byte; moves on otherwise. */
  #begins(byte: number): boolean {
    switch (this.#expected) {
      case 'document':
        this.#isObject = byte === OBJECT;
        this.#isInList = byte === LIST;
        this.#expected = this.#isObject ? 'key' : this.#isInList ? 'item' : 'nothing';
        return false;
      case 'key':
        if (byte === QUOTE) this.#key = [];
        this.#expected = byte === QUOTE ? 'inKey' : byte === COMMA ? 'key' : 'nothing';
        return false;
      case 'colon':
        this.#expected = byte === COLON ? 'value' : 'nothing';
        return false;
      case 'value':
        if (byte !== LIST) return this.#begin(byte);
        this.#isInList = true;
        this.#expected = 'item';
        return false;
      case 'item':
        if (byte !== COMMA && byte !== LIST_END) return this.#begin(byte);
        if (byte === LIST_END) this.#after(byte);
        return false;
      case 'between':
        this.#expected = byte === COMMA ? 'key' : 'nothing';
        return false;
      default:
        return false;
    }
  }

  #begin(byte: number): true {
    this.#expected = 'element';
    this.#element = new LineBytes(0);
    this.#depth = 0;
    this.#ends(byte);
    return true;
  }

  /** Whether the element ended before this byte. */
  #ends(byte: number): boolean {
    if (this.#inString) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#inString = false;
      return false;
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OBJECT || byte === LIST) this.#depth += 1;
    else if (byte === OBJECT_END || byte === LIST_END) {
      if (this.#depth === 0) return true;
      this.#depth -= 1;
    } else if (byte === COMMA) return this.#depth === 0;
    return false;
  }

  #finish(): JsonElement {
    const text = this.#element?.text() ?? '';
    this.#element = undefined;
    return { key: this.#isObject ? this.#keyText() : undefined, text, isItem: this.#isInList };
  }

  /** What comes behind an element, by the byte that ended it. */
  #after(byte: number): void {
    if (byte === COMMA) this.#expected = this.#isInList ? 'item' : 'key';
    else if (byte === LIST_END && this.#isInList && this.#isObject) {
      this.#isInList = false;
      this.#expected = 'between';
    } else this.#expected = 'nothing';
  }

  #continueKey(byte: number): void {
    if (byte === QUOTE && !this.#isEscaped) {
      this.#expected = 'colon';
      return;
    }
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    if (this.#key.length < KEY_BYTES) this.#key.push(byte);
  }

  #keyText(): string {
    const raw = Buffer.from(this.#key).toString('utf8');
    try {
      return String(JSON.parse(`"${raw}"`));
    } catch {
      return raw;
    }
  }
}
