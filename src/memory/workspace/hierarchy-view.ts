import type { Git } from '../../base/git.ts';
import { claudeDirectories } from '../hierarchy/claude-code/claude-directories.ts';
import { createHierarchyReader } from '../hierarchy/disk-reader.ts';
import type { HierarchyReader, HierarchyReading } from '../hierarchy/hierarchy.ts';
import { readHierarchy } from '../hierarchy/read-hierarchy.ts';
import type { Project } from '../project/project.ts';
import { isBelow, isMemoryFilePath, listMemoryFiles, memoryFilesFromGit } from './nested-files.ts';
import type { WorkspaceSurroundings } from './surroundings.ts';

/** The hierarchy as it stands, read when asked and kept until {@link forget}. */
export class HierarchyView {
  readonly #surroundings: WorkspaceSurroundings;
  readonly #project: Project;
  readonly #git: Git | undefined;
  readonly #reader: HierarchyReader;
  readonly #noticed = new Set<string>();
  #fromGit: Promise<readonly string[]> | undefined;
  #started: Promise<HierarchyReading> | undefined;

  constructor(surroundings: WorkspaceSurroundings, project: Project, git: Git | undefined) {
    this.#surroundings = surroundings;
    this.#project = project;
    this.#git = git;
    this.#reader = createHierarchyReader(surroundings.files);
  }

  /** What loads when an agent starts in the folder. */
  start(): Promise<HierarchyReading> {
    this.#started ??= this.read(undefined, []);
    return this.#started;
  }

  /** What loads with a file in front of the user and others read before; not kept. */
  async read(activeFile: string | undefined, filesRead: readonly string[]): Promise<HierarchyReading> {
    const { environment, homeDirectory, platform, trusted } = this.#surroundings;
    const claude = claudeDirectories(environment, homeDirectory, platform);
    return readHierarchy({
      dialect: 'claude-code',
      cwd: this.#project.folder,
      ...(this.#project.gitDirectory === undefined ? {} : { repositoryRoot: this.#project.root }),
      ...(activeFile === undefined ? {} : { activeFile }),
      filesRead,
      knownNested: await this.#nested(),
      homeDirectory,
      configDirectory: claude.configDirectory,
      managedDirectory: this.#surroundings.managedDirectory ?? claude.managedDirectory,
      environment,
      trusted,
      reader: this.#reader,
    });
  }

  /** A watcher saw this path; memory files at or below it are found by looking. True when one came, changed or went. */
  async notice(path: string): Promise<boolean> {
    const found = await listMemoryFiles(this.#surroundings.files, path);
    for (const file of found) this.#noticed.add(file);
    if (found.length === 0 && !isMemoryFilePath(path)) return false;
    this.forget();
    return true;
  }

  /** The disk changed: resolve again when next asked. */
  forget(): void {
    this.#started = undefined;
  }

  /** The index or HEAD changed: ask git again which memory files there are. */
  forgetGit(): void {
    this.#fromGit = undefined;
    this.forget();
  }

  async #nested(): Promise<readonly string[]> {
    const { folder, root } = this.#project;
    this.#fromGit ??= this.#git === undefined ? Promise.resolve([]) : memoryFilesFromGit(this.#git, root);
    const all = new Set([...(await this.#fromGit), ...this.#noticed]);
    return [...all].filter((path) => isBelow(path, folder)).sort();
  }
}
