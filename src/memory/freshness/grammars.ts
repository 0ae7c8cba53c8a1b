import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Parser } from '@vscode/tree-sitter-wasm';
import type { Files } from '../../base/files.ts';
import type { LanguageName } from './language.ts';

/** Parsers by language; each is loaded when it is first asked for. */
export interface Grammars {
  /** Rejects where the grammar cannot be read. */
  parser(language: LanguageName): Promise<Parser>;
}

type Library = typeof import('@vscode/tree-sitter-wasm');

// The library keeps one WebAssembly module for the process and two beginnings at once would make two of it.
let library: Promise<Library> | undefined;

export function createGrammars(files: Files): Grammars {
  const parsers = new Map<LanguageName, Promise<Parser>>();
  return {
    parser: (language) => {
      const known = parsers.get(language);
      if (known !== undefined) return known;
      const loading = loadParser(files, language);
      parsers.set(language, loading);
      // Tried again when next asked.
      loading.catch(() => parsers.delete(language));
      return loading;
    },
  };
}

async function loadParser(files: Files, language: LanguageName): Promise<Parser> {
  library ??= start(files).catch((error: unknown) => {
    library = undefined;
    throw error;
  });
  const { Parser, Language } = await library;
  const grammar = await Language.load(await files.readFile(wasmPath(`tree-sitter-${language}.wasm`)));
  return new Parser().setLanguage(grammar);
}

async function start(files: Files): Promise<Library> {
  // CommonJS: all of it is in the default export, which the types leave out.
  const loaded = (await import('@vscode/tree-sitter-wasm')) as unknown as { readonly default: Library };
  // `wasmBinary` is an option of Emscripten that the types leave out too; with it the library looks for no file.
  const options = {
    wasmBinary: await files.readFile(wasmPath('tree-sitter.wasm')),
    locateFile: (file: string) => wasmPath(file),
  };
  await loaded.default.Parser.init(options);
  return loaded.default;
}

/** Bundled: `dist/grammars/`, beside `dist/chunks/` where this then stands. From source: in the package. */
function wasmPath(file: string): string {
  const here = import.meta.filename;
  if (!here.endsWith('.ts')) return join(dirname(here), '..', 'grammars', file);
  return join(dirname(createRequire(here).resolve('@vscode/tree-sitter-wasm')), file);
}
