import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MemoryWorkspace } from '../../src/memory/workspace/memory-workspace.ts';
import { watchForeignWrites } from '../../src/views/foreign/foreign-watch.ts';
import { watchCommits } from '../../src/views/workspace/commit-watch.ts';
import { watchSaves } from '../../src/views/workspace/save-watch.ts';
import { checkName, isTest, watchTasks } from '../../src/views/workspace/task-watch.ts';
import type { FolderChange, WorkspaceFolders } from '../../src/views/workspace/workspace-folders.ts';

/** The events of the editor, fired by the test. */
const editor = vi.hoisted(() => {
  const event = <T>() => {
    const listeners = new Set<(value: T) => void>();
    return {
      listen: (listener: (value: T) => void) => {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
      fire: (value: T) => {
        for (const listener of [...listeners]) listener(value);
      },
      count: () => listeners.size,
    };
  };
  return {
    willSave: event<unknown>(),
    didSave: event<unknown>(),
    taskEnded: event<unknown>(),
    commit: event<void>(),
    openedRepository: event<unknown>(),
    extensions: event<void>(),
    activeEditor: event<void>(),
    settings: new Map<string, boolean>(),
    gitIsActive: true,
  };
});

vi.mock('vscode', async (original) => {
  void original;
  const fake = await import('../fakes/vscode.ts');
  const repository = { rootUri: fake.Uri.file('/r'), onDidCommit: editor.commit.listen };
  const api = { repositories: [repository], onDidOpenRepository: editor.openedRepository.listen };
  return {
    ...fake,
    workspace: {
      isTrusted: true,
      getWorkspaceFolder: (uri: { fsPath: string }) =>
        uri.fsPath.startsWith('/r/') ? { uri: fake.Uri.file('/r') } : undefined,
      getConfiguration: () => ({ get: (id: string, or: boolean) => editor.settings.get(id) ?? or }),
      onWillSaveTextDocument: editor.willSave.listen,
      onDidSaveTextDocument: editor.didSave.listen,
    },
    tasks: { onDidEndTaskProcess: editor.taskEnded.listen },
    extensions: {
      getExtension: () => ({ isActive: editor.gitIsActive, exports: { enabled: true, getAPI: () => api } }),
      onDidChange: editor.extensions.listen,
    },
    window: { ...fake.window, onDidChangeActiveTextEditor: editor.activeEditor.listen },
  };
});

const seen: string[] = [];
let folderChanged: (change: FolderChange) => void;

function fakeFolders(): WorkspaceFolders {
  const ok = { ok: true, value: undefined };
  const note = async (what: string) => {
    seen.push(what);
    return ok;
  };
  const workspace = {
    root: '/r',
    folder: '/r',
    setUpState: 'repository',
    readOnlyReason: undefined,
    capture: () => note('capture'),
    foreign: {
      look: () => note('look'),
      saving: (path: string) => void seen.push(`saving ${path}`),
      saved: (path: string) => note(`saved ${path}`),
    },
    sources: {
      saved: (path: string) => note(`source ${path}`),
      passedAgain: (check: string) => note(`passed ${check}`),
    },
  } as unknown as MemoryWorkspace;
  return {
    folders: [{ folder: '/r', name: 'r' }],
    opened: [workspace],
    open: () => Promise.resolve({ ok: true, value: workspace }),
    onDidChange: (listener: (change: FolderChange) => void) => {
      folderChanged = listener;
      return { dispose: () => {} };
    },
  } as unknown as WorkspaceFolders;
}

const options = () => ({
  folders: fakeFolders(),
  onProblem: ({ message }: { readonly message: string }) => void seen.push(message),
  onError: (error: unknown) => void seen.push(String(error)),
});
const saved = (path: string) => ({ uri: { scheme: 'file', fsPath: path, path } });
const quiet = () => vi.advanceTimersByTimeAsync(5_000);

beforeEach(() => {
  vi.useFakeTimers();
  seen.length = 0;
  editor.settings.clear();
  editor.gitIsActive = true;
});
afterEach(() => vi.useRealTimers());

describe('commits', () => {
  it('told of by HEAD and by the editor at once are looked at once; later ones again', async () => {
    const watch = watchCommits(options());
    folderChanged({ folder: '/r', change: 'project' });
    editor.commit.fire();
    await quiet();
    expect(seen).toEqual(['capture']);
    editor.commit.fire();
    await quiet();
    expect(seen).toEqual(['capture', 'capture']);
    watch.dispose();
    editor.commit.fire();
    await quiet();
    expect(seen).toHaveLength(2);
    expect(editor.commit.count()).toBe(0);
  });

  it('of an extension that becomes active later are heard from then on', async () => {
    editor.gitIsActive = false;
    const watch = watchCommits(options());
    editor.commit.fire();
    await quiet();
    expect(seen).toEqual([]);
    editor.gitIsActive = true;
    editor.activeEditor.fire();
    editor.activeEditor.fire();
    editor.commit.fire();
    await quiet();
    expect(seen).toEqual(['capture']);
    watch.dispose();
  });
});

describe('saves', () => {
  it('in a burst are one look at the file, and none where it is switched off or elsewhere', async () => {
    const watch = watchSaves(options());
    for (let at = 0; at < 5; at++) editor.didSave.fire(saved('/r/a.ts'));
    editor.didSave.fire(saved('/elsewhere/b.ts'));
    editor.didSave.fire({ uri: { scheme: 'untitled', fsPath: 'x' } });
    await quiet();
    expect(seen).toEqual(['source /r/a.ts']);
    editor.settings.set('varve.capture.onSave', false);
    editor.didSave.fire(saved('/r/a.ts'));
    await quiet();
    expect(seen).toHaveLength(1);
    watch.dispose();
  });

  it('are announced before the look for other programs, which is one for a burst of changes', async () => {
    const watch = watchForeignWrites(options());
    editor.willSave.fire({ document: saved('/r/CLAUDE.md') });
    folderChanged({ folder: '/r', change: 'hierarchy' });
    editor.didSave.fire(saved('/r/CLAUDE.md'));
    folderChanged({ folder: '/r', change: 'hierarchy' });
    folderChanged({ folder: '/r', change: 'inbox' });
    await quiet();
    expect(seen).toEqual(['saving /r/CLAUDE.md', 'saved /r/CLAUDE.md', 'look']);
    watch.dispose();
  });
});

describe('tasks', () => {
  const ended = (exitCode: number | undefined, task: object) =>
    editor.taskEnded.fire({
      execution: { task: { source: 'npm', group: { id: 'test' }, ...task } },
      exitCode,
    });

  it('that failed before and pass are told of once', async () => {
    const watch = watchTasks(options());
    ended(0, { name: 'test' });
    ended(1, { name: 'test' });
    ended(undefined, { name: 'test' });
    ended(0, { name: 'test' });
    ended(0, { name: 'test' });
    ended(1, { name: 'build', group: { id: 'build' } });
    ended(0, { name: 'build', group: { id: 'build' } });
    await quiet();
    expect(seen).toEqual(['passed npm test']);
    editor.settings.set('varve.capture.onTasks', false);
    ended(1, { name: 'test' });
    ended(0, { name: 'test' });
    await quiet();
    expect(seen).toHaveLength(1);
    watch.dispose();
  });

  it('are tests by group or name, and are called as a person would type them', () => {
    expect(isTest({ name: 'test:unit' })).toBe(true);
    expect(isTest({ name: 'contest' })).toBe(false);
    expect(isTest({ name: 'watch' })).toBe(false);
    expect(checkName({ source: 'npm', name: 'test:unit - packages/a' })).toBe('npm run test:unit');
    expect(checkName({ source: 'Workspace', name: 'verify all' })).toBe('verify all');
  });
});
