import { isAbsolute, relative, sep } from 'node:path';
import { findSecrets } from '../../base/secrets.ts';

/** What a person pointed at: a file, and in it lines with their text. */
export interface Pointed {
  /** Relative to the project's root with `/`, or the bare name where the file lies elsewhere. */
  readonly path: string;
  readonly isInside: boolean;
  /** Counted from 1; absent where nothing is selected. */
  readonly lines?: { readonly first: number; readonly last: number };
  /** The selected text, shortened. */
  readonly text: string;
}

export interface SelectedText {
  readonly path: string;
  /** Zero-based. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
}

/** A quotation is for recognising the place, not for keeping a file. */
const MAX_UNITS = 2_000;

/** The selection as evidence; an empty one names the file only. */
export function pointedAt(root: string, { path, first, last, text }: SelectedText): Pointed {
  const way = relative(root, path);
  const isInside = way !== '' && !way.startsWith('..') && !isAbsolute(way);
  const name = isInside ? way.split(sep).join('/') : (path.split(/[\\/]/).at(-1) ?? path);
  if (text.trim() === '') return { path: name, isInside, text: '' };
  const cut = text.length > MAX_UNITS ? `${text.slice(0, MAX_UNITS).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
  return { path: name, isInside, lines: { first: first + 1, last: last + 1 }, text: cut };
}

/** `src/fees.js:3-7` */
export function placeWords({ path, lines }: Pick<Pointed, 'path' | 'lines'>): string {
  if (lines === undefined) return path;
  return lines.first === lines.last ? `${path}:${lines.first}` : `${path}:${lines.first}-${lines.last}`;
}

/** What looks like a secret in the text, and on which line of the file (counted from 1); never the secret. */
export function secretAt(
  text: string,
  first: number,
): { readonly kind: string; readonly line: number } | undefined {
  const [secret] = findSecrets(text);
  if (secret === undefined) return undefined;
  return { kind: secret.kind, line: first + text.slice(0, secret.start).split('\n').length };
}
