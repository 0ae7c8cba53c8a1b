// Bundles every output of the project into dist/; with --watch again whenever a source changes.
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { context } from 'esbuild';

const watch = process.argv.includes('--watch');
const common = {
  bundle: true,
  platform: 'node',
  target: 'node22',
  minify: !watch,
  sourcemap: watch,
  legalComments: 'none',
  logLevel: watch ? 'info' : 'warning',
};

// One graph, split: `varve --version` does not load what a run needs, and the extension loads memory when a view opens.
const options = {
  ...common,
  entryPoints: ['src/extension.ts', 'src/cli.ts'],
  outdir: 'dist',
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  external: ['vscode'],
  // `__filename` is for tree-sitter.js, which looks for itself when it is loaded.
  banner: {
    js: "import{createRequire as __r}from'node:module';import{fileURLToPath as __p}from'node:url';const require=__r(import.meta.url),__filename=__p(import.meta.url);",
  },
};

/** The grammars that src/memory/freshness reads, each when it is first asked for. */
const grammars = ['', '-typescript', '-tsx', '-python', '-go', '-rust', '-java'];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/grammars', { recursive: true });
for (const name of grammars) {
  const file = `tree-sitter${name}.wasm`;
  await copyFile(`node_modules/@vscode/tree-sitter-wasm/wasm/${file}`, `dist/grammars/${file}`);
}
const build = await context(options);
try {
  await (watch ? build.watch() : build.rebuild());
} catch {
  // esbuild has printed what is wrong, with its place.
  process.exitCode = 1;
} finally {
  if (!watch) await build.dispose();
}
if (!watch && !process.exitCode && !process.argv.includes('--quiet')) {
  for (const file of ['dist/extension.js', 'dist/cli.js']) {
    process.stdout.write(`${file} ${((await stat(file)).size / 1024).toFixed(0)} KB\n`);
  }
}
