import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { systemClock } from '../base/clock.ts';
import { runForeground } from '../base/foreground-process.ts';
import { createGit } from '../base/git-process.ts';
import { nodeFiles } from '../base/node-files.ts';
import { main } from './main.ts';
import { createInput, createTerminal, listenForEndSignals } from './process-streams.ts';
import type { CliSurroundings } from './surroundings.ts';

/** Runs a command line with the collaborators of a real process, and sets its exit code. */
export async function run(
  host: NodeJS.Process,
  args: readonly string[],
  version: string,
  importModule: CliSurroundings['importModule'],
): Promise<void> {
  const environment = { ...host.env };
  host.exitCode = await main({
    version,
    args,
    cwd: host.cwd(),
    environment,
    homeDirectory: homedir(),
    platform: host.platform,
    files: nodeFiles,
    clock: systemClock,
    random: (count) => randomBytes(count),
    gitFor: (directory) => createGit({ directory, environment }),
    terminal: createTerminal(host.stdout, host.stderr),
    input: createInput(host.stdin),
    onEndSignal: (listener) => listenForEndSignals(host, listener),
    openEditor: (command, path) => runForeground(command, path, environment),
    program: { command: host.execPath, args: host.argv.slice(1, 2) },
    importModule,
  });
}
