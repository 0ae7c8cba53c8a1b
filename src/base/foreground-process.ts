import { spawn } from 'node:child_process';

/**
 * Runs a command line of the user's own (their `$EDITOR`) with a file on this terminal and waits for its end.
 * Answers its exit code; 127 where it cannot be started.
 */
export function runForeground(
  commandLine: string,
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve) => {
    // As git does: the setting may hold arguments (`code --wait`), so a shell reads it; the path comes as "$1".
    const isWindows = process.platform === 'win32';
    const args = isWindows
      ? ['/d', '/s', '/c', `${commandLine} "${path}"`]
      : ['-c', `${commandLine} "$1"`, 'sh', path];
    const child = spawn(isWindows ? 'cmd' : 'sh', args, {
      stdio: 'inherit',
      env: { ...environment },
      windowsVerbatimArguments: isWindows,
    });
    child.on('error', () => resolve(127));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
