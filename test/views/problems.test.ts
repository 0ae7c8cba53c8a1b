import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckProblem } from '../../src/memory/check/check-problem.ts';

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}
class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(a: number, b: number, c: number, d: number) {
    this.start = new Position(a, b);
    this.end = new Position(c, d);
  }
}

interface Edit {
  readonly kind: string;
  readonly path: string;
  readonly rest: readonly unknown[];
}

// The editor's own data classes, as far as diagnostics and quick fixes are made of them.
const { provider, documents } = vi.hoisted(() => ({
  provider: { value: undefined as unknown },
  documents: [] as { uri: { toString(): string }; isDirty: boolean }[],
}));

vi.mock('vscode', async () => {
  const fake = await import('../fakes/vscode.ts');
  return {
    ...fake,
    Position,
    Range,
    DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2 },
    Diagnostic: class {
      constructor(
        readonly range: Range,
        readonly message: string,
        readonly severity: number,
      ) {}
    },
    DiagnosticRelatedInformation: class {
      constructor(
        readonly location: unknown,
        readonly message: string,
      ) {}
    },
    Location: class {
      constructor(
        readonly uri: unknown,
        readonly range: unknown,
      ) {}
    },
    CodeActionKind: { QuickFix: 'quickfix' },
    CodeAction: class {
      constructor(
        readonly title: string,
        readonly kind: string,
      ) {}
    },
    WorkspaceEdit: class {
      readonly edits: Edit[] = [];
      createFile(uri: { fsPath: string }, ...rest: unknown[]): void {
        this.edits.push({ kind: 'create', path: uri.fsPath, rest });
      }
      replace(uri: { fsPath: string }, ...rest: unknown[]): void {
        this.edits.push({ kind: 'replace', path: uri.fsPath, rest });
      }
    },
    workspace: { textDocuments: documents },
    languages: {
      registerCodeActionsProvider: (_selector: unknown, made: unknown) => {
        provider.value = made;
        return { dispose: () => {} };
      },
    },
  };
});

const { checkSentence, diagnosticOf, problemsByPath } = await import(
  '../../src/views/problems/diagnostics.ts'
);
const { registerQuickFixes } = await import('../../src/views/problems/quick-fixes.ts');

const problem: CheckProblem = {
  rule: 'broken-import',
  severity: 'error',
  path: '/harbor/CLAUDE.md',
  range: { start: { line: 2, column: 4 }, end: { line: 2, column: 12 } },
  message: 'Imports “gone.md”, which is not there.',
  related: [{ path: '/harbor/a.md', line: 7, message: 'Here.' }],
};

describe('a problem as a diagnostic', () => {
  it('keeps place, words, weight, rule and what belongs to it', () => {
    expect(diagnosticOf(problem)).toMatchObject({
      source: 'Varve',
      code: 'broken-import',
      severity: 0,
      message: problem.message,
      range: { start: { line: 2, character: 4 }, end: { line: 2, character: 12 } },
      relatedInformation: [
        { message: 'Here.', location: { uri: { path: '/harbor/a.md' }, range: { line: 7 } } },
      ],
    });
  });

  it('stands at the head of the file where the whole file is meant', () => {
    const { range: _range, related: _related, ...whole } = problem;
    const diagnostic = diagnosticOf({ ...whole, severity: 'info' });
    expect(diagnostic).toMatchObject({
      severity: 2,
      range: { start: { line: 0 }, end: { line: 0, character: 0 } },
    });
    expect(diagnostic.relatedInformation).toBeUndefined();
  });
});

describe('problems of several folders', () => {
  it('are said once where both see the same file', () => {
    const own = { ...problem, path: '/harbor/b.md' };
    const byPath = problemsByPath([[problem, own], [problem], [{ ...problem, message: 'Another.' }]]);
    expect([...byPath].map(([path, all]) => [path, all.length])).toEqual([
      ['/harbor/CLAUDE.md', 2],
      ['/harbor/b.md', 1],
    ]);
  });
});

