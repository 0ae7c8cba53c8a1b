import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from '../../../src/base/files.ts';
import type { Git } from '../../../src/base/git.ts';
import { nodeFiles } from '../../../src/base/node-files.ts';
import { success } from '../../../src/base/result.ts';
import type { Project } from '../../../src/memory/project/project.ts';
import { HierarchyView } from '../../../src/memory/workspace/hierarchy-view.ts';
import type { WorkspaceSurroundings } from '../../../src/memory/workspace/surroundings.ts';

export interface CountedFiles extends Files {
  /** Paths whose content was read since the last call, in order. */
  readonly opened: () => readonly string[];
  /** Directories listed since the last call. */
  readonly listed: () => readonly string[];
}

/** The real disk, counting what is opened. */
export function countedFiles(): CountedFiles {
  const opened: string[] = [];
  const listed: string[] = [];
  return {
    ...nodeFiles,
    readFile: (path) => {
      opened.push(path);
      return nodeFiles.readFile(path);
    },
    readPart: (path, offset, length) => {
      opened.push(path);
      return nodeFiles.readPart(path, offset, length);
    },
    readDirectory: (path) => {
      listed.push(path);
      return nodeFiles.readDirectory(path);
    },
    opened: () => opened.splice(0),
    listed: () => listed.splice(0),
  };
}

/** Writes files as if they had been there for long: what was written this moment is never taken for unchanged. */
export async function writeOld(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const long = new Date(Date.now() - 3_600_000);
  for (const path of Object.keys(files)) {
    for (let place = join(root, path); place !== root; place = dirname(place))
      await utimes(place, long, long);
  }
  await utimes(root, long, long);
}

export interface ViewOptions {
  readonly onUnheard?: () => void;
  readonly files: Files;
  /** Relative paths that `git ls-files` would answer. */
  readonly tracked?: readonly string[];
}

/** A view of `<base>/repo` with homes that are empty; git is the one thing that is not real. */
export function viewOf(base: string, { files, tracked = [], onUnheard }: ViewOptions): HierarchyView {
  const root = join(base, 'repo');
  const surroundings = {
    folder: root,
    files,
    environment: {},
    homeDirectory: join(base, 'home'),
    managedDirectory: join(base, 'managed'),
    platform: process.platform,
    trusted: true,
  } as Partial<WorkspaceSurroundings> as WorkspaceSurroundings;
  const project = { folder: root, root, gitDirectory: join(root, '.git') } as Partial<Project> as Project;
  const git = { text: async () => success(tracked.join('\0')) } as Partial<Git> as Git;
  return new HierarchyView(surroundings, project, git, onUnheard);
}
