// A process that serves the catalogue of a directory of sessions, as `varve sessions --serve` does with the readers of
// all tools: node serve-tiny.ts PROJECTS VARVE_HOME. It leaves its pid beside PROJECTS; with CRASH set it ends whenever
// it is asked to search.
import { appendFileSync } from 'node:fs';
import { loadSqlite } from '../../../../src/agent/history/catalogue/node-sqlite.ts';
import { openCatalogue } from '../../../../src/agent/history/catalogue/open-catalogue.ts';
import { serveCatalogue } from '../../../../src/agent/history/catalogue/serve-catalogue.ts';
import { systemClock } from '../../../../src/base/clock.ts';
import { LineSplitter } from '../../../../src/base/line-splitter.ts';
import { nodeFiles } from '../../../../src/base/node-files.ts';
import { currentOwner } from '../../../../src/base/process-identity.ts';
import { createTinyReader } from './tiny-reader.ts';

const [projects = '', varveHome = ''] = process.argv.slice(2);
appendFileSync(`${projects}.pids`, `${process.pid}\n`);
const catalogue = openCatalogue({
  machine: { files: nodeFiles, homeDirectory: varveHome, environment: {}, platform: process.platform },
  readers: [createTinyReader(projects)],
  clock: systemClock,
  owner: await currentOwner(),
  varveHome,
  sqlite: loadSqlite(process),
});
const server = serveCatalogue(catalogue, (line) => process.stdout.write(line));
const lines = new LineSplitter((line) => {
  if (process.env['CRASH'] !== undefined && line.includes('"search"')) {
    process.stderr.write('Out of luck.\n');
    process.kill(process.pid, 'SIGKILL');
  }
  server.take(line);
});
process.stdin.on('data', (bytes: Buffer) => lines.push(bytes));
process.stdin.on('end', () => {
  void server.end().then(() => catalogue.dispose());
});
