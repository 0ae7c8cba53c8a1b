import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { settingIds } from '../contributions.ts';
import type { SourceWatchOptions } from './save-watch.ts';

/** Proposes a milestone when a test task that failed in this window passes. */
export function watchTasks({ folders, onProblem, onError }: SourceWatchOptions): Disposable {
  const failed = new Set<string>();
  const passed = async (folder: string, name: string): Promise<void> => {
    const opened = vscode.workspace.isTrusted ? await folders.open(folder) : undefined;
    const done = opened?.ok ? await opened.value.sources.passedAgain(name) : undefined;
    if (done && !done.ok) onProblem(done.error);
  };
  return vscode.tasks.onDidEndTaskProcess(({ execution: { task }, exitCode }) => {
    const folder = folderOf(task, folders.folders);
    if (folder === undefined || !isTest(task) || !isOn()) return;
    const key = `${folder}\0${task.source}\0${task.name}`;
    // A task that was ended from outside has no exit code, and says nothing.
    if (exitCode === undefined) return;
    if (exitCode !== 0) failed.add(key);
    else if (failed.delete(key)) void passed(folder, checkName(task)).catch(onError);
  });
}

/** The folder a task belongs to; a task of the whole window, where there is one folder. */
function folderOf({ scope }: vscode.Task, all: readonly { readonly folder: string }[]): string | undefined {
  if (typeof scope === 'object') return scope.uri.fsPath;
  return all.length === 1 ? all[0]?.folder : undefined;
}

/** Of the group *test*, or named like one: `npm: test`, `test:unit`. */
export function isTest({ group, name }: Pick<vscode.Task, 'group' | 'name'>): boolean {
  return group?.id === 'test' || /^(?:test|check|verify)(?:$|[\s:_-])/i.test(name);
}

/** As a person would type it: what npm runs for its script, else the task's name. */
export function checkName({ source, name }: Pick<vscode.Task, 'source' | 'name'>): string {
  if (source !== 'npm') return name;
  return name === 'test' ? 'npm test' : `npm run ${name.replace(/ - .*$/, '')}`;
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration().get<boolean>(settingIds.taskCapture, true);
}
