import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import { git, rowNamed, theWorkspace, until, varve } from './support.ts';

async function setUp(workspace: MemoryWorkspace): Promise<void> {
  const plan = await workspace.planSetUp({
    place: 'repository',
    claudeRules: true,
    agentsPointer: true,
    capture: 'proposed',
  });
  assert.ok(plan.ok, plan.ok ? '' : plan.error.message);
  const done = await workspace.apply(plan.value);
  assert.ok(done.ok, done.ok ? '' : done.error.message);
}

async function remove(workspace: MemoryWorkspace): Promise<void> {
  const plan = await workspace.planRemoval();
  assert.ok(plan.ok, plan.ok ? '' : plan.error.message);
  const done = await workspace.apply(plan.value);
  assert.ok(done.ok, done.ok ? '' : done.error.message);
}

const commit = async (folder: string, message: string, file: string): Promise<void> => {
  await writeFile(join(folder, file), `${message}\n`);
  await git(folder, 'add', file);
  await git(folder, 'commit', '-q', '-m', message);
};

describe('review', () => {
  let workspace: MemoryWorkspace;
  before(async () => {
    workspace = await theWorkspace();
    await git(workspace.folder, 'config', 'user.name', 'Test');
    await git(workspace.folder, 'config', 'user.email', 'test@example.com');
    await setUp(workspace);
  });
  after(() => remove(workspace));

  it('finds a decision in a commit made while the window is open, by itself', async () => {
    await commit(workspace.folder, 'Decision: keep dates in UTC because servers differ', 'dates.txt');
    const row = await rowNamed('varve.inbox', /dates in UTC/i);
    assert.equal(row.context, 'proposal');
  });

  it('accepts from the tree: the row moves from the Inbox into Memory and the effective memory', async () => {
    const row = await rowNamed('varve.inbox', /dates in UTC/i);
    await vscode.commands.executeCommand('varve.accept', { row });
    assert.deepEqual(
      (await (await varve()).proposals()).map(({ id }) => id),
      [],
    );
    await rowNamed('varve.memory', /dates in UTC/i);
    assert.match((await workspace.effective()).document, /dates in UTC/i);
    assert.match(await readFile(join(workspace.folder, '.varve/memory/MEMORY.md'), 'utf8'), /dates in UTC/i);
  });

  it('undoes the last change', async () => {
    await vscode.commands.executeCommand('varve.undo');
    await rowNamed('varve.inbox', /dates in UTC/i);
    assert.doesNotMatch((await workspace.effective()).document, /dates in UTC/i);
  });

  it('opens a proposal to edit it, and closes its tab when it is rejected', async () => {
    const row = await rowNamed('varve.inbox', /dates in UTC/i);
    await vscode.commands.executeCommand('varve.edit', { row });
    const path = row.subject?.kind === 'proposal' ? row.subject.path : '';
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path);
    await vscode.commands.executeCommand('varve.reject', { row });
    const isOpen = (): boolean =>
      vscode.window.tabGroups.all
        .flatMap(({ tabs }) => tabs)
        .some(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === path);
    await until('the tab is closed', async () => (isOpen() ? undefined : true));
    assert.deepEqual(await (await varve()).proposals(), []);
  });

  it('does not propose again what was rejected', async () => {
    await vscode.commands.executeCommand('varve.capture');
    assert.deepEqual(await (await varve()).proposals(), []);
  });

  it('never writes a memory file that is open with unsaved edits', async () => {
    await commit(workspace.folder, 'Decision: use pnpm because it is faster', 'pnpm.txt');
    const row = await rowNamed('varve.inbox', /pnpm/i);
    const rules = vscode.Uri.file(join(workspace.folder, '.claude/rules/varve.md'));
    const editor = await vscode.window.showTextDocument(rules);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'unsaved '));
    const id = row.subject?.kind === 'proposal' ? row.subject.id : '';
    const refused = await workspace.accept([id]);
    assert.equal(refused.ok ? 'accepted' : refused.error.kind, 'unsaved');
    await vscode.commands.executeCommand('workbench.action.files.revert');
    const accepted = await workspace.accept([id]);
    assert.ok(accepted.ok, accepted.ok ? '' : accepted.error.message);
    await workspace.undo();
    await workspace.reject([id]);
  });
});

describe('set-up', () => {
  it('writes nothing while it plans, and its removal restores every byte', async () => {
    const workspace = await theWorkspace();
    const status = () =>
      git(workspace.folder, 'status', '--porcelain=v1', '--untracked-files=all', '--ignored');
    const before = await status();
    const plan = await workspace.planSetUp({
      place: 'repository',
      claudeRules: true,
      agentsPointer: true,
      capture: 'never',
    });
    assert.ok(plan.ok);
    assert.ok(plan.value.changes.length > 0);
    assert.equal(await status(), before);
    await setUp(workspace);
    assert.notEqual(await status(), before);
    await remove(workspace);
    assert.equal(await status(), before);
  });
});
