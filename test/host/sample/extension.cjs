// One of each thing a person meets: trees, badge, questions, toast, terminal, difference.
const vscode = require('vscode');

class Rows {
  constructor(rows) {
    this.rows = rows;
    this.changed = new vscode.EventEmitter();
    this.onDidChangeTreeData = this.changed.event;
  }
  getTreeItem(row) {
    const state = row.children
      ? vscode.TreeItemCollapsibleState.Collapsed
      : vscode.TreeItemCollapsibleState.None;
    const item = new vscode.TreeItem(row.label, state);
    item.description = row.description;
    return item;
  }
  getChildren(row) {
    return row ? row.children : this.rows;
  }
}

function terminal() {
  const written = new vscode.EventEmitter();
  let typed = '';
  const pty = {
    onDidWrite: written.event,
    open: () => written.fire('sample terminal is ready\r\n'),
    close: () => {},
    handleInput: (text) => {
      if (text !== '\r') typed += text;
      else written.fire(`you said ${typed}\r\n`);
    },
  };
  vscode.window.createTerminal({ name: 'Sample run', pty }).show();
}

async function ask() {
  const pick = await vscode.window.showQuickPick(['this repository', 'this machine'], {
    title: 'Where',
    placeHolder: 'Where to',
  });
  const name = await vscode.window.showInputBox({ title: 'Name', prompt: 'How to call it' });
  const choice = await vscode.window.showInformationMessage(`Keep ${name} in ${pick}?`, 'Keep', 'Drop');
  void vscode.window.showInformationMessage(`You chose ${choice}`);
}

async function difference() {
  const left = await vscode.workspace.openTextDocument({ content: 'one\ntwo\n' });
  const right = await vscode.workspace.openTextDocument({ content: 'one\nthree\n' });
  await vscode.commands.executeCommand('vscode.diff', left.uri, right.uri, 'Before and after');
}

function activate(context) {
  const strata = new Rows([
    {
      label: 'Project',
      description: '12 tokens',
      children: [{ label: 'CLAUDE.md', children: [{ label: 'Use tabs' }] }],
    },
  ]);
  const arrivals = new Rows([{ label: 'Use sqlite' }, { label: 'Drop redis' }]);
  const inbox = vscode.window.createTreeView('sample.inbox', { treeDataProvider: arrivals });
  const show = () => {
    inbox.badge = { value: arrivals.rows.length, tooltip: `${arrivals.rows.length} to review` };
    arrivals.changed.fire(undefined);
  };
  show();
  const command = (name, run) => context.subscriptions.push(vscode.commands.registerCommand(name, run));
  context.subscriptions.push(inbox, vscode.window.registerTreeDataProvider('sample.memory', strata));
  command('sample.hello', () => void vscode.window.showInformationMessage(`Hello from ${process.version}`));
  command('sample.ask', ask);
  command('sample.terminal', terminal);
  command('sample.diff', difference);
  command('sample.accept', (row) => {
    arrivals.rows = arrivals.rows.filter((other) => other !== row);
    show();
  });
  command('sample.grow', () => {
    strata.rows = [...strata.rows, { label: `Grown ${strata.rows.length}` }];
    strata.changed.fire(undefined);
  });
}

module.exports = { activate };
