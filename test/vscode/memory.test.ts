import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { allRows, rowNamed, theWorkspace, until, varve } from './support.ts';

describe('the Memory view', () => {
  it('shows scope, file, section and entry, and opens the entry at its line', async () => {
    const labels = (await allRows('varve.memory')).map((row) => row.label);
    for (const label of ['Project', 'CLAUDE.md', 'House rules'])
      assert.ok(labels.includes(label), `${label} is not among ${labels}`);
    const entry = await rowNamed('varve.memory', /Use tabs/);
    assert.equal(entry.open?.kind, 'file');
    assert.equal(entry.open?.kind === 'file' && entry.open.line, 2);
  });

  it('says what loads above the rows', async () => {
    await (await varve()).rows('varve.memory');
    assert.match((await varve()).message('varve.memory') ?? '', /\d tokens load here/);
  });

  it('shows a memory file in a directory that was made a moment ago', async () => {
    const { folder } = await theWorkspace();
    const fresh = join(folder, 'fresh');
    await mkdir(join(fresh, 'nested'), { recursive: true });
    await writeFile(join(fresh, 'nested', 'CLAUDE.md'), '# Nested\n\n- Only here.\n');
    try {
      await rowNamed('varve.memory', /fresh\/nested\/CLAUDE\.md/);
    } finally {
      await rm(fresh, { recursive: true });
    }
  });

  it('follows a file that changes on disk', async () => {
    const { folder } = await theWorkspace();
    const file = join(folder, 'CLAUDE.local.md');
    await writeFile(file, '- Mine alone.\n');
    await rowNamed('varve.memory', /Mine alone/);
    await rm(file);
    await until('the row is gone', async () =>
      (await allRows('varve.memory')).some((row) => /Mine alone/.test(row.label)) ? undefined : true,
    );
  });
});

describe('the effective memory', () => {
  const shown = (): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find((document) => document.uri.scheme === 'varve-effective');

  it('opens as a Markdown document and follows the disk while it is open', async () => {
    const { folder } = await theWorkspace();
    await vscode.commands.executeCommand('varve.showEffectiveMemory');
    const document = await until('the document is open', async () => shown());
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /Use tabs/);
    const file = join(folder, 'CLAUDE.local.md');
    await writeFile(file, '- Seen at once.\n');
    try {
      await until('the document has the new text', async () =>
        /Seen at once/.test(shown()?.getText() ?? '') ? true : undefined,
      );
    } finally {
      await rm(file);
    }
  });
});

describe('Create CLAUDE.md', () => {
  it('opens the file that is there and leaves it as it is', async () => {
    const { folder } = await theWorkspace();
    const path = join(folder, 'CLAUDE.md');
    const before = await readFile(path, 'utf8');
    await vscode.commands.executeCommand('varve.createClaudeMd');
    assert.equal(vscode.window.activeTextEditor?.document.uri.fsPath, path);
    assert.equal(await readFile(path, 'utf8'), before);
  });

  it('imports AGENTS.md where that stands, since Claude Code would drop it otherwise', async () => {
    const { folder } = await theWorkspace();
    const path = join(folder, 'CLAUDE.md');
    const before = await readFile(path, 'utf8');
    await writeFile(join(folder, 'AGENTS.md'), '# All\n\n- Be kind.\n');
    await rm(path);
    try {
      await vscode.commands.executeCommand('varve.createClaudeMd');
      assert.equal(await readFile(path, 'utf8'), '@AGENTS.md\n');
      await rowNamed('varve.memory', /Be kind/);
    } finally {
      await rm(join(folder, 'AGENTS.md'));
      await writeFile(path, before);
    }
  });
});
