import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const repository = resolve(import.meta.dirname, '../..');

export interface BuiltCli {
  /** `cli.js`, to be run by Node. */
  readonly path: string;
  dispose(): Promise<void>;
}

/** Bundles the terminal's door as `scripts/build.mjs` does: `dist/` may be of another day. */
export async function buildCli(): Promise<BuiltCli> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-cli-'));
  await build({
    bundle: true,
    platform: 'node',
    target: 'node22',
    logLevel: 'error',
    legalComments: 'none',
    entryPoints: [join(repository, 'src/cli.ts')],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    format: 'esm',
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    banner: {
      js: "import{createRequire as __r}from'node:module';import{fileURLToPath as __p}from'node:url';const require=__r(import.meta.url),__filename=__p(import.meta.url);",
    },
  });
  const grammars = join(repository, 'node_modules/@vscode/tree-sitter-wasm/wasm');
  await cp(grammars, join(directory, 'grammars'), {
    recursive: true,
    filter: (path) =>
      path === grammars || /tree-sitter(?:-(?:typescript|tsx|python|go|rust|java))?\.wasm$/.test(path),
  });
  return { path: join(directory, 'cli.mjs'), dispose: () => rm(directory, { recursive: true, force: true }) };
}
