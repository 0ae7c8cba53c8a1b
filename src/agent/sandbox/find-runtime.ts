import { dirname, join } from 'node:path';
import type { Files } from '../../base/files.ts';

const packageName = '@anthropic-ai/sandbox-runtime';

/**
 * The installed runtime's main file: below `$VARVE_HOME/sandbox`, or beside the `srt` program on the path. Never one of
 * a project: what confines a project's commands cannot come from it. Undefined where there is none.
 */
export async function findSandboxRuntime(
  files: Files,
  place: { readonly varveHome: string; readonly root: string; readonly searchPath: readonly string[] },
): Promise<string | undefined> {
  const own = join(place.varveHome, 'sandbox', 'node_modules', packageName);
  const beside = await Promise.all(place.searchPath.map((directory) => besideProgram(files, directory)));
  for (const directory of [own, ...beside]) {
    const found = directory === undefined ? undefined : await mainFile(files, directory);
    if (found !== undefined && !found.startsWith(`${place.root}/`)) return found;
  }
  return undefined;
}

/** `srt` is a link to `dist/cli.js` of the package. */
async function besideProgram(files: Files, directory: string): Promise<string | undefined> {
  // npm puts the programs of whatever project it is called in on the path.
  if (!directory.startsWith('/') || /\/node_modules\/\.bin\/?$/.test(directory)) return undefined;
  const real = await files.realPath(join(directory, 'srt')).catch(() => undefined);
  return real?.endsWith(`${packageName}/dist/cli.js`) === true ? dirname(dirname(real)) : undefined;
}

async function mainFile(files: Files, directory: string): Promise<string | undefined> {
  try {
    const read: unknown = JSON.parse(
      Buffer.from(await files.readFile(join(directory, 'package.json'))).toString('utf8'),
    );
    const name = typeof read === 'object' && read !== null && 'name' in read ? read.name : undefined;
    return name === packageName ? await files.realPath(join(directory, 'dist', 'index.js')) : undefined;
  } catch {
    return undefined;
  }
}
