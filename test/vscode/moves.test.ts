import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRows, rowNamed, theWorkspace, until } from './support.ts';

const text = '# House rules\n\n- Use tabs.\n- Tests first.\n';

async function bytes(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

/** Takes what a quick pick has first, again and again until `probe` sees that it was taken. */
async function takeFirst<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  return until(what, async () => {
    const found = await probe();
    if (found === undefined)
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    return found;
  });
}

async function undone(what: string, probe: () => Promise<boolean>): Promise<void> {
  await vscode.commands.executeCommand('varve.undo');
  await until(what, async () => ((await probe()) ? true : undefined));
}

describe('Move to Scope…', () => {
  let path: string;
  let original: string;
  let user: string;

  before(async () => {
    const workspace = await theWorkspace();
    path = join(workspace.folder, 'CLAUDE.md');
    original = await readFile(path, 'utf8');
    await writeFile(path, text);
    const place = (await workspace.edits.places()).find(({ scope }) => scope === 'user');
    assert.ok(place);
    user = place.path;
    await rm(user, { force: true });
    await rowNamed('varve.memory', /Tests first/);
  });

  after(async () => {
    await rm(user, { force: true });
    await writeFile(path, original);
  });

  it('moves the entry of a row to the scope that is picked, shows it there, and undo gives back every byte', async () => {
    const row = await rowNamed('varve.memory', /Tests first/);
    const moving = vscode.commands.executeCommand('varve.moveEntry', { row });
    assert.equal(await takeFirst('the entry has moved', () => bytes(user)), '- Tests first.\n');
    await moving;
    assert.equal(await bytes(path), '# House rules\n\n- Use tabs.\n');
    const moved = await rowNamed('varve.memory', /Tests first/);
    assert.equal(moved.open?.kind === 'file' && moved.open.path, user);
    await undone('the entry is back', async () => (await bytes(user)) === undefined);
    assert.equal(await bytes(path), text);
    await until('its row is back', async () => {
      const back = (await allRows('varve.memory')).find(({ label }) => /Tests first/.test(label));
      return back?.open?.kind === 'file' && back.open.path === path ? true : undefined;
    });
  });

  it('never writes a file with unsaved edits', async () => {
    const settings = vscode.workspace.getConfiguration('files');
    // VS Code in a browser saves by itself after a second.
    await settings.update('autoSave', 'off', vscode.ConfigurationTarget.Global);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), 'x');
    assert.ok(await vscode.workspace.applyEdit(edit));
    const row = await rowNamed('varve.memory', /Use tabs/);
    let ended = false;
    const refused = Promise.resolve(vscode.commands.executeCommand('varve.moveEntry', { row })).then(() => {
      ended = true;
    });
    await takeFirst('the command ended', () => Promise.resolve(ended || undefined));
    await refused;
    assert.equal(await bytes(path), text);
    assert.equal(await bytes(user), undefined);
    assert.equal(document.getText(), `x${text}`);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await vscode.commands.executeCommand('notifications.clearAll');
    await settings.update('autoSave', undefined, vscode.ConfigurationTarget.Global);
  });
});

describe('Create CLAUDE.md and Undo Last Memory Change', () => {
  it('make the file through the ledger and take it away again', async () => {
    const { folder } = await theWorkspace();
    const path = join(folder, 'CLAUDE.md');
    const before = await readFile(path, 'utf8');
    await rm(path);
    try {
      await vscode.commands.executeCommand('varve.createClaudeMd');
      assert.equal(await bytes(path), '# What agents should know about this project\n\n');
      assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path);
      await undone('the file is gone', async () => (await bytes(path)) === undefined);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await writeFile(path, before);
    }
  });
});
