// node test/host/run-in-host.mjs: bundles test/vscode and runs it inside the extension host of a real VS Code.
// VSCODE_EXECUTABLE_PATH: which executable. VARVE_TEST_DESKTOP=1: a downloaded desktop VS Code. Else code-shim.mjs.
// VARVE_EXTENSION: another extension than this repository's; VARVE_TESTS: another folder of tests.
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';

const root = resolve(fileURLToPath(import.meta.url), '../../..');
const extension = resolve(process.env['VARVE_EXTENSION'] ?? root);
const tests = resolve(process.env['VARVE_TESTS'] ?? join(root, 'test/vscode'));

/** Each file on its own, beside the entry, so that a file that does not load fails alone. */
async function bundle(out) {
  const names = (await readdir(tests)).filter((name) => name.endsWith('.test.ts'));
  await rm(out, { recursive: true, force: true });
  await build({
    entryPoints: {
      index: join(root, 'test/vscode/mocha-entry.ts'),
      ...Object.fromEntries(names.map((name) => [basename(name, '.ts'), join(tests, name)])),
    },
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
}

/** A small repository to open; the tests make what else they need. */
async function makeFolder(place) {
  const folder = join(place, 'folder');
  await mkdir(folder);
  await writeFile(join(folder, 'CLAUDE.md'), '# House rules\n\n- Use tabs.\n');
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-q', '-m', 'Start');
  return folder;
}

async function main() {
  // Inside the repository, where mocha is found; its own for each run, since two may run at a time.
  const out = join(root, `artifacts/in-host-${process.pid}`);
  await bundle(out);
  const place = await mkdtemp(join(tmpdir(), 'varve-in-host-'));
  const results = process.env['VARVE_RESULTS'] ?? join(root, 'artifacts/in-host.json');
  await rm(results, { force: true });
  const shim = join(root, 'test/host/code-shim.mjs');
  await chmod(shim, 0o755);
  const told = process.env['VSCODE_EXECUTABLE_PATH'];
  const executable = told ?? (process.env['VARVE_TEST_DESKTOP'] ? undefined : shim);
  try {
    const folder = await makeFolder(place);
    await mkdir(join(place, 'user'));
    await runTests({
      ...(executable ? { vscodeExecutablePath: executable } : {}),
      extensionDevelopmentPath: extension,
      extensionTestsPath: join(out, 'index.cjs'),
      launchArgs: [
        folder,
        '--disable-extensions',
        `--user-data-dir=${join(place, 'data')}`,
        `--extensions-dir=${join(place, 'extensions')}`,
      ],
      extensionTestsEnv: {
        // Sessions of other agents are looked for at home: not those of whoever runs the tests. A desktop needs its own.
        ...(executable === shim ? { HOME: join(place, 'user') } : {}),
        VARVE_RESULTS: results,
        VARVE_HOME: join(place, 'home'),
        CLAUDE_CONFIG_DIR: join(place, 'claude'),
      },
    });
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await rm(out, { recursive: true, force: true });
    await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

process.exitCode = await main();
