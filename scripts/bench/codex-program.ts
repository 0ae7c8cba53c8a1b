import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const VERSION = '0.169.0';
const CACHE = resolve('.host/codex');
const PROGRAM = 'node_modules/@openai/codex-linux-x64/vendor/x86_64-unknown-linux-musl/bin/codex';

/** Codex itself, without the Node program that npm puts before it; installed from npm where it is not. Rejects where it cannot be. */
export async function installCodex(): Promise<string> {
  const path = process.env['VARVE_CODEX_BINARY'] ?? join(CACHE, PROGRAM);
  if (await isThere(path)) return path;
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('Codex is taken for Linux on x64 only.');
  await mkdir(CACHE, { recursive: true });
  const command = ['install', '--prefix', CACHE, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
  await promisify(execFile)('npm', [...command, `@openai/codex@${VERSION}`], { timeout: 600_000 });
  await access(path);
  return path;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
