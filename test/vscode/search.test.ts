import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { theWorkspace, until } from './support.ts';

/** Where the cursor stands, while the box is asked again and again to take its first row. */
async function takeFirst(path: string): Promise<number> {
  return until(`${path} is open`, async () => {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    const editor = vscode.window.activeTextEditor;
    return editor?.document.uri.fsPath === path ? editor.selection.active.line : undefined;
  });
}

describe('Search Memory…', () => {
  it('searches for the selected word and opens the nearest entry at its line', async () => {
    const { folder } = await theWorkspace();
    const memory = join(folder, 'CLAUDE.local.md');
    const code = join(folder, 'harbor.txt');
    await writeFile(
      memory,
      '# Harbor\n\n- All cranes.\n\n- Zebra: cranes, cranes and lighthouses are painted.\n',
    );
    await writeFile(code, 'lighthouses\n');
    try {
      const workspace = await theWorkspace();
      await until('the entry is found', async () =>
        (await workspace.search('lighthouses')).length > 0 ? true : undefined,
      );
      const editor = await vscode.window.showTextDocument(vscode.Uri.file(code));
      editor.selection = new vscode.Selection(0, 0, 0, 'lighthouses'.length);
      const closed = vscode.commands.executeCommand('varve.searchMemory');
      assert.equal(await takeFirst(memory), 4);
      await closed;
    } finally {
      await rm(memory);
      await rm(code);
    }
  });

  it('stays quiet where nothing is found, and closes', async () => {
    const closed = vscode.commands.executeCommand('varve.searchMemory');
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
    await closed;
  });
});
