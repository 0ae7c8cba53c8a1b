import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import { rowNamed, theWorkspace, until } from './support.ts';

const choice = { place: 'repository', claudeRules: true, agentsPointer: false, capture: 'proposed' } as const;

async function writes(workspace: MemoryWorkspace): Promise<number> {
  return (await workspace.foreign.list()).length;
}

describe('writes of other programs', () => {
  let workspace: MemoryWorkspace;
  let path: string;
  let textBefore: string | undefined;
  before(async () => {
    workspace = await theWorkspace();
    path = join(workspace.folder, 'CLAUDE.md');
    textBefore = await readFile(path, 'utf8').catch(() => undefined);
    await writeFile(path, '# Here\n\n- Keep functions small\n');
    const plan = await workspace.planSetUp(choice);
    assert.ok(plan.ok && (await workspace.apply(plan.value)).ok);
    assert.ok((await workspace.foreign.look()).ok);
  });
  after(async () => {
    const plan = await workspace.planRemoval();
    assert.ok(plan.ok && (await workspace.apply(plan.value)).ok);
    if (textBefore === undefined) await rm(path, { force: true });
    else await writeFile(path, textBefore);
  });

  it('appear in the Inbox by themselves, open as a diff, and are taken back', async () => {
    await writeFile(path, '# Here\n\n- Keep functions small\n- An agent was here\n');
    const row = await rowNamed('varve.inbox', /^CLAUDE\.md$/);
    assert.equal(row.context, 'foreignWrite');
    await vscode.commands.executeCommand('varve.showWrite', { row });
    const tab = await until('the diff is open', async () => vscode.window.tabGroups.activeTabGroup.activeTab);
    assert.ok(tab.input instanceof vscode.TabInputTextDiff);
    const old = await vscode.workspace.openTextDocument(tab.input.original);
    assert.doesNotMatch(old.getText(), /An agent was here/);
    await vscode.commands.executeCommand('varve.takeBackWrite', { row });
    assert.equal(await readFile(path, 'utf8'), '# Here\n\n- Keep functions small\n');
    assert.equal(await writes(workspace), 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('are not what the person saves', async () => {
    const document = await vscode.workspace.openTextDocument(path);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(3, 0), '- Mine\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(await document.save());
    // The quiet second of the watch passes, then what it did is looked at.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    assert.ok((await workspace.foreign.look()).ok);
    assert.equal(await writes(workspace), 0);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
});
