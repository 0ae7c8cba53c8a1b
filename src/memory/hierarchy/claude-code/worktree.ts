import { basename, dirname, join, resolve } from 'node:path';
import type { HierarchyReader } from '../hierarchy.ts';

const MAX_POINTER_BYTES = 64 * 1024;

/**
 * Root of the main checkout of a repository, read from git's own pointer files without running git: for a
 * linked worktree the checkout it was made from, else `repositoryRoot` itself (submodules too).
 */
export async function canonicalRoot(reader: HierarchyReader, repositoryRoot: string): Promise<string> {
  const pointer = await firstLine(reader, join(repositoryRoot, '.git'));
  const target = pointer?.startsWith('gitdir:') ? pointer.slice('gitdir:'.length).trim() : undefined;
  if (!target) return repositoryRoot;
  const gitDirectory = resolve(repositoryRoot, target);
  const common = await firstLine(reader, join(gitDirectory, 'commondir'));
  if (!common) return repositoryRoot;
  const commonDirectory = resolve(gitDirectory, common);
  const root = basename(commonDirectory) === '.git' ? dirname(commonDirectory) : commonDirectory;
  return (await reader.realPath(root)) ?? root;
}

async function firstLine(reader: HierarchyReader, path: string): Promise<string | undefined> {
  const read = await reader.readText(path, MAX_POINTER_BYTES);
  return read === undefined || read === 'too-large' ? undefined : read.text.split(/\r?\n/)[0]?.trim();
}
