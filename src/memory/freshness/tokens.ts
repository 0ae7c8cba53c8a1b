import { createHash } from 'node:crypto';
import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language } from './language.ts';

/** Everything between their ends is one token: white space in them counts. */
const wholes = new Set([
  ...'string template_string regex string_literal raw_string_literal interpreted_string_literal'.split(' '),
  ...'char_literal character_literal rune_literal'.split(' '),
]);
const passedOver = /comment|^line_continuation$/;

export interface Tokens {
  /** 64 hex digits. */
  readonly hash: string;
  readonly count: number;
}

/**
 * Hashes the leaf tokens of a node in their order, without comments and white space. `word`, the node's own name,
 * stands for itself, so that a renamed declaration keeps its hash. What only line breaks and indentation say (blocks
 * of Python, statements without a mark between them) goes in as marks of its own. Text that no leaf covers goes in
 * with its white space normalised.
 */
export function hashTokens(root: Node, text: string, language: Language, word: string | undefined): Tokens {
  const sink = new TokenSink(word);
  const { types } = root.tree.language;
  const cursor = root.walk();
  const above: Level[] = [];
  let covered = root.startIndex;
  const gap = (to: number): void => {
    if (to > covered) sink.text(text.slice(covered, to).replace(/\s+/g, ' ').trim());
  };
  try {
    for (;;) {
      const type = types[cursor.nodeTypeId] ?? '';
      const { startIndex, endIndex } = cursor;
      gap(startIndex);
      covered = Math.max(covered, startIndex);
      if (passedOver.test(type)) {
        covered = endIndex;
      } else if (!isBreak(type, above.at(-1), language)) {
        if (cursor.nodeIsNamed) separate(above.at(-1), sink);
        if (!wholes.has(type) && cursor.gotoFirstChild()) {
          above.push({
            isList: language.lists.has(type),
            isIndented: language.indented.has(type),
            seen: 0,
            endIndex,
          });
          if (language.indented.has(type)) sink.mark('>');
          continue;
        }
        sink.text(
          type === 'jsx_text' ? jsxText(text.slice(startIndex, endIndex)) : text.slice(startIndex, endIndex),
        );
        covered = endIndex;
      } else {
        covered = endIndex;
      }
      while (!cursor.gotoNextSibling()) {
        const level = above.pop();
        if (level === undefined || !cursor.gotoParent()) return sink.end();
        gap(level.endIndex);
        covered = Math.max(covered, level.endIndex);
        if (level.isIndented) sink.mark('<');
        if (above.length === 0) return sink.end();
      }
    }
  } finally {
    cursor.delete();
  }
}

interface Level {
  readonly isList: boolean;
  readonly isIndented: boolean;
  readonly endIndex: number;
  seen: number;
}

function isBreak(type: string, level: Level | undefined, language: Language): boolean {
  return type === ';' && language.semicolonIsBreak && level?.isList === true;
}

function separate(level: Level | undefined, sink: TokenSink): void {
  if (level?.isList !== true) return;
  if (level.seen > 0) sink.mark(';');
  level.seen += 1;
}

/** As JSX itself reads it: lines trimmed, empty ones left out. */
function jsxText(text: string): string {
  if (!text.includes('\n')) return text.trim() === '' ? text : text.replace(/\s+/g, ' ');
  const lines = text.split('\n').map((line) => line.replace(/\s+/g, ' ').trim());
  return lines.filter((line) => line !== '').join(' ');
}

class TokenSink {
  readonly #hash = createHash('sha256');
  readonly #word: string | undefined;
  #count = 0;

  constructor(word: string | undefined) {
    this.#word = word;
  }

  text(token: string): void {
    if (token === '') return;
    this.#count += 1;
    this.#hash.update(token === this.#word ? 'n\0' : `t${token}\0`);
  }

  mark(mark: string): void {
    this.#hash.update(`m${mark}\0`);
  }

  end(): Tokens {
    return { hash: this.#hash.digest('hex'), count: this.#count };
  }
}
