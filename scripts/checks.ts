// What a reviewer should not have to say: format, lint, types, rooms, dead code.
import { runTool, type ToolRun } from './tool.ts';

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['format and lint', ['biome', 'ci', '--colors=off', '--diagnostic-level=warn']],
  ['types of everything that ships', ['tsc', '-p', 'tsconfig.json', '--pretty', 'false']],
  ['types of the rooms without vscode', ['tsc', '-p', 'tsconfig.core.json', '--pretty', 'false']],
  ['types of tests and scripts', ['tsc', '-p', 'tsconfig.test.json', '--pretty', 'false']],
  ['rooms (dependency-cruiser)', ['depcruise', '--config', '.dependency-cruiser.mjs', 'src']],
  ['dead code (knip)', ['knip', '--no-progress']],
];

/** Runs every check side by side, prints a line each as it ends and the output of those that failed. */
export async function runChecks(): Promise<readonly ToolRun[]> {
  return Promise.all(
    CHECKS.map(async ([name, command]) => {
      const run = await runTool(name, command);
      process.stdout.write(`${run.ok ? 'ok    ' : 'FAILED'} ${name} (${run.seconds.toFixed(1)} s)\n`);
      if (!run.ok) process.stdout.write(indented(run.output));
      return run;
    }),
  );
}

function indented(text: string): string {
  return `${text.trimEnd().replaceAll(/^/gm, '       ')}\n`;
}
