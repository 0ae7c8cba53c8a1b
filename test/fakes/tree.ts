import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Everything below a directory: path → content; directories end with `/`, links hold `-> target`. */
export async function readTree(root: string, directory = root): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(directory)).sort()) {
    const path = join(directory, name);
    const key = relative(root, path);
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) tree[key] = `-> ${await readlink(path)}`;
    else if (stats.isDirectory()) Object.assign(tree, { [`${key}/`]: '' }, await readTree(root, path));
    else tree[key] = await readFile(path, 'latin1');
  }
  return tree;
}
