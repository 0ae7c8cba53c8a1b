import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { Proposal } from '../../src/memory/inbox/proposal.ts';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import { git, rowNamed, theWorkspace, until } from './support.ts';

async function good<T>(
  result: Promise<{ ok: true; value: T } | { ok: false; error: { message: string } }>,
): Promise<T> {
  const settled = await result;
  assert.ok(settled.ok, settled.ok ? '' : settled.error.message);
  return settled.value;
}

async function setUp(workspace: MemoryWorkspace): Promise<void> {
  const options = {
    place: 'repository',
    claudeRules: true,
    agentsPointer: false,
    capture: 'proposed',
  } as const;
  await good(workspace.apply(await good(workspace.planSetUp(options))));
}

const lensTitles = async (path: string): Promise<readonly string[]> => {
  const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
    'vscode.executeCodeLensProvider',
    vscode.Uri.file(path),
    10,
  );
  return lenses.flatMap(({ command }) => (command?.command.startsWith('varve.') ? [command.title] : []));
};

const inline = (value: string | undefined) =>
  vscode.workspace.getConfiguration().update('varve.review.inline', value, vscode.ConfigurationTarget.Global);

const closeAll = () => vscode.commands.executeCommand('workbench.action.closeAllEditors');

describe('review inside the editor', () => {
  let workspace: MemoryWorkspace;
  let proposals: readonly Proposal[];
  before(async () => {
    workspace = await theWorkspace();
    await git(workspace.folder, 'config', 'user.name', 'Test');
    await git(workspace.folder, 'config', 'user.email', 'test@example.com');
    await setUp(workspace);
    const source = await workspace.person();
    for (const title of ['Boats are named by hull number', 'Fees are whole cents'])
      await good(workspace.propose({ kind: 'decision', title, body: `${title}.`, source, group: 'person' }));
    await rowNamed('varve.inbox', /hull number/);
    proposals = await workspace.proposals();
  });
  after(async () => {
    await inline(undefined);
    await closeAll();
    await good(workspace.reject((await workspace.proposals()).map(({ id }) => id)));
    await good(workspace.apply(await good(workspace.planRemoval())));
  });

  it('opens a row as a diff whose right side is the proposal’s own file', async () => {
    const row = await rowNamed('varve.inbox', /hull number/);
    assert.deepEqual(row.open, { kind: 'command', command: 'varve.openProposal' });
    await vscode.commands.executeCommand('varve.openProposal', { row });
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.equal(input.modified.fsPath, row.subject?.kind === 'proposal' ? row.subject.path : '');
    assert.equal((await vscode.workspace.openTextDocument(input.original)).getText(), '');
  });

  it('opens all that wait as one diff, and follows what is reviewed', async () => {
    await closeAll();
    // As the button of the view calls it: with the row that happens to be selected.
    const selected = await rowNamed('varve.inbox', /hull number/);
    await vscode.commands.executeCommand('varve.reviewProposals', { row: selected }, [{ row: selected }]);
    const labels = () => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
    await until('the review is open', async () =>
      labels().find((label) => label.startsWith('Review 2 proposals')),
    );
    const row = await rowNamed('varve.inbox', /whole cents/);
    await vscode.commands.executeCommand('varve.reject', { row });
    await until('one is left in it', async () =>
      labels().find((label) => label.startsWith('Review 1 proposal')),
    );
    await good(workspace.undo());
    await rowNamed('varve.inbox', /whole cents/);
    await closeAll();
  });

  it('says Accept, Edit, Reject and Why by CodeLens where that is chosen, at the proposal and at the insertion point', async () => {
    await inline('codeLens');
    const [proposal] = proposals;
    const path = proposal?.path ?? '';
    await vscode.window.showTextDocument(vscode.Uri.file(path));
    const titles = await until('the lenses are there', async () => {
      const found = await lensTitles(path);
      return found.length > 0 ? found : undefined;
    });
    assert.deepEqual(titles.slice(1), ['Accept', 'Edit', 'Reject', 'Why']);
    const index = join(workspace.folder, '.varve/memory/MEMORY.md');
    await vscode.workspace.openTextDocument(vscode.Uri.file(index));
    assert.match((await lensTitles(index)).join(), /2 lines would be added here/);
    const other = join(workspace.folder, 'CLAUDE.md');
    await vscode.workspace.openTextDocument(vscode.Uri.file(other));
    assert.deepEqual(await lensTitles(other), []);
    await inline('off');
    await until('they are gone', async () => ((await lensTitles(path)).length === 0 ? true : undefined));
  });

  it('keeps nothing where nothing is selected', async () => {
    await closeAll();
    const before = (await workspace.proposals()).length;
    await vscode.commands.executeCommand('varve.rememberSelection');
    assert.equal((await workspace.proposals()).length, before);
  });
});
