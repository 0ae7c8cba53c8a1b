import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { packageVsix } from '../host/vsix.ts';

const run = promisify(execFile);
const repository = resolve(import.meta.dirname, '../..');
const mebibyte = 1024 * 1024;

/** Every path that may be in a package; what no pattern names does not belong there. */
const wanted = {
  vsix: [
    /^package\.json$/,
    /^package\.nls\.json$/,
    /^(README|readme|CHANGELOG|changelog|NOTICE)\.md$/,
    /^LICENSE(\.txt)?$/,
    /^dist\/(extension|cli)\.js$/,
    /^dist\/chunks\/[\w-]+\.cjs$/,
    /^dist\/grammars\/tree-sitter(?:-(?:typescript|tsx|python|go|rust|java))?\.wasm$/,
    /^media\/(activity\.svg|icon\.png|preview\.css)$/,
    /^media\/walkthrough\/[\w-]+\.svg$/,
    /^docs\/pictures\/[\w-]+\.png$/,
  ],
  npm: [
    /^package\.json$/,
    /^(README|CHANGELOG|NOTICE)\.md$/,
    /^LICENSE$/,
    /^dist\/cli\.js$/,
    /^dist\/chunks\/[\w-]+\.cjs$/,
    /^dist\/grammars\/tree-sitter(?:-(?:typescript|tsx|python|go|rust|java))?\.wasm$/,
  ],
};

/** What a package cannot do without. */
const needed = {
  vsix: [
    'package.json',
    'package.nls.json',
    'README.md',
    'LICENSE',
    'NOTICE.md',
    'dist/extension.js',
    'dist/cli.js',
    'dist/chunks/program.cjs',
    'media/icon.png',
    'media/preview.css',
    'dist/grammars/tree-sitter.wasm',
    'dist/grammars/tree-sitter-python.wasm',
  ],
  npm: ['package.json', 'README.md', 'LICENSE', 'NOTICE.md', 'dist/cli.js', 'dist/chunks/program.cjs'],
};

function strangers(files: readonly string[], patterns: readonly RegExp[]): readonly string[] {
  return files.filter((file) => !patterns.some((pattern) => pattern.test(file)));
}

it('the VSIX holds what it should and nothing else, within 2 MB', async () => {
  const vsce = join(repository, 'node_modules/@vscode/vsce/vsce');
  const list = await run(process.execPath, [vsce, 'ls', '--no-dependencies'], { cwd: repository });
  const files = list.stdout.trim().split('\n');
  expect(strangers(files, wanted.vsix)).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(needed.vsix));
  expect(strangers([...files, 'src/extension.ts'], wanted.vsix)).toEqual(['src/extension.ts']);

  const directory = await mkdtemp(join(tmpdir(), 'varve-package-'));
  try {
    const file = join(directory, 'varve.vsix');
    await packageVsix(repository, file);
    expect((await stat(file)).size).toBeLessThanOrEqual(2 * mebibyte);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  // The packer walks the whole of node_modules: slow where others use the disk as well.
}, 180_000);

it('the npm package holds the command and its papers, and nothing that only the editor needs', async () => {
  const { stdout } = await run(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: repository,
    },
  );
  const answer = JSON.parse(stdout.slice(stdout.search(/[[{]/))) as unknown;
  const [packed] = Object.values(answer as Record<string, { files: { path: string }[]; size: number }>);
  const files = packed!.files.map((file) => file.path);
  expect(strangers(files, wanted.npm)).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(needed.npm));
  expect(packed!.size).toBeLessThanOrEqual(2 * mebibyte);
});
