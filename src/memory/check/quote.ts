import { redact } from '../../base/secrets.ts';
import { plainLabel } from '../file/plain-label.ts';
import { shortPath } from '../hierarchy/places.ts';
import type { CheckInput } from './check-input.ts';

const maxQuote = 80;

/** Text of a memory file within a message: one short line, nothing invisible in it, secrets taken out. */
export function quote(text: string): string {
  const plain = plainLabel(redact(text));
  return `“${plain.length <= maxQuote ? plain : `${plain.slice(0, maxQuote - 1).trimEnd()}…`}”`;
}

/** A path within a message: as short as it is clear, nothing invisible in it. */
export function pathName(input: Pick<CheckInput, 'root' | 'homeDirectory'>, path: string): string {
  return shortPath(path, input).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
