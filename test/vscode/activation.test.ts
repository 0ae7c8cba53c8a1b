import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes?: { readonly commands?: readonly { readonly command: string }[] };
}

const ID = 'varve.varve';

describe('the extension in a real extension host', () => {
  it('is there under its name', () => {
    assert.ok(vscode.extensions.getExtension(ID), `${ID} is not installed`);
  });

  it('activates', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its manifest names, and no other of its own', async () => {
    const extension = vscode.extensions.getExtension(ID);
    assert.ok(extension);
    await extension.activate();
    const manifest = JSON.parse(
      await readFile(join(extension.extensionPath, 'package.json'), 'utf8'),
    ) as Manifest;
    const named = (manifest.contributes?.commands ?? []).map((one) => one.command).sort();
    assert.ok(named.length > 0, 'the manifest names no command');
    // VS Code registers one of these itself for each view: `varve.memory.focus` and the like.
    const byVsCode = /\.(focus|resetViewLocation|removeView|open|toggleVisibility)$/;
    const there = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('varve.'));
    assert.deepEqual(
      named.filter((id) => !there.includes(id)),
      [],
      'named but not registered',
    );
    assert.deepEqual(
      there.filter((id) => !named.includes(id) && !byVsCode.test(id)),
      [],
      'registered but not named',
    );
  });
});
