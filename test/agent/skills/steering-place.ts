import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SteeringPlace } from '../../../src/agent/skills/find-skills.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';

export interface TestPlace extends SteeringPlace {
  readonly base: string;
  /** Writes files; paths begin with `repo/` or `home/`. */
  put(files: Readonly<Record<string, string>>): Promise<void>;
  link(target: string, path: string): Promise<void>;
}

/** A repository, a home, and a directory of the repository to work in. */
export async function steeringPlace(): Promise<TestPlace> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'varve-steering-')));
  onTestFinished(() => rm(base, { recursive: true, force: true }));
  const root = join(base, 'repo');
  const cwd = join(root, 'app');
  await mkdir(cwd, { recursive: true });
  const home = join(base, 'home');
  return {
    base,
    files: nodeFiles,
    cwd,
    root,
    home,
    configDirectory: join(home, '.claude'),
    put: async (files) => {
      for (const [path, text] of Object.entries(files)) {
        await mkdir(dirname(join(base, path)), { recursive: true });
        await writeFile(join(base, path), text);
      }
    },
    link: async (target, path) => {
      await mkdir(dirname(join(base, path)), { recursive: true });
      await symlink(join(base, target), join(base, path));
    },
  };
}

export const skillFile = (name: string, description: string, more = ''): string =>
  `---\nname: ${name}\ndescription: ${description}\n${more}---\n\nDo it as ${name} says.\n`;
