// The demo in a desktop VS Code: one that is installed, or one that is downloaded.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, resolveCliPathFromVSCodeExecutablePath } from '@vscode/test-electron';
import { runToEnd } from '../../test/host/host-process.ts';

/** Longest silence of a download before we take another way. */
const SILENCE_MS = 20_000;

/** Opens `workspace` in a VS Code with homes below `root` and answers when its window is closed. */
export async function openDesktop(
  code: string,
  root: string,
  workspace: string,
  vsix: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const own = ['--user-data-dir', join(root, 'user-data'), '--extensions-dir', join(root, 'extensions')];
  await mkdir(join(root, 'user-data/User'), { recursive: true });
  await writeFile(join(root, 'user-data/User/settings.json'), JSON.stringify(SETTINGS, null, 2));
  const installed = await runToEnd(code, [...own, '--install-extension', vsix, '--force'], { env });
  if (installed.code !== 0)
    throw new Error(`VS Code did not install the extension: ${installed.output.trim()}`);
  const opened = await runToEnd(
    code,
    [...own, '--new-window', '--wait', '--disable-workspace-trust', workspace],
    { env },
  );
  if (opened.code !== 0) throw new Error(`VS Code ended with code ${opened.code}: ${opened.output.trim()}`);
}

const SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoCheckUpdates': false,
  'workbench.startupEditor': 'none',
};

/** Downloads desktop VS Code into `.vscode-test/` (once); answers its command, or why there is none. */
export async function downloadDesktop(): Promise<{ readonly code: string } | { readonly problem: string }> {
  try {
    const executable = await downloadAndUnzipVSCode({ version: 'stable', timeout: SILENCE_MS });
    return { code: resolveCliPathFromVSCodeExecutablePath(executable) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
