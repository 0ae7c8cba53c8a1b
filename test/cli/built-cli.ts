import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
// @ts-expect-error A plain script without types.
import { bundleContext } from '../../scripts/bundle.mjs';

const repository = resolve(import.meta.dirname, '../..');

export interface BuiltCli {
  /** `cli.js`, to be run by Node. */
  readonly path: string;
  dispose(): Promise<void>;
}

/** Bundles the terminal's door as `scripts/build.mjs` does: `dist/` may be of another day. */
export async function buildCli(): Promise<BuiltCli> {
  const directory = await mkdtemp(join(tmpdir(), 'varve-cli-'));
  const bundle = await bundleContext({
    absWorkingDir: repository,
    logLevel: 'error',
    entryPoints: { cli: join(repository, 'src/cli.ts') },
    outdir: directory,
    doorExtension: '.mjs',
  });
  await bundle.rebuild();
  await bundle.dispose();
  const grammars = join(repository, 'node_modules/@vscode/tree-sitter-wasm/wasm');
  await cp(grammars, join(directory, 'grammars'), {
    recursive: true,
    filter: (path) =>
      path === grammars || /tree-sitter(?:-(?:typescript|tsx|python|go|rust|java))?\.wasm$/.test(path),
  });
  return { path: join(directory, 'cli.mjs'), dispose: () => rm(directory, { recursive: true, force: true }) };
}
