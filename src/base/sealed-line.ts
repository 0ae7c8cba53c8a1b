import { sha256 } from './hash.ts';

const HASH_TAIL = /,"hash":"([0-9a-f]{64})"\}$/;

/** A JSON line with its line end whose last key, `hash`, is SHA-256 over the JSON text without that key. */
export function sealLine(value: object): { readonly text: string; readonly hash: string } {
  const json = JSON.stringify(value);
  const hash = sha256(json);
  return { text: `${json.slice(0, -1)},"hash":"${hash}"}\n`, hash };
}

/** What a sealed line holds, `hash` included; undefined for one that is damaged or was changed afterwards. */
export function readSealedLine(raw: string): unknown {
  // A person's editor may have added a byte order mark or carriage returns: no reason to call the line changed.
  const text = raw.replace(/^\uFEFF/, '').replace(/\r$/, '');
  const tail = HASH_TAIL.exec(text);
  if (tail === null || sha256(`${text.slice(0, tail.index)}}`) !== tail[1]) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