describe('what a check found', () => {
  it.each([
    [[], 1, '1 memory file was looked at: nothing is wrong.'],
    [[], 0, '0 memory files were looked at: nothing is wrong.'],
    [
      [problem, { ...problem, severity: 'info' as const }],
      3,
      '3 memory files were looked at; errors: 1, warnings: 0, notes: 1.',
    ],
  ])('is one sentence: %#', (problems, files, sentence) => {
    expect(checkSentence(problems, files)).toBe(sentence);
  });
});

describe('quick fixes', () => {
  interface Action {
    readonly title: string;
    readonly command?: { readonly command: string; readonly arguments?: readonly unknown[] };
    readonly edit?: { readonly edits: readonly Edit[] };
    readonly isPreferred?: boolean;
  }
  const range = { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };
  const offered = (
    fixes: CheckProblem['fixes'],
    shown: object = diagnosticOf(problem),
  ): readonly Action[] => {
    const of = (path: string) => (path === problem.path ? [{ ...problem, fixes: fixes ?? [] }] : []);
    registerQuickFixes({ of }, () => '/harbor');
    const { provideCodeActions } = provider.value as {
      provideCodeActions(document: object, range: object, context: object): Action[];
    };
    return provideCodeActions({ uri: { fsPath: problem.path } }, {}, { diagnostics: [shown] });
  };
  beforeEach(() => {
    documents.length = 0;
  });

  it('replace text, make files, and call the command for what the ledger does', () => {
    const actions = offered([
      { kind: 'replace', title: 'Replace', path: '/harbor/CLAUDE.md', range, text: '' },
      { kind: 'create', title: 'Create', path: '/harbor/gone.md', text: 'x' },
      { kind: 'regenerate', title: 'Regenerate' },
    ]);
    expect(actions.map(({ title }) => title)).toEqual(['Replace', 'Create', 'Regenerate']);
    expect(actions[0]?.edit?.edits).toMatchObject([{ kind: 'replace', path: '/harbor/CLAUDE.md' }]);
    expect(actions[0]?.isPreferred).toBe(true);
    expect(actions[1]?.edit?.edits).toMatchObject([
      {
        kind: 'create',
        path: '/harbor/gone.md',
        rest: [{ ignoreIfExists: true, contents: new Uint8Array([0x78]) }],
      },
    ]);
    expect(actions[2]).toMatchObject({ command: { command: 'varve.regenerateMemory' } });
  });

  it('say of a record that it is still true, or retire it', () => {
    const actions = offered([
      { kind: 'still-true', title: 'Still true', id: '01A' },
      { kind: 'retire', title: 'Retire', id: '01A' },
    ]);
    const record = { folder: '/harbor', id: '01A' };
    expect(actions.map(({ command }) => command)).toMatchObject([
      { command: 'varve.stillTrue', arguments: [record] },
      { command: 'varve.retireRecord', arguments: [record] },
    ]);
  });

  it('are not offered for places that unsaved edits may have moved', () => {
    documents.push({ uri: { toString: () => 'file:///harbor/other.md' }, isDirty: true });
    const fix = { kind: 'replace', title: 'Replace', path: '/harbor/other.md', range, text: '' } as const;
    expect(offered([fix])).toEqual([]);
    expect(offered([{ ...fix, path: '/harbor/CLAUDE.md' }])).toHaveLength(1);
  });

  it('belong to the problem under the cursor and to nobody else’s', () => {
    const fix = { kind: 'regenerate', title: 'Regenerate' } as const;
    const shown = diagnosticOf(problem);
    expect(offered([fix], { ...shown, source: 'markdownlint' })).toEqual([]);
    expect(offered([fix], { ...shown, code: 'secret' })).toEqual([]);
    expect(offered([fix], { ...shown, message: 'Other.' })).toEqual([]);
    expect(offered([fix])).toHaveLength(1);
  });
});
