// Bundles every output of the project into dist/; with --watch again whenever a source changes.
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { bundleContext } from './bundle.mjs';

const watch = process.argv.includes('--watch');

/** The grammars that src/memory/freshness reads, each when it is first asked for. */
const grammars = ['', '-typescript', '-tsx', '-python', '-go', '-rust', '-java'];

await rm('dist', { recursive: true, force: true });
await mkdir('dist/grammars', { recursive: true });
for (const name of grammars) {
  const file = `tree-sitter${name}.wasm`;
  await copyFile(`node_modules/@vscode/tree-sitter-wasm/wasm/${file}`, `dist/grammars/${file}`);
}
// Split: `varve --version` does not load what a run needs, and the extension loads memory when a view opens.
const build = await bundleContext({
  entryPoints: { extension: 'src/extension.ts', cli: 'src/cli.ts' },
  outdir: 'dist',
  minify: !watch,
  sourcemap: watch,
  logLevel: watch ? 'info' : 'warning',
});
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
