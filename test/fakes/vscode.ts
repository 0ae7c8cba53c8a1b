// The little of VS Code's API that views need where no editor is: words, enums, plain data. What draws is tested in
// the real host (test/vscode, test/day). Use: vi.mock('vscode', () => import('../fakes/vscode.ts')).

export const l10n = {
  t: (message: string, ...args: readonly unknown[]): string =>
    message.replace(/\{(\d+)\}/g, (_, index) => String(args[Number(index)])),
};

export const env = { language: 'en' };

/** What the code under test asked of the window and of commands, in order; answers are queued by the test. */
export const seen: unknown[][] = [];
export const answers: unknown[] = [];

function asked(...what: unknown[]): Promise<unknown> {
  seen.push(what);
  return Promise.resolve(answers.shift());
}

export const window = {
  showWarningMessage: (...args: unknown[]) => asked('warning', ...args),
  showErrorMessage: (...args: unknown[]) => asked('error', ...args),
  showInformationMessage: (...args: unknown[]) => asked('information', ...args),
  showQuickPick: (items: unknown, options: unknown) => asked('pick', items, options),
};

export const commands = {
  executeCommand: (...args: unknown[]) => asked('command', ...args),
  registerCommand: () => ({ dispose: () => {} }),
};

export const workspace: { isTrusted: boolean; textDocuments: unknown[] } = {
  isTrusted: true,
  textDocuments: [],
};

export class CancellationError extends Error {}

export class Uri {
  readonly scheme: string;
  readonly path: string;
  constructor(scheme: string, path: string) {
    this.scheme = scheme;
    this.path = path;
  }
  static file(path: string): Uri {
    return new Uri('file', path);
  }
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}`;
  }
}

export const QuickPickItemKind = {
  Separator: -1,
  Default: 0,
} as const;

export class DataTransferItem {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
  asString(): Promise<string> {
    return Promise.resolve(String(this.value));
  }
}
