import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import type { Row } from '../../src/views/tree/row.ts';
import { allRows, git, theWorkspace, until } from './support.ts';

const choice = { place: 'repository', claudeRules: true, agentsPointer: false, capture: 'proposed' } as const;
const code = `export function fee(days: number): number {
  return Math.round(days * 1250);
}

export function berth(): string {
  return 'B12';
}
`;

describe('code that a record speaks of', () => {
  let workspace: MemoryWorkspace;
  let uri: vscode.Uri;
  before(async () => {
    workspace = await theWorkspace();
    uri = vscode.Uri.file(join(workspace.folder, 'fees.ts'));
    const plan = await workspace.planSetUp(choice);
    assert.ok(plan.ok && (await workspace.apply(plan.value)).ok);
    await writeFile(uri.fsPath, code);
    await git(workspace.folder, 'add', 'fees.ts');
    await git(workspace.folder, 'commit', '-q', '-m', 'Fees');
    const proposed = await workspace.propose({
      kind: 'decision',
      title: 'Fees are whole cents',
      body: 'Fees are whole cents, <b>not</b> [floats](command:workbench.action.quit).\n\n**Why:** Floats drift.',
      source: await workspace.person(),
      group: 'person',
      paths: ['fees.ts'],
      evidence: [{ path: 'fees.ts', line: 2, text: '  return Math.round(days * 1250);' }],
    });
    assert.ok(proposed.ok && (await workspace.accept([proposed.value.id])).ok);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const plan = await workspace.planRemoval();
    assert.ok(plan.ok && (await workspace.apply(plan.value)).ok);
    await rm(uri.fsPath, { force: true });
    await vscode.workspace.getConfiguration().update('varve.code.lens', undefined, true);
  });

  /** The record's own row: the delivery file has an entry of the same words. */
  const recordRow = (): Promise<Row> =>
    until('the record is in the tree', async () =>
      (await allRows('varve.memory')).find(
        ({ label, context }) => context?.includes('keptRecord') && label.includes('Fees are whole'),
      ),
    );

  const hoverAt = async (line: number): Promise<string> => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      new vscode.Position(line, 4),
    );
    const texts = hovers
      .flatMap(({ contents }) => contents)
      .map((part) => (typeof part === 'string' ? part : part.value));
    // Text of a hover has blanks that do not break.
    return texts
      .map((text) => text.replaceAll('&nbsp;', ' '))
      .filter((text) => text.includes('Governed'))
      .join('\n');
  };

  it('says which decision governs it and since when, and nothing over other code', async () => {
    await vscode.window.showTextDocument(uri);
    const text = await until('the hover says it', async () => (await hoverAt(1)) || undefined);
    assert.match(text, /Governed by decision/);
    assert.match(text, /Fees are whole/);
    assert.match(text, /since \d{4}-\d\d-\d\d/);
    assert.doesNotMatch(text, /\]\(command:workbench|<b>/);
    assert.equal(await hoverAt(5), '');
  });

  it('names the record in a line above it where that is chosen', async () => {
    await vscode.workspace.getConfiguration().update('varve.code.lens', true, true);
    const lens = await until('the lens is there', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        uri,
        10,
      );
      return lenses.find(({ command }) => command?.command === 'varve.openRecord');
    });
    assert.equal(lens.range.start.line, 0);
    await vscode.commands.executeCommand('varve.openRecord', ...(lens.command?.arguments ?? []));
    assert.match(vscode.window.activeTextEditor?.document.uri.fsPath ?? '', /\.varve.memory.decision-/);
  });

  it('is as it was after formatting, and is told of after a change: in the tree and in Problems', async () => {
    await save(`// Money.\n${code.replace('  return Math', '\treturn  Math')}`);
    const fresh = await workspace.freshness.look();
    assert.deepEqual(
      fresh.map(({ state }) => state),
      ['fresh'],
    );
    await save(code.replace('1250', '1400'));
    await vscode.commands.executeCommand('varve.checkMemory');
    const row = await until('the tree says it', async () => {
      const found = await recordRow();
      return found.description?.includes('code changed since') ? found : undefined;
    });
    const record = vscode.Uri.file(row.subject?.kind === 'file' ? row.subject.path : '');
    await until('Problems say it', async () =>
      vscode.languages.getDiagnostics(record).find(({ message }) => message.includes('was changed since')),
    );
  });

  it('is taken anew by the quick fix Still true, and by Retire the record goes to the archive', async () => {
    const row = await recordRow();
    const record = vscode.Uri.file(row.subject?.kind === 'file' ? row.subject.path : '');
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      record,
      new vscode.Range(0, 0, 0, 1),
    );
    const fix = actions.find(({ command }) => command?.command === 'varve.stillTrue');
    assert.ok(fix?.command, actions.map(({ title }) => title).join());
    await vscode.commands.executeCommand(fix.command.command, ...(fix.command.arguments ?? []));
    await until('nothing is stale', async () => {
      const [answer] = await workspace.freshness.look();
      return answer?.state === 'fresh' ? answer : undefined;
    });
    await vscode.commands.executeCommand('varve.retireRecord', { row });
    await until('it is retired', async () => {
      const [first] = await workspace.timeline();
      return first?.record.status === 'retired' ? first : undefined;
    });
    assert.doesNotMatch(await readFile(join(workspace.folder, '.varve/memory/MEMORY.md'), 'utf8'), /Fees/);
  });

  async function save(text: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(uri);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
    assert.ok(await vscode.workspace.applyEdit(edit));
    // An editor in a browser saves by itself and may have been faster.
    await document.save();
    assert.equal(document.isDirty, false);
  }
});
