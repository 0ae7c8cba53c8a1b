import type { Node } from '@vscode/tree-sitter-wasm';
import type { Language } from './language.ts';

/** A named declaration as the tree has it; good as long as the tree is. */
export interface FoundDeclaration {
  /** `Search.find`; several may have the same (overloads). */
  readonly symbol: string;
  readonly node: Node;
  readonly word: string | undefined;
  /** Zero-based line where the comments, attributes or decorators right above it begin. */
  readonly reach: number;
  /** Index of the declaration it stands in; -1 at the top. */
  readonly parent: number;
}

// Deeper is nothing that a person wrote.
const maxDepth = 100;
const maxDeclarations = 5000;

interface Surrounding {
  /** Symbol of what it stands in. */
  readonly path: string;
  readonly parent: number;
  readonly isInFunction: boolean;
  /** The outermost node that begins on the same line and only wraps it (`export`, decorators). */
  readonly wrapper: Node | undefined;
  /** Line where the comments right above the wrapper, or else above the node, begin. */
  readonly reach: number | undefined;
}

const top: Surrounding = {
  path: '',
  parent: -1,
  isInFunction: false,
  wrapper: undefined,
  reach: undefined,
};

/** Every named declaration in the order of the text, outer before inner. Asks no node for its parent: that is slow. */
export function findDeclarations(root: Node, language: Language): readonly FoundDeclaration[] {
  const found: FoundDeclaration[] = [];
  const visit = (node: Node, around: Surrounding, depth: number): void => {
    if (depth > maxDepth || found.length >= maxDeclarations) return;
    const isAllowed = !(around.isInFunction && language.outsideFunctions.has(node.type));
    const naming = isAllowed ? language.declarations[node.type]?.(node) : undefined;
    if (naming === undefined) {
      if (language.through.has(node.type)) visitChildren(node, wrapped(node, around), depth);
      return;
    }
    const ranged = (isDecorated(around) ? around.wrapper : undefined) ?? node;
    found.push({
      symbol: joined(around.path, naming.before, naming.name),
      node: ranged,
      word: naming.word,
      reach: around.reach ?? ranged.startPosition.row,
      parent: around.parent,
    });
    if (language.opaque.has(node.type)) return;
    const inside: Surrounding = {
      path: joined(around.path, naming.inside ?? naming.name),
      parent: found.length - 1,
      isInFunction: around.isInFunction || language.functions.has(node.type),
      wrapper: undefined,
      reach: undefined,
    };
    visitChildren(node, inside, depth);
  };
  const visitChildren = (node: Node, around: Surrounding, depth: number): void => {
    let above: Above = { first: -1, last: -2 };
    for (const child of node.namedChildren) {
      if (child === null) continue;
      if (leading.test(child.type)) {
        above = extended(above, child);
        continue;
      }
      const first = child.startPosition.row;
      const reach = above.last >= first - 1 ? Math.min(above.first, first) : first;
      const isWrapped =
        around.wrapper !== undefined && (isDecorated(around) || around.wrapper.startPosition.row === first);
      visit(child, isWrapped ? around : { ...around, wrapper: undefined, reach }, depth + 1);
      above = { first: -1, last: -2 };
    }
  };
  visit(root, top, 0);
  return found;
}

/** Comments, attributes and decorators that follow one another without an empty line. */
interface Above {
  readonly first: number;
  readonly last: number;
}

function extended({ first, last }: Above, { startPosition, endPosition }: Node): Above {
  return { first: startPosition.row <= last + 1 ? first : startPosition.row, last: endPosition.row };
}

const wrappers = new Set([
  ...'export_statement decorated_definition lexical_declaration variable_declaration'.split(' '),
  ...'expression_statement ambient_declaration type_declaration const_declaration'.split(' '),
  'var_declaration',
]);
const leading = /comment|^attribute_item$|^decorator$/;

/** A definition of Python that has decorators: they belong to it, on lines of their own. */
function isDecorated({ wrapper }: Surrounding): boolean {
  return wrapper?.type === 'decorated_definition';
}

function wrapped(node: Node, around: Surrounding): Surrounding {
  if (!wrappers.has(node.type)) return { ...around, wrapper: undefined };
  return { ...around, wrapper: around.wrapper ?? node };
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('.');
}
