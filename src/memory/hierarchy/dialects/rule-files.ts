import { join } from 'node:path';
import type { PlainReading } from './plain-reading.ts';

const MAX_FILES = 500;
const MAX_DEPTH = 20;

export interface RuleFilesPlace {
  readonly directory: string;
  readonly accepts: (name: string) => boolean;
  /** Whether directories in it are looked into; true unless told. */
  readonly deep?: boolean;
  /** Names of directories that hold something else. */
  readonly passOver?: readonly string[];
}

/** The files of a rules directory, sorted by name; links are followed, circles are not. Bounded in number and depth. */
export async function listRuleFiles(
  reading: PlainReading,
  { directory, accepts, deep = true, passOver = [] }: RuleFilesPlace,
): Promise<readonly string[]> {
  const files: string[] = [];
  const seen = new Set<string>();
  const walk = async (current: string, depth: number): Promise<void> => {
    const real = await reading.realPath(current);
    if (real === undefined || seen.has(real) || depth > MAX_DEPTH) return;
    seen.add(real);
    await reading.watchDirectory(current);
    for (const { name, kind } of await reading.input.reader.list(current)) {
      if (files.length >= MAX_FILES) return;
      if (kind === 'file' && accepts(name)) files.push(join(current, name));
      if (kind === 'directory' && deep && !passOver.includes(name))
        await walk(join(current, name), depth + 1);
    }
  };
  await walk(directory, 0);
  if (files.length >= MAX_FILES)
    reading.addProblem(directory, `Only the first ${MAX_FILES} rules of this directory are shown.`);
  return files;
}
