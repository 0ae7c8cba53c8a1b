import type { Parser, ParseState, Tree } from '@vscode/tree-sitter-wasm';
import { type FoundDeclaration, findDeclarations } from './declarations.ts';
import type { Grammars } from './grammars.ts';
import { type Language, languageOf } from './language.ts';
import { languageShape } from './language-shapes.ts';
import { textHash } from './source-text.ts';
import { hashTokens } from './tokens.ts';

/** A named declaration of a text; lines zero-based and inclusive. */
export interface Declaration {
  readonly symbol: string;
  readonly first: number;
  readonly last: number;
  /** Where the comments right above it begin. */
  readonly reach: number;
  /** Index among the declarations of the one it stands in; -1 at the top. */
  readonly parent: number;
  /** Only of those that were asked for. */
  readonly hashes?: Hashes;
}

export interface Hashes {
  /** Over syntax tokens; over text, and marked so, where there is a syntax error inside. */
  readonly hash: string;
  /** Over text with white space normalised. */
  readonly text: string;
  readonly tokens: number;
  readonly isBroken: boolean;
}

export interface Code {
  readonly declarations: readonly Declaration[];
  /** Of the whole text, where it was asked for or there is no declaration. */
  readonly whole?: Hashes;
  /** There is a syntax error somewhere. */
  readonly isBroken: boolean;
  readonly lines: number;
}

/** What to hash: declarations of these symbols, or whose last part is one of these names, or all; the whole text too. */
export interface Wanted {
  readonly symbols?: ReadonlySet<string> | 'all';
  readonly names?: ReadonlySet<string>;
  /** Names more symbols once it is known what stands where. */
  readonly choose?: (declarations: readonly Declaration[]) => ReadonlySet<string>;
  readonly whole?: boolean;
}

/** Takes texts of source files apart. */
export interface CodeReader {
  /**
   * `text` with line feeds only and no byte order mark (`sourceText`). Undefined where there is no grammar for the
   * path, it could not be loaded, or the text is too far from being code. Never rejects. The same text gives the same answer everywhere.
   */
  read(path: string, text: string, wanted: Wanted): Promise<Code | undefined>;
}

export function createCodeReader(grammars: Grammars): CodeReader {
  return {
    read: async (path, text, wanted) => {
      const name = languageOf(path);
      if (name === undefined) return undefined;
      try {
        const tree = parseBounded(await grammars.parser(name), text);
        if (tree === null) return undefined;
        try {
          return codeOf(tree.rootNode, text, languageShape(name), wanted);
        } finally {
          tree.delete();
        }
      } catch {
        return undefined;
      }
    },
  };
}

const maxSteps = 40_000;
const maxBrokenSteps = 250;

/**
 * Null where it would take too long. Counted in steps of the parser and never in time, so that it is the same
 * everywhere: 1 MiB of code takes some 5,000, and text that is no code may need a hundredth of a second for each.
 */
function parseBounded(parser: Parser, text: string): Tree | null {
  let steps = 0;
  let brokenSteps = 0;
  const isOver = ({ hasError }: ParseState): boolean => {
    steps += 1;
    if (hasError) brokenSteps += 1;
    return steps > maxSteps || brokenSteps > maxBrokenSteps;
  };
  const tree = parser.parse(text, null, { progressCallback: isOver });
  // Else the next text would be read as the rest of this one.
  if (tree === null) parser.reset();
  return tree;
}

type Root = FoundDeclaration['node'];

function codeOf(root: Root, text: string, language: Language, wanted: Wanted): Code {
  const found = findDeclarations(root, language);
  const places = found.map(
    ({ symbol, node, reach, parent }): Declaration => ({
      symbol,
      first: node.startPosition.row,
      last: lastRow(node),
      reach,
      parent,
    }),
  );
  const chosen = wanted.choose?.(places);
  const declarations = places.map((place, at): Declaration => {
    const one = found[at];
    if (one === undefined || !(isWanted(place.symbol, wanted) || chosen?.has(place.symbol))) return place;
    return { ...place, hashes: hashesOf(one.node, text, language, one.word) };
  });
  const isWhole = wanted.whole === true || found.length === 0;
  return {
    declarations,
    isBroken: root.hasError,
    lines: text.split('\n').length,
    ...(isWhole ? { whole: hashesOf(root, text, language, undefined) } : {}),
  };
}

function isWanted(symbol: string, { symbols, names }: Wanted): boolean {
  return symbols === 'all' || symbols?.has(symbol) === true || names?.has(lastPart(symbol)) === true;
}

/** `find` of `Search.find`. */
export function lastPart(symbol: string): string {
  return symbol.slice(symbol.lastIndexOf('.') + 1);
}

// Some grammars end a declaration after its line end.
function lastRow({ startPosition, endPosition }: Root): number {
  const isAfterEnd = endPosition.column === 0 && endPosition.row > startPosition.row;
  return isAfterEnd ? endPosition.row - 1 : endPosition.row;
}

function hashesOf(node: Root, text: string, language: Language, word: string | undefined): Hashes {
  const written = textHash(text.slice(node.startIndex, node.endIndex));
  if (node.hasError) return { hash: written, text: written, tokens: 0, isBroken: true };
  const { hash, count } = hashTokens(node, text, language, word);
  return { hash, text: written, tokens: count, isBroken: false };
}
