import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RunState } from '../../src/views/runs/run-state.ts';
import { type TaskStep, task } from '../agent/engine/scripted-task.ts';
import { type ModelServer, startModelServer } from '../model-server/server.ts';
import { rowNamed, theWorkspace, until, varve } from './support.ts';

const BEFORE = 'export const fee = 1;\nexport const tax = 2;\n';
const steps: TaskStep[] = [
  { id: 'look', tool: 'read', input: { path: 'fees.js' } },
  {
    id: 'edit',
    tool: 'multi_edit',
    input: {
      path: 'fees.js',
      edits: [
        { old_string: 'fee = 1', new_string: 'fee = 10' },
        { old_string: 'tax = 2', new_string: 'tax = 20' },
      ],
    },
  },
  { id: 'make', tool: 'write', input: { path: 'made.js', content: 'export const made = 1;\n' } },
];

describe('a run in the editor', () => {
  let server: ModelServer;
  let folder: string;
  let path: string;
  const problems = vscode.languages.createDiagnosticCollection('test');
  before(async () => {
    folder = (await theWorkspace()).folder;
    path = join(folder, 'fees.js');
    await writeFile(path, BEFORE);
    server = await startModelServer({ decide: task(steps) });
    const settings = vscode.workspace.getConfiguration();
    await settings.update('varve.model.baseUrl', server.url, vscode.ConfigurationTarget.Global);
    // In a browser VS Code saves by itself after a second.
    await settings.update('files.autoSave', 'off', vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    const settings = vscode.workspace.getConfiguration();
    for (const name of ['varve.model.baseUrl', 'files.autoSave'])
      await settings.update(name, undefined, vscode.ConfigurationTarget.Global);
    problems.dispose();
    await server.close();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['fees.js', 'made.js']) await rm(join(folder, name), { force: true });
  });

  const newest = async (): Promise<RunState> => {
    const run = (await varve()).runs().at(-1);
    assert.ok(run, 'there is no run');
    return run;
  };
  const approval = (name: string) =>
    until(`a change of ${name} asks`, async () =>
      (await newest()).approvals.find((asked) => asked.path?.endsWith(name)),
    );
  const ended = () =>
    until('the run ended', async () => {
      const run = await newest();
      return run.endedAt === undefined ? undefined : run;
    });
  const answer = async (command: string, label: RegExp) => {
    const row = await rowNamed('varve.runs', label);
    await vscode.commands.executeCommand(command, { row });
  };
  /** Takes the quick fix of the problem in fees.js, and what its prompt offers. */
  const fix = async () => {
    const range = new vscode.Range(0, 13, 0, 16);
    problems.set(vscode.Uri.file(path), [new vscode.Diagnostic(range, 'fee is too low')]);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
    );
    const ours = actions.find(({ title }) => title === 'Varve: ask an agent to fix this');
    assert.ok(ours?.command, 'the quick fix is not offered');
    const count = (await varve()).runs().length;
    const [uri, problem] = ours.command.arguments ?? [];
    const asking = vscode.commands.executeCommand(ours.command.command, uri, problem);
    await until('the run started', async () => {
      await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await varve()).runs().length > count ? true : undefined;
    });
    await asking;
    return document;
  };

  it('starts from a problem, and what it asks is a diff of the real file before and after', async () => {
    const document = await fix();
    await approval('fees.js');
    assert.match(JSON.stringify(server.requests[0]?.body.messages), /fees\.js:1.*fee is too low/s);
    await answer('varve.showDiff', /^Allow\? .*fees\.js/);
    const tab = await until('the diff is open', async () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff ? input : undefined;
    });
    assert.equal(tab.original.toString(), document.uri.toString());
    const asked = await vscode.workspace.openTextDocument(tab.modified);
    assert.equal(asked.getText(), 'export const fee = 10;\nexport const tax = 20;\n');
    assert.equal(await readFile(path, 'utf8'), BEFORE);
    await answer('varve.allowOnce', /^Allow\? .*fees\.js/);
    await approval('made.js');
    await answer('varve.showDiff', /^Allow\? .*made\.js/);
    const made = await until('the diff of the new file is open', async () => {
      const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputTextDiff && input.modified.path.endsWith('made.js')
        ? input
        : undefined;
    });
    const [left, right] = await Promise.all([
      vscode.workspace.openTextDocument(made.original),
      vscode.workspace.openTextDocument(made.modified),
    ]);
    assert.equal(left.getText(), '');
    assert.equal(right.getText(), 'export const made = 1;\n');
    await answer('varve.deny', /^Allow\? .*made\.js/);
    assert.equal((await ended()).outcome, 'success');
  });

  it('changed an open file without unsaved edits: it shows that, and undo takes it back', async () => {
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    await until('the editor shows what the run wrote', async () =>
      document.getText().includes('fee = 10') && !document.isDirty ? true : undefined,
    );
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), BEFORE);
    await vscode.commands.executeCommand('redo');
    assert.match(document.getText(), /fee = 10/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('leaves a file with unsaved edits alone, and says so to the model', async () => {
    await writeFile(path, BEFORE);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    await until('the editor shows the file', async () => (document.getText() === BEFORE ? true : undefined));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(2, 0), '// mine\n');
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.ok(document.isDirty);
    const count = server.requests.length;
    await fix();
    // The plan may ask before it finds the edits; whatever is allowed must not be written.
    for (;;) {
      const run = await newest();
      if (run.endedAt !== undefined) break;
      for (const { path: asked } of run.approvals)
        await answer(asked?.endsWith('made.js') ? 'varve.deny' : 'varve.allowOnce', /^Allow\?/);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await readFile(path, 'utf8'), BEFORE);
    assert.ok(document.isDirty && document.getText().includes('// mine'));
    assert.match(JSON.stringify(server.requests.slice(count).at(-1)?.body.messages), /unsaved/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('can be read as a document', async () => {
    const row = await rowNamed('varve.runs', /^Fix this problem/);
    await vscode.commands.executeCommand('varve.openTranscript', { row });
    const document = await until('the transcript is open', async () => {
      const open = vscode.window.activeTextEditor?.document;
      return open?.uri.scheme === 'varve-run' ? open : undefined;
    });
    assert.equal(document.languageId, 'markdown');
    assert.match(document.getText(), /fee is too low/);
    assert.match(document.getText(), /### You/);
  });
});
