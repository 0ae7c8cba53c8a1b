import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckProblem } from '../../src/memory/check/check-problem.ts';
import type { FolderChange, WorkspaceFolders } from '../../src/views/workspace/workspace-folders.ts';

type Editor = { readonly document: { readonly uri: { readonly scheme: string; readonly fsPath: string } } };

const { shown, heard } = vi.hoisted(() => ({
  shown: new Map<string, unknown[]>(),
  heard: { editor: [] as ((editor: Editor | undefined) => void)[] },
}));

vi.mock('vscode', async () => {
  const fake = await import('../fakes/vscode.ts');
  return {
    ...fake,
    Range: class {},
    DiagnosticSeverity: {},
    Diagnostic: class {
      constructor(
        readonly range: unknown,
        readonly message: string,
      ) {}
    },
    window: {
      activeTextEditor: undefined,
      onDidChangeActiveTextEditor: (listener: (editor: Editor | undefined) => void) => {
        heard.editor.push(listener);
        return { dispose: () => heard.editor.splice(heard.editor.indexOf(listener), 1) };
      },
    },
    languages: {
      createDiagnosticCollection: () => ({
        clear: () => shown.clear(),
        set: (entries: [{ fsPath: string }, unknown[]][]) => {
          for (const [uri, all] of entries) shown.set(uri.fsPath, all);
        },
        dispose: () => shown.clear(),
      }),
    },
  };
});

const { MemoryProblems } = await import('../../src/views/problems/memory-problems.ts');

const problem = (path: string): CheckProblem => ({
  rule: 'secret',
  severity: 'error',
  path,
  message: 'Bad.',
});

/** A window with two folders; each check is counted, and says what is wrong then. */
function aWindow() {
  const checks: string[] = [];
  const wrong = new Map<string, readonly CheckProblem[]>([
    ['/a', [problem('/a/CLAUDE.md')]],
    ['/b', [problem('/b/CLAUDE.md')]],
  ]);
  let tell: (change: FolderChange) => void = () => {};
  let see: () => void = () => {};
  const open = [
    { folder: '/a', name: 'a' },
    { folder: '/b', name: 'b' },
  ];
  const workspaceOf = (folder: string) => ({
    check: () => {
      checks.push(folder);
      return Promise.resolve({ version: 1, files: 1, problems: wrong.get(folder) ?? [] });
    },
  });
  const folders = {
    folders: open,
    onDidChange: (listener: typeof tell) => {
      tell = listener;
      return { dispose: () => {} };
    },
    folderOf: (uri: { fsPath: string }) =>
      open.find(({ folder }) => uri.fsPath.startsWith(`${folder}/`))?.folder,
    open: (folder: string) => Promise.resolve({ ok: true, value: workspaceOf(folder) }),
    all: () =>
      Promise.all(
        open.map(async ({ folder }) => ({ folder, opened: { ok: true, value: workspaceOf(folder) } })),
      ),
  };
  const view = {
    visible: false,
    onDidChangeVisibility: (listener: typeof see) => {
      see = listener;
      return { dispose: () => {} };
    },
  };
  const problems = new MemoryProblems({
    folders: folders as unknown as WorkspaceFolders,
    view: view as never,
    onError: (error) => {
      throw error;
    },
  });
  return {
    problems,
    checks,
    wrong,
    open,
    tell: (change: FolderChange) => tell(change),
    lookAtView: () => {
      view.visible = true;
      see();
    },
    lookAtFile: (fsPath: string) => {
      for (const listener of heard.editor) listener({ document: { uri: { scheme: 'file', fsPath } } });
    },
  };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10_000);

describe('the problems of the memory', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    shown.clear();
  });
  afterEach(() => vi.useRealTimers());

  it('are not looked for before somebody looks at memory, whatever opens or changes', async () => {
    const { checks, tell, lookAtFile } = aWindow();
    tell({ folder: '/a', change: 'opened' });
    tell({ folder: '/a', change: 'hierarchy' });
    tell({ folder: '/b', change: 'project' });
    lookAtFile('/a/README.md');
    lookAtFile('/a/src/index.ts');
    await settle();
    expect(checks).toEqual([]);
    expect(shown.size).toBe(0);
  });

  it('are looked for in every folder once the Memory view is seen', async () => {
    const { checks, lookAtView } = aWindow();
    lookAtView();
    lookAtView();
    await settle();
    expect(checks.sort()).toEqual(['/a', '/b']);
    expect([...shown.keys()].sort()).toEqual(['/a/CLAUDE.md', '/b/CLAUDE.md']);
  });

  it.each(['CLAUDE.md', 'sub/AGENTS.md', 'CLAUDE.local.md', '.claude/rules/x.md', '.varve/memory/MEMORY.md'])(
    'are looked for in the folder of %s once that is in front of the user',
    async (name) => {
      const { checks, lookAtFile } = aWindow();
      lookAtFile(`/a/${name}`);
      await settle();
      expect(checks).toEqual(['/a']);
    },
  );

  it('follow what changes, many changes at once, and not what waits for review', async () => {
    const { checks, wrong, tell, lookAtFile, problems } = aWindow();
    lookAtFile('/a/CLAUDE.md');
    await settle();
    expect(problems.of('/a/CLAUDE.md')).toHaveLength(1);
    wrong.set('/a', []);
    for (let n = 0; n < 50; n++) tell({ folder: '/a', change: 'hierarchy' });
    tell({ folder: '/a', change: 'inbox' });
    tell({ folder: '/b', change: 'hierarchy' });
    await settle();
    expect(checks).toEqual(['/a', '/a']);
    expect(shown.size).toBe(0);
    expect(problems.of('/a/CLAUDE.md')).toEqual([]);
    tell({ folder: '/a', change: 'inbox' });
    await settle();
    expect(checks).toHaveLength(2);
  });

  it('go with their folder', async () => {
    const { open, tell, lookAtView } = aWindow();
    lookAtView();
    await settle();
    open.splice(1, 1);
    tell({ folder: undefined, change: 'folders' });
    await settle();
    expect([...shown.keys()]).toEqual(['/a/CLAUDE.md']);
  });

  it('are all looked for when asked', async () => {
    const { problems, checks } = aWindow();
    const { reports, failed } = await problems.checkAll();
    expect([reports.length, failed, checks]).toEqual([2, [], ['/a', '/b']]);
    expect(shown.size).toBe(2);
  });

  it('end with the window: nothing is checked or shown after it', async () => {
    const { problems, checks, tell, lookAtView } = aWindow();
    lookAtView();
    problems.dispose();
    tell({ folder: '/a', change: 'hierarchy' });
    await settle();
    expect(checks).toEqual([]);
    expect(shown.size).toBe(0);
  });
});
