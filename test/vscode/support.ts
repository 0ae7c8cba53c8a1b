import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import type { ViewId } from '../../src/views/contributions.ts';
import type { VarveApi } from '../../src/views/extension-api.ts';
import type { Row } from '../../src/views/tree/row.ts';

const run = promisify(execFile);

export async function varve(): Promise<VarveApi> {
  const extension = vscode.extensions.getExtension<VarveApi>('varve.varve');
  assert.ok(extension, 'the extension is not there');
  return extension.activate();
}

/** The workspace of the window's one folder. */
export async function theWorkspace(): Promise<MemoryWorkspace> {
  const [workspace] = await (await varve()).workspaces();
  assert.ok(workspace, 'the folder could not be opened');
  return workspace;
}

export async function git(folder: string, ...args: string[]): Promise<string> {
  const person = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return (await run('git', [...person, ...args], { cwd: folder })).stdout.trimEnd();
}

/** Asks again and again until `probe` has an answer; fails after half a minute. */
export async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) assert.fail(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Every row of a view, parents before children. */
export async function allRows(view: ViewId): Promise<readonly Row[]> {
  const flat = (rows: readonly Row[]): readonly Row[] =>
    rows.flatMap((row) => [row, ...flat(row.children ?? [])]);
  return flat(await (await varve()).rows(view));
}

export async function rowNamed(view: ViewId, label: string | RegExp): Promise<Row> {
  const matches = (row: Row): boolean =>
    typeof label === 'string' ? row.label === label : label.test(row.label);
  return until(`${view} shows ${label}`, async () => (await allRows(view)).find(matches));
}
