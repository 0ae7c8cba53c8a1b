#!/usr/bin/env node
// The door of the terminal: hands in what the process has, holds no room. What a command needs is loaded with it.
import { version } from '../package.json';
import { loadForRun } from './cli/kept-code.ts';

type Program = typeof import('./cli/run-in-process.ts');

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  process.stdout.write(`${version}\n`);
} else {
  const kept = loadForRun<Program>(process, args, import.meta.dirname);
  const { run } = kept ?? (await import('./cli/run-in-process.ts'));
  await run(process, args, version, (url) => import(url));
}
