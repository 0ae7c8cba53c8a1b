// Runs inside the extension host: VS Code calls `run()` and takes its rejection for a failure.
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Result {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly message?: string;
}

/** Runs every `*.test.cjs` beside this file and leaves what came of it as JSON in `$VARVE_RESULTS`. */
export async function run(): Promise<void> {
  const { default: Mocha } = await import('mocha');
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' });
  const files = (await readdir(__dirname)).filter((name) => name.endsWith('.test.cjs')).sort();
  const only = process.env['VARVE_ONLY'];
  for (const file of files) if (!only || file.includes(only)) mocha.addFile(join(__dirname, file));
  await mocha.loadFilesAsync();
  const results: Result[] = [];
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), state: 'passed' }));
    runner.on('pending', (test) => results.push({ title: test.fullTitle(), state: 'pending' }));
    runner.on('fail', (test, error: Error) =>
      results.push({ title: test.fullTitle(), state: 'failed', message: error.stack ?? error.message }),
    );
  });
  const place = process.env['VARVE_RESULTS'];
  if (place) await writeFile(place, JSON.stringify(results, null, 2));
  if (results.length === 0) throw new Error('No test was found.');
  if (failures > 0) throw new Error(`${failures} failed`);
}
