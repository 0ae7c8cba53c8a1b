import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { projectSlug } from '../../src/memory/hierarchy/places.ts';
import { rowNamed, theWorkspace, until } from './support.ts';

const shown = (scheme: string): vscode.TextDocument | undefined =>
  vscode.window.visibleTextEditors
    .map(({ document }) => document)
    .find((document) => document.uri.scheme === scheme);

const textHas = (scheme: string, words: RegExp): Promise<string> =>
  until(`${scheme} says ${words}`, async () => {
    const text = shown(scheme)?.getText() ?? '';
    return words.test(text) ? text : undefined;
  });

describe('the effective memory of a file', () => {
  it('says for which file it is, and follows the disk while it is open', async () => {
    const { folder } = await theWorkspace();
    await mkdir(join(folder, '.claude/rules'), { recursive: true });
    const code = vscode.Uri.file(join(folder, 'code.py'));
    await writeFile(code.fsPath, 'pass\n');
    try {
      await vscode.window.showTextDocument(code);
      await vscode.commands.executeCommand('varve.showEffectiveMemory');
      await textHas('varve-effective', /with `code\.py` open/);
      assert.match(await textHas('varve-effective', /## Summary/), /\| +1 \| `CLAUDE\.md` *\|/);
      await writeFile(join(folder, '.claude/rules/py.md'), '---\npaths: "*.py"\n---\n\n- Four spaces.\n');
      const text = await textHas('varve-effective', /Four spaces/);
      assert.match(text, /## Lost after a compaction, returns on a read\n\nAbout \d+ tokens/);
      await rm(join(folder, '.claude/rules/py.md'));
      await until('the rule is gone again', async () =>
        /Four spaces/.test(shown('varve-effective')?.getText() ?? '') ? undefined : true,
      );
    } finally {
      await rm(join(folder, '.claude'), { recursive: true });
      await rm(code.fsPath);
    }
  });
});

describe('why a file loads', () => {
  it('is answered for the file in the editor, and goes with the disk', async () => {
    const { folder } = await theWorkspace();
    const notes = vscode.Uri.file(join(folder, 'notes.md'));
    await writeFile(notes.fsPath, 'Notes.\n');
    try {
      await vscode.window.showTextDocument(notes);
      await vscode.commands.executeCommand('varve.explainFile');
      await textHas('varve-why', /# Why `notes\.md` does not load/);
      await writeFile(join(folder, 'CLAUDE.local.md'), '@notes.md\n');
      const text = await textHas('varve-why', /# Why `notes\.md` loads/);
      assert.match(text, /1\. `CLAUDE\.local\.md` loads/);
    } finally {
      await rm(join(folder, 'CLAUDE.local.md'), { force: true });
      await rm(notes.fsPath);
    }
  });

  it('is answered for a row of the Memory view', async () => {
    const row = await rowNamed('varve.memory', 'CLAUDE.md');
    await vscode.commands.executeCommand('varve.explainFile', { row });
    await textHas('varve-why', /# Why `CLAUDE\.md` loads/);
  });
});

describe('the Markdown preview', () => {
  const render = async (uri: vscode.Uri): Promise<string> => {
    const document = await vscode.workspace.openTextDocument(uri);
    return vscode.commands.executeCommand<string>('markdown.api.render', document);
  };
  const rendered = (uri: vscode.Uri, words: RegExp): Promise<string> =>
    until(`the preview of ${uri.fsPath} has ${words}`, async () => {
      const html = await render(uri);
      return words.test(html) ? html : undefined;
    });

  it('of a memory file shows its imports with their states, inert, and follows the disk', async () => {
    const { folder } = await theWorkspace();
    const local = vscode.Uri.file(join(folder, 'CLAUDE.local.md'));
    const imported = join(folder, 'imported.md');
    const hostile =
      '# Imported\n\n<script>alert(1)</script> <img src="https://x.invalid/a.png"> ![b](https://x.invalid/b.png) [c](command:varve.setUp) https://x.invalid/d\n\n<iframe src="https://x.invalid"></iframe>\n';
    await writeFile(imported, hostile);
    await writeFile(local.fsPath, '# Mine\n\nSee @imported.md and @nowhere/gone.md\n');
    try {
      const html = await rendered(local, /varve-import varve-loaded/);
      assert.match(html, /varve-budget varve-loaded/);
      assert.match(html, /varve-import varve-missing/);
      const frame = html.slice(
        html.indexOf('<section class="varve-import varve-loaded'),
        html.indexOf('</section>'),
      );
      assert.match(frame, /<h1>Imported<\/h1>/);
      assert.doesNotMatch(frame, /<(?:script|img|iframe|a)[\s>]/i);
      assert.match(frame, /&lt;script&gt;/);
      await writeFile(imported, 'Changed meanwhile.\n');
      await rendered(local, /Changed meanwhile/);
      await rm(imported);
      assert.doesNotMatch(await rendered(local, /(?:varve-missing[\s\S]*){2}/), /varve-import varve-loaded/);
    } finally {
      await rm(imported, { force: true });
      await rm(local.fsPath);
    }
  });

  it('of an index over its limit says how full it is, and marks the first line that does not load', async () => {
    const { root } = await theWorkspace();
    const configuration = process.env['CLAUDE_CONFIG_DIR'];
    assert.ok(configuration, 'the test host sets it');
    const directory = join(configuration, 'projects', projectSlug(root), 'memory');
    await mkdir(directory, { recursive: true });
    const index = vscode.Uri.file(join(directory, 'MEMORY.md'));
    const lines = Array.from({ length: 230 }, (_, line) => `- fact ${line + 1}`);
    await writeFile(index.fsPath, `${lines.join('\n')}\n`);
    try {
      const html = await rendered(index, /varve-cut/);
      assert.match(html, /230 of 200 lines\./);
      const marker = html.indexOf('<li class="varve-cut">');
      assert.ok(html.indexOf('fact 200<') < marker && marker < html.indexOf('fact 201<'), html);
    } finally {
      await rm(join(configuration, 'projects'), { recursive: true });
    }
  });

  it('of any other Markdown file is what it always was', async () => {
    const { folder } = await theWorkspace();
    const readme = vscode.Uri.file(join(folder, 'README.md'));
    await writeFile(readme.fsPath, '# Read me\n\n@CLAUDE.md is not imported here.\n');
    try {
      const html = await render(readme);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await render(readme), html);
      assert.match(html, /<h1[^>]*>Read me<\/h1>/);
      assert.doesNotMatch(html, /varve/);
    } finally {
      await rm(readme.fsPath);
    }
  });
});
