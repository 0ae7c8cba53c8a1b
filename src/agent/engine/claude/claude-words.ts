import { isAbsolute, relative } from 'node:path';
import { type Loose, textOf } from './loose-json.ts';

/** Tools of Claude Code that write a file (2.1.330, and names of earlier versions); a hook sees each of their calls. */
export const fileTools: readonly string[] = ['Edit', 'MultiEdit', 'Write', 'NotebookEdit'];

export function changedPath(tool: string, input: Loose): string | undefined {
  if (!fileTools.includes(tool)) return undefined;
  const path = textOf(input['file_path']) || textOf(input['notebook_path']);
  return path === '' ? undefined : path;
}

/** A call in a few words. */
export function summaryOf(tool: string, input: Loose, cwd: string): string {
  const path = textOf(input['file_path']) || textOf(input['notebook_path']) || textOf(input['path']);
  const command = textOf(input['command']).split('\n', 1)[0];
  const what =
    command ||
    (path && shownPath(cwd, path)) ||
    textOf(input['pattern']) ||
    textOf(input['url']) ||
    textOf(input['query']) ||
    textOf(input['description']) ||
    textOf(input['skill']);
  return what === '' ? tool : `${tool} ${what}`;
}

/** Relative where it lies inside. */
export function shownPath(cwd: string, path: string): string {
  const inside = relative(cwd, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
