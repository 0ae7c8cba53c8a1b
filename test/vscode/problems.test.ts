import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { theWorkspace, until } from './support.ts';

const ours = (uri: vscode.Uri): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Varve');

describe('problems of the memory', () => {
  it('are shown by Check Memory, with a quick fix that the editor applies, and go when they are gone', async () => {
    const { folder } = await theWorkspace();
    const path = join(folder, 'CLAUDE.local.md');
    const uri = vscode.Uri.file(path);
    const text = '# Mine\n\n- Hid\u200bden words\n- @gone.md\n';
    await writeFile(path, text);
    try {
      await vscode.commands.executeCommand('varve.checkMemory');
      const found = await until('the problems are shown', async () =>
        ours(uri).length === 2 ? ours(uri) : undefined,
      );
      assert.deepEqual(
        found.map(({ code, severity }) => [code, severity]),
        [
          ['invisible-characters', vscode.DiagnosticSeverity.Warning],
          ['broken-import', vscode.DiagnosticSeverity.Error],
        ],
      );
      const place = found[0]?.range;
      assert.deepEqual([place?.start.line, place?.start.character, place?.end.character], [2, 5, 6]);

      const document = await vscode.workspace.openTextDocument(uri);
      // Another test may have left a file of this name in the window, which takes up the new text a little later.
      await until('the window has this text', async () => (document.getText() === text ? true : undefined));
      // The window hears of a problem a little after this side has it.
      const edit = await until('the fix is offered', async () => {
        const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          uri,
          place,
          vscode.CodeActionKind.QuickFix.value,
        );
        return actions.find(({ title }) => title === 'Take the invisible characters out')?.edit;
      });
      assert.ok(await vscode.workspace.applyEdit(edit));
      await document.save();
      assert.equal(await readFile(path, 'utf8'), '# Mine\n\n- Hidden words\n- @gone.md\n');
      await until('the repaired problem is gone', async () => (ours(uri).length === 1 ? true : undefined));
    } finally {
      await rm(path);
    }
    await until('nothing is said of a file that is gone', async () =>
      ours(uri).length === 0 ? true : undefined,
    );
  });
});
