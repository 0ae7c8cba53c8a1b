#!/usr/bin/env node
// The door of the terminal: hands in what the process has, holds no room. What a command needs is loaded with it.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { version } from '../package.json';

const args = process.argv.slice(2);

if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  process.stdout.write(`${version}\n`);
} else {
  const { keepCompiled } = await import('./cli/compile-cache.ts');
  keepCompiled(args, process.env['VARVE_HOME'] || join(homedir(), '.varve'));
  const { run } = await import('./cli/run-in-process.ts');
  await run(process, args, version);
}
