// Bundles every output of the project into dist/; with --watch again whenever a source changes.
import { rm, stat } from 'node:fs/promises';
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
  banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
};

await rm('dist', { recursive: true, force: true });
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
