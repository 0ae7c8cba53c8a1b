// npm test: every check and test there is, and as its last line `N passed, N failed`.
// npm test -- --only check|unit|host|day (more than one with commas) runs a part.
import { access, mkdir, readFile, rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { runChecks } from './checks.ts';
import { packageExtension, packageForNpm } from './packages.ts';
import { passThrough } from './tool.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly title: string;
  /** The parts (`--only`) that need it. */
  readonly parts: readonly string[];
  run(): Promise<Count>;
}

const PARTS = ['check', 'unit', 'host', 'day'];
const start = performance.now();
const elapsed = (): string => `${((performance.now() - start) / 1000).toFixed(0)} s`;
const one = (ok: boolean): Count => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1 });

const stages: readonly Stage[] = [
  {
    title: 'Checks',
    parts: ['check'],
    run: async () => {
      const runs = await runChecks();
      const passed = runs.filter((run) => run.ok).length;
      return { passed, failed: runs.length - passed };
    },
  },
  {
    title: 'Build',
    parts: ['unit', 'host', 'day'],
    run: async () => one((await passThrough([process.execPath, 'scripts/build.mjs'])) === 0),
  },
  {
    title: 'Unit and property tests',
    parts: ['unit'],
    run: () => vitest('vitest.config.ts', 'artifacts/unit.json'),
  },
  { title: 'Packages', parts: ['unit', 'day'], run: packages },
  { title: 'Tests inside a real VS Code', parts: ['host'], run: inHost },
  {
    title: 'The day in a real VS Code',
    parts: ['day'],
    run: () => vitest('vitest.day.config.ts', 'artifacts/day.json'),
  },
];

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

async function vitest(config: string, report: string): Promise<Count> {
  await rm(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const code = await passThrough(['vitest', 'run', '--config', config, ...reporters]);
  const text = await readFile(report, 'utf8').catch(() => '');
  if (!text) return one(false);
  const read = JSON.parse(text) as VitestReport;
  // A file that does not load, or whose set-up fails, has no failed test of its own.
  const broken = read.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = read.numFailedTests + broken;
  return { passed: read.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
}

async function packages(): Promise<Count> {
  const made = [await packageExtension(), await packageForNpm()];
  for (const each of made) {
    process.stdout.write(
      each.ok
        ? `${each.file}: ${(each.bytes / 1024).toFixed(0)} KB, ${each.lines.length} files\n`
        : `${each.file} could not be made:\n${each.lines.join('\n')}\n`,
    );
  }
  const passed = made.filter((each) => each.ok).length;
  return { passed, failed: made.length - passed };
}

async function inHost(): Promise<Count> {
  const results = 'artifacts/in-host.json';
  const code = await passThrough([process.execPath, 'test/host/run-in-host.mjs']);
  const text = await readFile(results, 'utf8').catch(() => '[]');
  const tests = JSON.parse(text) as readonly { readonly state: string }[];
  const failed = tests.filter((test) => test.state === 'failed').length;
  return {
    passed: tests.filter((test) => test.state === 'passed').length,
    failed: code !== 0 && failed === 0 ? 1 : failed,
  };
}

function chosenParts(): readonly string[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const chosen = values.only?.split(',') ?? PARTS;
  const unknown = chosen.find((part) => !PARTS.includes(part));
  if (unknown === undefined) return chosen;
  process.stderr.write(`There is no part "${unknown}": --only takes ${PARTS.join(', ')}.\n`);
  process.exit(2);
}

async function main(): Promise<void> {
  const parts = chosenParts();
  await mkdir('artifacts', { recursive: true });
  const total = { passed: 0, failed: 0 };
  const summary: string[] = [];
  for (const stage of stages.filter((each) => each.parts.some((part) => parts.includes(part)))) {
    process.stdout.write(`\n== ${stage.title} (${elapsed()})\n`);
    const count = await stage.run().catch((error: unknown) => {
      process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return one(false);
    });
    total.passed += count.passed;
    total.failed += count.failed;
    summary.push(`${stage.title}: ${count.passed} passed, ${count.failed} failed`);
    if (
      stage.title === 'Build' &&
      count.failed > 0 &&
      !(await access('dist/cli.js').then(
        () => true,
        () => false,
      ))
    )
      break;
  }
  process.stdout.write(`\n== ${elapsed()}\n${summary.join('\n')}\n`);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

await main();
