import type { Anchor } from './anchor.ts';
import type { Code, CodeReader, Declaration } from './code-reader.ts';
import { plainLines, saysSomething, sourceText, textHash } from './source-text.ts';

/** At most so many declarations are anchored for one record. */
export const maxSymbols = 5;

/**
 * The anchors for changed lines (zero-based) of a text: the declarations that were changed, the most changed first; the
 * whole file where it declares nothing; the path alone where nothing that was changed is a declaration, and for lock
 * files, manifests and changelogs. A declaration that is wholly new stands for all that is in it. Never rejects.
 */
export async function anchorsAt(
  reader: CodeReader,
  text: string,
  path: string,
  lines: readonly number[],
): Promise<readonly Anchor[]> {
  if (!saysSomething(path)) return [{ path }];
  const plain = plainLines(text);
  const texts = plain.split('\n');
  const choose = (all: readonly Declaration[]): ReadonlySet<string> =>
    new Set([...changedDeclarations(all, texts, lines).keys()].map((at) => all[at]?.symbol ?? ''));
  const code = await reader.read(path, plain, { choose });
  if (code === undefined) return [wholeText(path, plain)];
  const { declarations } = code;
  if (declarations.length === 0) return [wholeCode(path, plain, code)];
  const ranked = [...changedDeclarations(declarations, texts, lines)].sort(
    ([a, many], [b, more]) => more - many || a - b,
  );
  const anchors = ranked.flatMap(([at]) => anchorOf(path, declarations[at]));
  const distinct = anchors.filter((one, at) => anchors.findIndex((other) => isSame(one, other)) === at);
  return distinct.length === 0 ? [{ path }] : distinct.slice(0, maxSymbols);
}

/** The anchor of a text that is taken as a whole. */
export function wholeText(path: string, text: string): Anchor {
  return text.trim() === '' ? { path } : { path, hash: textHash(text) };
}

function wholeCode(path: string, text: string, { whole }: Code): Anchor {
  return whole === undefined || whole.tokens === 0 ? wholeText(path, text) : { path, hash: whole.hash };
}

function anchorOf(path: string, declaration: Declaration | undefined): readonly Anchor[] {
  if (declaration?.hashes === undefined) return [];
  return [{ path, symbol: declaration.symbol, hash: declaration.hashes.hash }];
}

function isSame(one: Anchor, other: Anchor): boolean {
  return one.symbol === other.symbol && one.hash === other.hash;
}

/** Index of each declaration that is meant → how many of its lines were changed. */
function changedDeclarations(
  declarations: readonly Declaration[],
  texts: readonly string[],
  lines: readonly number[],
): ReadonlyMap<number, number> {
  const changed = new Set(lines);
  const whole = declarations.map((one) => isWhollyChanged(one, texts, changed));
  const counts = new Map<number, number>();
  for (const line of changed) {
    const at = innermostAt(declarations, line);
    if (at === undefined) continue;
    const meant = outermostWhole(declarations, whole, at);
    counts.set(meant, (counts.get(meant) ?? 0) + 1);
  }
  return counts;
}

function isWhollyChanged(
  { first, last }: Declaration,
  texts: readonly string[],
  changed: ReadonlySet<number>,
): boolean {
  for (let line = first; line <= last; line += 1)
    if (!changed.has(line) && texts[line]?.trim() !== '') return false;
  return true;
}

/** Outer ones come first, so the last that holds the line is the innermost. */
function innermostAt(declarations: readonly Declaration[], line: number): number | undefined {
  const at = declarations.findLastIndex(({ reach, last }) => reach <= line && line <= last);
  return at === -1 ? undefined : at;
}

function outermostWhole(
  declarations: readonly Declaration[],
  whole: readonly boolean[],
  from: number,
): number {
  let meant = from;
  for (let at = from; at !== -1; at = declarations[at]?.parent ?? -1) if (whole[at] === true) meant = at;
  return meant;
}

/** The anchor of a whole path as it is now: with a hash where the file declares nothing, else the path alone. */
export async function anchorNow(
  reader: CodeReader,
  path: string,
  bytes: Uint8Array | undefined,
): Promise<Anchor> {
  const text = bytes === undefined ? undefined : sourceText(bytes);
  const [anchor = { path }] = text === undefined ? [] : await anchorsAt(reader, text, path, []);
  return anchor;
}
