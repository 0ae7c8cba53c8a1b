import { join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { LeftOut } from './manifest.ts';
import type { TreeChanges } from './tree-changes.ts';

/** Paths looked at outside git, at most: there nothing says which ones do not count. */
export const MAX_WALKED = 20_000;

const PASSED_OVER = new Set(['.git', '.hg', '.svn', '.jj', 'node_modules']);

/** Every path below a directory that is no working tree of git; repositories and packages in it are passed over. */
export async function walkPlain(files: Files, root: string): Promise<TreeChanges> {
  const found: string[] = [];
  const ignored: string[] = [];
  const left: LeftOut[] = [];
  const waiting = [''];
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    const entries = await files.readDirectory(join(root, at)).catch(() => undefined);
    if (entries === undefined) left.push({ path: at, why: 'unreadable' });
    else if (at !== '' && entries.some(({ name }) => name === '.git')) {
      left.push({ path: at, why: 'nested-repository' });
    } else {
      for (const { name, kind } of entries) {
        const path = `${at}${name}`;
        if (PASSED_OVER.has(name)) ignored.push(kind === 'directory' ? `${path}/` : path);
        else if (name.includes('\uFFFD')) left.push({ path, why: 'name-not-utf-8' });
        else if (kind === 'directory') waiting.push(`${path}/`);
        else if (found.length < MAX_WALKED) found.push(path);
        else left.push({ path, why: 'too-many' });
      }
    }
    if (left.length > MAX_WALKED) break;
  }
  return { head: null, tracked: new Map(), untracked: found, ignored, left };
}
