import { extname } from 'node:path';
import type { Node } from '@vscode/tree-sitter-wasm';

export const languageNames = ['typescript', 'tsx', 'python', 'go', 'rust', 'java'] as const;
export type LanguageName = (typeof languageNames)[number];

/** What a declaration is called. */
export interface Naming {
  /** Its own part of the symbol path. */
  readonly name: string;
  /** What stands before the names of what is declared inside; the same as `name` unless told. */
  readonly inside?: string;
  /** A part before its own: the receiver of a Go method. */
  readonly before?: string;
  /** The word that stands for itself in its own text; a rename of it alone leaves the hash. */
  readonly word?: string;
}

/** How one language declares things, in the node types of its grammar. */
export interface Language {
  readonly name: LanguageName;
  readonly declarations: Readonly<Record<string, (node: Node) => Naming | undefined>>;
  /** Looked into for declarations. */
  readonly through: ReadonlySet<string>;
  /** Declarations whose inside is not looked into. */
  readonly opaque: ReadonlySet<string>;
  /** Declared only outside functions. */
  readonly outsideFunctions: ReadonlySet<string>;
  readonly functions: ReadonlySet<string>;
  /** Their children stand apart though no token may say so: statements, members. */
  readonly lists: ReadonlySet<string>;
  /** Whether a `;` between two of a list is no more than a line break. */
  readonly semicolonIsBreak: boolean;
  /** Lists that a line break and an indentation begin and end. */
  readonly indented: ReadonlySet<string>;
}

const byExtension: Readonly<Record<string, LanguageName>> = {
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.cts': 'typescript',
  '.tsx': 'tsx',
  '.js': 'tsx',
  '.jsx': 'tsx',
  '.mjs': 'tsx',
  '.cjs': 'tsx',
  '.py': 'python',
  '.pyi': 'python',
  '.go': 'go',
  '.rs': 'rust',
  '.java': 'java',
};

/** The grammar that reads the file; undefined where there is none. JavaScript is read as TSX, which holds all of it. */
export function languageOf(path: string): LanguageName | undefined {
  return byExtension[extname(path).toLowerCase()];
}
