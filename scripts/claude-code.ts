// npm run test:claude-code: compares the resolver and headless runs with the real Claude Code, installed from npm for it.
// npm run test:claude-code -- --record asks the program again and writes its answers into test/fixtures/claude-code.
import { parseArgs } from 'node:util';
import { installProgram } from '../test/claude-code/program.ts';
import { record } from '../test/claude-code/record.ts';
import { passThrough } from './tool.ts';

const { values } = parseArgs({ options: { record: { type: 'boolean', default: false } } });
const program = await installProgram();
if (values.record) {
  const differing = await record(program, (line) => process.stderr.write(`${line}\n`));
  process.exitCode = differing === 0 ? 0 : 1;
} else {
  const env = { ...process.env, VARVE_CLAUDE_CODE: 'all' };
  process.exitCode = await passThrough(['vitest', 'run', 'test/claude-code', 'test/cli/print-'], env);
}
