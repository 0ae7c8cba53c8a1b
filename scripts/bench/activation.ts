// Activation as VS Code itself measures it, beside an extension that does nothing, in the same extension host.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser } from '../../test/host/browser.ts';
import { startServer, workbenchUrl } from '../../test/host/server.ts';
import { until } from '../../test/host/until.ts';
import { installVsix, packageVsix } from '../../test/host/vsix.ts';
import { packageExtension } from '../packages.ts';
import type { BenchResult } from './benches.ts';
import { type Pair, resultOf } from './pairs.ts';

const RUNS = 5;

interface Times {
  readonly load: number;
  readonly activate: number;
}

type Report = Readonly<Record<'varve' | 'empty', Times>>;

/** Each run opens a window, waits until it is quiet and activates both, one after the other, in changing order. */
export async function measureActivation(): Promise<readonly BenchResult[]> {
  const place = await mkdtemp(join(tmpdir(), 'varve-bench-'));
  try {
    const extensionsDir = join(place, 'extensions');
    const made = await packageExtension();
    if (!made.ok) throw new Error(made.lines.join('\n'));
    await installVsix(made.file, extensionsDir);
    await installVsix(await makeProbe(place, 'empty', 'exports.activate = () => {};\n', []), extensionsDir);
    await installVsix(await makeProbe(place, 'probe', PROBE, ['onStartupFinished']), extensionsDir);
    const reports: Report[] = [];
    for (let run = 0; run < RUNS; run += 1) reports.push(await oneWindow(place, extensionsDir, run));
    const pairs = (key: keyof Times): readonly Pair[] =>
      reports.map(({ varve, empty }) => ({ value: varve[key], beside: Math.max(empty[key], 1) }));
    return [
      resultOf('activation: load code', 'empty extension (1 ms at least)', pairs('load')),
      resultOf('activation: activate', 'empty extension (1 ms at least)', pairs('activate')),
    ];
  } finally {
    await rm(place, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Runs in the extension host: its own performance marks have whole milliseconds. */
const PROBE = `
const { writeFileSync } = require('node:fs');
const { setTimeout: pause } = require('node:timers/promises');
const vscode = require('vscode');
exports.activate = async () => {
  await pause(3000);
  const ids = { varve: 'varve.varve', empty: 'varve-host.empty' };
  const order = process.env.VARVE_BENCH_ORDER.split(',');
  for (const name of order) await vscode.extensions.getExtension(ids[name]).activate();
  const marks = globalThis.MonacoPerformanceMarks.getMarks();
  const at = (mark, id) => marks.find((one) => one.name === 'code/extHost/' + mark + '/' + id)?.startTime;
  const times = (id) => ({
    load: at('didLoadExtensionCode', id) - at('willLoadExtensionCode', id),
    activate: at('didActivateExtension', id) - at('willActivateExtension', id),
  });
  writeFileSync(process.env.VARVE_BENCH_REPORT, JSON.stringify({ varve: times(ids.varve), empty: times(ids.empty) }));
};
`;

async function makeProbe(
  place: string,
  name: string,
  code: string,
  activationEvents: readonly string[],
): Promise<string> {
  const directory = join(place, name);
  await mkdir(directory);
  const manifest = {
    name,
    publisher: 'varve-host',
    version: '0.0.1',
    license: 'MIT',
    engines: { vscode: '^1.101.0' },
    main: './extension.cjs',
    activationEvents: activationEvents.length > 0 ? activationEvents : ['onCommand:never.run'],
  };
  await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
  await writeFile(join(directory, 'README.md'), `# ${name}\n\nMeasures.\n`);
  await writeFile(join(directory, 'LICENSE'), 'MIT\n');
  await writeFile(join(directory, 'extension.cjs'), code);
  const file = join(place, `${name}.vsix`);
  await packageVsix(directory, file);
  return file;
}

async function oneWindow(place: string, extensionsDir: string, run: number): Promise<Report> {
  const report = join(place, `report-${run}.json`);
  const folder = join(place, 'folder');
  await mkdir(folder, { recursive: true });
  const env = {
    VARVE_BENCH_REPORT: report,
    VARVE_BENCH_ORDER: run % 2 === 0 ? 'varve,empty' : 'empty,varve',
    VARVE_HOME: join(place, 'home'),
    CLAUDE_CONFIG_DIR: join(place, 'claude'),
  };
  const server = await startServer({ extensionsDir, env });
  const browser = await startBrowser();
  try {
    const page = await browser.context.newPage();
    await page.goto(workbenchUrl(server, { folder }));
    const text = await until(
      'both extensions are measured',
      () =>
        readFile(report, 'utf8').then(
          (read) => read || undefined,
          () => undefined,
        ),
      120_000,
    );
    return JSON.parse(text) as Report;
  } finally {
    await browser.close();
    await server.stop();
  }
}
