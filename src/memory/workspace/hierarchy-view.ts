import type { Git } from '../../base/git.ts';
import { claudeDirectories } from '../hierarchy/claude-code/claude-directories.ts';
import type { Dialect, HierarchyReading, ResolveInput } from '../hierarchy/hierarchy.ts';
import { readHierarchy } from '../hierarchy/read-hierarchy.ts';
import { type ReaderSurvey, surveyReaders } from '../hierarchy/readers.ts';
import type { Project } from '../project/project.ts';
import { CachingReader } from './caching-reader.ts';
import { isBelow, isMemoryFilePath, listMemoryFiles, memoryFilesFromGit } from './nested-files.ts';
import type { WorkspaceSurroundings } from './surroundings.ts';

/**
 * The hierarchy as it stands, read when asked. Where a watcher covers it, a reading is kept until something is told;
 * else it is compared with the disk whenever it is asked for. Either way only what changed is read again.
 */
export class HierarchyView {
  readonly #surroundings: WorkspaceSurroundings;
  readonly #project: Project;
  readonly #git: Git | undefined;
  readonly #reader: CachingReader;
  readonly #noticed = new Set<string>();
  #nestedFiles: Promise<readonly string[]> | undefined;
  #started: Promise<HierarchyReading> | undefined;
  #surveyed: { readonly reading: HierarchyReading; readonly survey: Promise<ReaderSurvey> } | undefined;
  #isReading = false;
  readonly #onUnheard: () => void;
  #covered: ReadonlySet<string> | undefined;

  /** `onUnheard` is told when comparing found a change that nobody told of: who read before reads again. */
  constructor(
    surroundings: WorkspaceSurroundings,
    project: Project,
    git: Git | undefined,
    onUnheard: () => void = () => {},
  ) {
    this.#onUnheard = onUnheard;
    this.#surroundings = surroundings;
    this.#project = project;
    this.#git = git;
    this.#reader = new CachingReader(surroundings.files);
  }

  /** What loads when an agent starts in the folder. */
  start(): Promise<HierarchyReading> {
    return this.#covered === undefined ? this.lookAgain() : this.#start();
  }

  /** What loads when an agent starts in the folder and nothing else: git is not asked what could load later. Not kept. */
  async atStart(): Promise<HierarchyReading> {
    await this.#compare();
    return readHierarchy(this.#inputWith([], { filesRead: [], dialect: 'claude-code' }));
  }

  /** The same for somebody who looks again though nobody told of a change: compared with the disk first. */
  async lookAgain(): Promise<HierarchyReading> {
    if (this.#started === undefined || this.#isReading) return this.#start();
    this.#reader.doubt();
    await this.#compare();
    return this.#start();
  }

  /** Who else reads what here; kept as long as the reading it was made beside. */
  async survey(reading: HierarchyReading): Promise<ReaderSurvey> {
    if (this.#surveyed?.reading !== reading) {
      const survey = this.#input(undefined, [], 'claude-code').then((input) => surveyReaders(input, reading));
      this.#surveyed = { reading, survey };
    }
    return this.#surveyed.survey;
  }

  /** What loads with a file in front of the user and others read before; not kept. */
  async read(
    activeFile: string | undefined,
    filesRead: readonly string[],
    dialect: Dialect = 'claude-code',
  ): Promise<HierarchyReading> {
    return readHierarchy(await this.input(activeFile, filesRead, dialect));
  }

  /** What a reading starts from, also for whoever explains one: what is known was just compared with the disk. */
  async input(
    activeFile: string | undefined,
    filesRead: readonly string[],
    dialect: Dialect = 'claude-code',
  ): Promise<ResolveInput> {
    await this.#compare();
    return this.#input(activeFile, filesRead, dialect);
  }

  async #input(
    activeFile: string | undefined,
    filesRead: readonly string[],
    dialect: Dialect,
  ): Promise<ResolveInput> {
    const question = { ...(activeFile === undefined ? {} : { activeFile }), filesRead, dialect };
    return this.#inputWith(await this.#nested(), question);
  }

  #inputWith(
    knownNested: readonly string[],
    question: Pick<ResolveInput, 'activeFile' | 'filesRead' | 'dialect'>,
  ): ResolveInput {
    const { environment, homeDirectory, platform, trusted } = this.#surroundings;
    const claude = claudeDirectories(environment, homeDirectory, platform);
    return {
      ...question,
      cwd: this.#project.folder,
      ...(this.#project.gitDirectory === undefined ? {} : { repositoryRoot: this.#project.root }),
      knownNested,
      homeDirectory,
      configDirectory: claude.configDirectory,
      managedDirectory: this.#surroundings.managedDirectory ?? claude.managedDirectory,
      environment,
      trusted,
      reader: this.#reader,
    };
  }

  /** Whether a watcher covers exactly these. */
  covers(paths: readonly string[]): boolean {
    const covered = this.#covered;
    return covered?.size === new Set(paths).size && paths.every((path) => covered.has(path));
  }

  /** A watcher covers these from now on and tells {@link changed}; what changed before it began is found here. */
  async cover(paths: readonly string[]): Promise<void> {
    this.#covered = new Set(paths);
    this.#reader.cover(paths);
    await this.#compare();
  }

  /** A watcher saw this path; memory files at or below it are found by looking. True when one came, changed or went. */
  async notice(path: string): Promise<boolean> {
    const found = await listMemoryFiles(this.#surroundings.files, path);
    for (const file of found) this.#noticed.add(file);
    if (found.length === 0 && !isMemoryFilePath(path)) return false;
    this.changed([path, ...found]);
    return true;
  }

  /** Whether a change of this path could change what was read. */
  concerns(path: string): boolean {
    return this.#reader.concerns(path);
  }

  /** The watcher reports these: they, and nothing else that was read, are read again. */
  changed(paths: readonly string[]): void {
    this.#reader.drop(paths);
    this.#started = undefined;
  }

  /** Something changed on the disk, and nobody says what: what is known is compared when next asked. */
  forget(): void {
    this.#reader.doubt();
    this.#started = undefined;
  }

  /** The index or HEAD changed: ask git again which memory files there are. */
  forgetGit(): void {
    this.#nestedFiles = undefined;
    this.forget();
  }

  /** Compares what no watcher vouches for with the disk, whoever asks, so that nobody keeps what differs. */
  async #compare(): Promise<void> {
    const started = this.#started;
    if (!(await this.#reader.refresh())) return;
    if (this.#started === started) this.#started = undefined;
    this.#onUnheard();
  }

  #start(): Promise<HierarchyReading> {
    if (this.#started !== undefined) return this.#started;
    this.#isReading = true;
    const started = this.read(undefined, []).finally(() => {
      if (this.#started === started) this.#isReading = false;
    });
    this.#started = started;
    return started;
  }

  async #nested(): Promise<readonly string[]> {
    const { folder, root } = this.#project;
    // Without git, and in Restricted Mode, a bounded look takes its place.
    this.#nestedFiles ??=
      this.#git === undefined
        ? listMemoryFiles(this.#surroundings.files, folder)
        : memoryFilesFromGit(this.#git, root);
    const all = new Set([...(await this.#nestedFiles), ...this.#noticed]);
    return [...all].filter((path) => isBelow(path, folder)).sort();
  }
}
