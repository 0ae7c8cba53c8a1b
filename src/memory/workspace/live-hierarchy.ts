import { setTimeout as delay } from 'node:timers/promises';
import type { Disposable } from '../../base/disposable.ts';
import { Emitter, type Event } from '../../base/event.ts';
import { type Watcher, watchPaths } from '../../base/watch.ts';
import { isInside } from '../hierarchy/places.ts';
import { HierarchyView } from './hierarchy-view.ts';
import type { WorkspaceChange } from './memory-workspace.ts';
import { isMemoryFilePath } from './nested-files.ts';
import type { OpenProject } from './open-project.ts';
import { changesOf, projectPaths } from './watched-paths.ts';

/** How long a new directory has to be quiet before it is listed a second time, in milliseconds. */
const quietMs = 300;

/** Keeps the hierarchy of one project in step with the disk and tells what changed. */
export class LiveHierarchy implements Disposable {
  readonly #open: OpenProject;
  readonly #changes: Emitter<WorkspaceChange>;
  readonly onDidChange: Event<WorkspaceChange>;
  #view: HierarchyView;
  #watcher: Watcher | undefined;

  constructor(open: OpenProject) {
    this.#open = open;
    this.#changes = new Emitter(open.surroundings.onError);
    this.onDidChange = this.#changes.event;
    this.#view = this.#newView();
  }

  /** Another one after set-up, removal or a moved HEAD changed who and where we are: never keep it. */
  get view(): HierarchyView {
    return this.#view;
  }

  get isWatched(): boolean {
    return this.#watcher !== undefined;
  }

  /** Begins to watch the project's own places; {@link follow} adds those of the hierarchy. */
  watch(): void {
    const onChange = (paths: readonly string[]) => void this.#seen(paths).catch(this.onError);
    this.#watcher = watchPaths({ paths: this.#watched([]), onChange, onError: this.onError });
  }

  /** Watches these besides the project's own places, where anything is watched at all. */
  async follow(hierarchy: readonly string[]): Promise<void> {
    const paths = this.#watched(hierarchy);
    const view = this.#view;
    if (this.#watcher === undefined || view.covers(paths)) return;
    await this.#watcher.update(paths);
    await view.cover(paths);
  }

  /** Somebody else's watcher saw this path come, change or go. */
  notice(path: string): void {
    void this.#notice(path).catch(this.onError);
  }

  /** We wrote these. A nested memory file that was made is known from now on, also where nothing is watched. */
  async written(paths: readonly string[]): Promise<void> {
    for (const path of paths) await this.#view.notice(path);
    await this.changed('hierarchy');
  }

  /** Doubts what is known, then tells. */
  async changed(...changes: readonly WorkspaceChange[]): Promise<void> {
    this.#view.forget();
    await this.#tell(changes);
  }

  dispose(): void {
    this.#watcher?.dispose();
    this.#changes.dispose();
  }

  readonly onError = (error: unknown): void => this.#open.surroundings.onError?.(error);

  async #notice(path: string): Promise<void> {
    if (await this.#view.notice(path)) this.#changes.fire('hierarchy');
    if (isMemoryFilePath(path)) return;
    // A directory that was just made may still be filling.
    await delay(quietMs);
    if (await this.#view.notice(path)) this.#changes.fire('hierarchy');
  }

  async #seen(paths: readonly string[]): Promise<void> {
    const concerning = paths.filter((path) => this.#concerns(path));
    if (concerning.length === 0) return;
    this.#view.changed(concerning);
    await this.#tell(changesOf(concerning, this.#open.project, this.#open.places));
  }

  /** Directories above the project and a person's own are watched, too, and programs write there all day long. */
  #concerns(path: string): boolean {
    const { project, places } = this.#open;
    const own = [project.root, ...projectPaths(project, places)];
    return own.some((place) => isInside(path, place)) || this.#view.concerns(path);
  }

  /** Set-up, removal or a moved HEAD may change who and where we are. */
  async #tell(changes: readonly WorkspaceChange[]): Promise<void> {
    if (changes.includes('project')) await this.#rediscover();
    for (const change of changes) this.#changes.fire(change);
  }

  async #rediscover(): Promise<void> {
    this.#view.forgetGit();
    if (!(await this.#open.rediscover())) return;
    this.#view = this.#newView();
  }

  #newView(): HierarchyView {
    const { surroundings, project } = this.#open;
    return new HierarchyView(surroundings, project, this.#open.git(), () => this.#changes.fire('hierarchy'));
  }

  #watched(hierarchy: readonly string[]): readonly string[] {
    return [...new Set([...hierarchy, ...projectPaths(this.#open.project, this.#open.places)])];
  }
}
