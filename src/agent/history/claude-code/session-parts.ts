import { dirname, join } from 'node:path';
import type { Files } from '../../../base/files.ts';
import type { MachinePlaces, SessionFile } from '../history-reader.ts';
import { isReached } from '../tool-directory.ts';
import { claudePlaces } from './claude-places.ts';
import { isOfSubagent } from './session-name.ts';

const DEEPEST = 6;
/** More files belong to no session. */
const MOST_PARTS = 10_000;

/**
 * The file of a session, what stands in the directory of its name (subagents, outputs that were too long, titles), what
 * files held before it wrote them, and its tasks. Of a subagent: its file and what is noted beside it.
 */
export async function partsOf(machine: MachinePlaces, { path, id }: SessionFile): Promise<readonly string[]> {
  const { files } = machine;
  const { config, projects } = claudePlaces(machine);
  if (!(await isReached(files, [projects], path))) return [];
  if (isOfSubagent(id)) {
    const note = notePath(path);
    return (await isReached(files, [projects], note)) ? [path, note] : [path];
  }
  const parts = [path];
  const own = join(dirname(path), id);
  for (const directory of [own, join(config, 'file-history', id), join(config, 'tasks', id)])
    await addFiles(files, directory, parts);
  return parts.slice(0, MOST_PARTS);
}

/** What the program notes of a subagent beside its session. */
export function notePath(path: string): string {
  return path.replace(/\.jsonl$/, '.meta.json');
}

async function addFiles(files: Files, root: string, parts: string[]): Promise<void> {
  let level = [root];
  if ((await files.linkStatus(root).catch(() => undefined))?.kind !== 'directory') return;
  if ((await files.linkStatus(dirname(root)).catch(() => undefined))?.kind !== 'directory') return;
  for (let depth = 0; depth < DEEPEST && parts.length < MOST_PARTS; depth += 1) {
    const below: string[] = [];
    for (const directory of level)
      for (const { name, kind } of await files.readDirectory(directory).catch(() => [])) {
        // Hidden ones are locks and counters.
        if (kind === 'file' && !name.startsWith('.')) parts.push(join(directory, name));
        if (kind === 'directory') below.push(join(directory, name));
      }
    level = below;
  }
}
