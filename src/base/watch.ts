import { readdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';
import type { Disposable } from './disposable.ts';

export interface WatchOptions {
  /** Absolute files and directories; of a directory its direct children are watched, never deeper. */
  readonly paths: readonly string[];
  /** Called with what was made, changed or removed, once it has been quiet for `settleMs`. */
  readonly onChange: (paths: readonly string[]) => void;
  /** A system that cannot watch any more (too many watches, say) is told here; nothing is thrown. */
  readonly onError?: (error: Error) => void;
  /** Milliseconds of quiet before a report; 30 unless told. A busy file is reported after 10 times that at the latest. */
  readonly settleMs?: number;
}

export interface Watcher extends Disposable {
  /** Resolves when every path (or its nearest existing parent) is watched. */
  readonly ready: Promise<void>;
  /** From now on exactly these. Resolves when they are watched. */
  update(paths: readonly string[]): Promise<void>;
}

const SECOND_LOOK_MS = 150;
const DIRECTORY = 'directory ';
/** Directories that come and go without end are not followed without end: the next event looks again. */
const MOST_ROUNDS = 20;
/** Of a directory with more children, a change of one while no watch is open is not found again. */
const MAX_COMPARED_CHILDREN = 1000;

/** Of one directory: which of its children matter. */
interface Interest {
  /** Every child, since the directory itself is asked for. */
  all: boolean;
  readonly names: Set<string>;
}

interface Station {
  readonly interest: Interest;
  readonly watcher: FSWatcher;
  /** Ends the wait for it: a watcher that is closed never says that it is ready. */
  readonly giveUp: () => void;
}

/**
 * Watches exactly the given files and directories, by chokidar, one watch for each directory concerned and one for
 * each file asked for; never recursively, never by polling. What is missing waits through its nearest existing
 * parent, of which only the one child on the way is looked at.
 */
export function watchPaths(options: WatchOptions): Watcher {
  const watch = new PathWatch(options);
  return {
    ready: watch.update(options.paths),
    update: (paths) => watch.update(paths),
    dispose: () => watch.dispose(),
  };
}

class PathWatch {
  readonly #options: WatchOptions;
  readonly #stations = new Map<string, Station>();
  /** What stands there as far as was seen: a file met for the first time afterwards is news. */
  readonly #known = new Set<string>();
  /** What was there when it was last looked at: tells what happened while a watch was being opened. */
  readonly #signatures = new Map<string, string>();
  readonly #reports: Reports;
  readonly #checks = new Set<NodeJS.Timeout>();
  #wanted: ReadonlySet<string> = new Set();
  /** Every directory above something wanted. */
  #ways: ReadonlySet<string> = new Set();
  #arranging = false;
  #work: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#reports = new Reports((paths) => void this.#report(paths), options.settleMs ?? 30);
  }

  update(paths: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const wanted = new Set(paths.map((path) => resolve(path)));
      for (const path of wanted) if (!this.#wanted.has(path)) await this.#getToKnow(path);
      this.#wanted = wanted;
      for (const path of [...this.#signatures.keys()])
        if (!this.#isAskedFor(path)) this.#signatures.delete(path);
      this.#ways = new Set([...wanted].flatMap(directoriesAbove));
      await this.#arrange();
    });
  }

  dispose(): void {
    this.#ended = true;
    this.#reports.dispose();
    for (const check of this.#checks) clearTimeout(check);
    for (const directory of [...this.#stations.keys()]) this.#close(directory);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work
      .then(() => (this.#ended ? undefined : work()))
      .catch((error: unknown) => this.#fail(error));
    return this.#work;
  }

  async #getToKnow(path: string): Promise<void> {
    const kind = await kindOf(path);
    if (kind === undefined) return;
    this.#known.add(path);
    this.#remember(path, await signatureOf(path));
    if (kind !== 'directory') return;
    const children = (await readdir(path).catch(() => [])).map((name) => join(path, name));
    for (const child of children) this.#known.add(child);
    if (children.length > MAX_COMPARED_CHILDREN) return;
    await Promise.all(children.map(async (child) => this.#remember(child, await signatureOf(child))));
  }

  // A directory differs with every child that comes or goes, and those are told of themselves.
  #remember(path: string, signature: string): void {
    if (signature.startsWith(DIRECTORY)) this.#signatures.delete(path);
    else this.#signatures.set(path, signature);
  }

  /**
   * Opens and closes watches until they fit what is wanted and what exists. What is made between the first look of a
   * watch and its first event is told by neither, so after each opening all is planned once more.
   */
  async #arrange(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) if (!(await this.#openMissing())) return;
  }

  /** Answers whether there was anything to open. */
  async #openMissing(): Promise<boolean> {
    const plan = await planFor(this.#wanted);
    if (this.#ended) return false;
    for (const [directory, station] of [...this.#stations]) {
      const interest = plan.get(directory);
      if (interest === undefined || !isSameInterest(interest, station.interest)) this.#close(directory);
    }
    const missing = [...plan].filter(([directory]) => !this.#stations.has(directory));
    await Promise.all(missing.map(([directory, interest]) => this.#open(directory, interest)));
    const opened = new Set(missing.map(([directory]) => directory));
    await this.#compare(opened);
    await this.#meetNew(opened);
    return opened.size > 0;
  }

  /** Files asked for by name that came while their directory's watch was being opened. */
  async #meetNew(opened: ReadonlySet<string>): Promise<void> {
    const unmet = [...this.#wanted].filter((path) => opened.has(dirname(path)) && !this.#known.has(path));
    await Promise.all(
      unmet.map(async (path) => {
        if ((await kindOf(path)) !== undefined && !this.#ended) this.#notice('add', path);
      }),
    );
  }

  /** A watch that was just opened knows nothing of what happened before: a file that differs from then is told. */
  async #compare(opened: ReadonlySet<string>): Promise<void> {
    const concerned = [...this.#signatures].filter(([path]) => opened.has(dirname(path)) || opened.has(path));
    await Promise.all(
      concerned.map(async ([path, before]) => {
        if ((await signatureOf(path)) !== before && !this.#ended) this.#reports.add(path);
      }),
    );
  }

  async #open(directory: string, interest: Interest): Promise<void> {
    // Loaded here: opening a folder must not pay for what watches it later.
    const { watch } = await import('chokidar');
    if (this.#ended || this.#stations.has(directory)) return;
    const watcher = watch(directory, {
      depth: 0,
      ignoreInitial: false,
      persistent: true,
      usePolling: false,
      ignored: (path) => path !== directory && !isOfInterest(path, directory, interest),
    });
    const ready = new Promise<void>((done) => {
      watcher.once('ready', done);
      watcher.once('error', () => done());
      this.#stations.set(directory, { interest, watcher, giveUp: done });
    });
    watcher.on('all', (event, path) => this.#notice(event, resolve(path)));
    watcher.on('error', (error) => this.#fail(error));
    await ready;
  }

  #notice(event: string, path: string): void {
    if (this.#ended) return;
    const isGone = event === 'unlink' || event === 'unlinkDir';
    const isNew = !isGone && !this.#known.has(path);
    if (isGone) this.#known.delete(path);
    else this.#known.add(path);
    if (this.#isAskedFor(path) && (isGone || isNew || event === 'change')) this.#reports.add(path);
    // A part of the way to something wanted came or went: other directories have to be watched now.
    const isOnTheWay = this.#wanted.has(path) || this.#ways.has(path);
    if ((isGone || isNew) && isOnTheWay && !(isNew && this.#stations.has(path))) this.#arrangeSoon();
  }

  /** Many that come or go together are one rearrangement. */
  #arrangeSoon(): void {
    if (this.#arranging) return;
    this.#arranging = true;
    void this.#inTurn(() => {
      this.#arranging = false;
      return this.#arrange();
    });
  }

  /**
   * Two atomic saves within a few milliseconds: chokidar 5 drops the second event (its 5 ms throttle) and goes on
   * watching an inode that is gone. So what was reported is looked at once more, and its watch opened anew where
   * that was needed.
   */
  async #report(paths: readonly string[]): Promise<void> {
    const seen = await Promise.all(paths.map(async (path) => [path, await signatureOf(path)] as const));
    if (this.#ended) return;
    for (const [path, signature] of seen) this.#remember(path, signature);
    this.#options.onChange(paths);
    const check = setTimeout(() => {
      this.#checks.delete(check);
      void this.#inTurn(() => this.#lookAgain(seen));
    }, SECOND_LOOK_MS);
    this.#checks.add(check);
  }

  async #lookAgain(seen: readonly (readonly [path: string, signature: string])[]): Promise<void> {
    for (const [path, signature] of seen) {
      if (this.#ended || (await signatureOf(path)) === signature) continue;
      this.#reports.add(path);
      this.#close(dirname(path));
    }
    await this.#arrange();
  }

  #isAskedFor(path: string): boolean {
    return this.#wanted.has(path) || this.#wanted.has(dirname(path));
  }

  #close(directory: string): void {
    const station = this.#stations.get(directory);
    this.#stations.delete(directory);
    station?.giveUp();
    station?.watcher.close().catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#options.onError?.(error instanceof Error ? error : new Error(String(error)));
  }
}

/** Collects paths until it is quiet. */
class Reports {
  readonly #onChange: WatchOptions['onChange'];
  readonly #settleMs: number;
  #paths = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(onChange: WatchOptions['onChange'], settleMs: number) {
    this.#onChange = onChange;
    this.#settleMs = settleMs;
  }

  add(path: string): void {
    this.#paths.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#report(), this.#settleMs);
    this.#deadline ??= setTimeout(() => this.#report(), this.#settleMs * 10);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    this.#paths.clear();
  }

  #report(): void {
    const paths = [...this.#paths];
    this.dispose();
    this.#deadline = undefined;
    this.#onChange(paths);
  }
}

async function planFor(wanted: ReadonlySet<string>): Promise<Map<string, Interest>> {
  const plan = new Map<string, Interest>();
  const interestIn = (directory: string): Interest => {
    const interest = plan.get(directory) ?? { all: false, names: new Set() };
    plan.set(directory, interest);
    return interest;
  };
  for (const path of wanted) {
    if ((await kindOf(path)) === 'directory') interestIn(path).all = true;
    const parent = await nearestDirectory(dirname(path));
    const step = path.slice(parent.length).split(/[\\/]/).find(Boolean);
    if (step !== undefined) interestIn(parent).names.add(join(parent, step));
  }
  return plan;
}

async function nearestDirectory(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path || (await kindOf(path)) === 'directory') return path;
  return nearestDirectory(parent);
}

function directoriesAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...directoriesAbove(above)];
}

/** Differs when the content may differ; empty where nothing stands. */
async function signatureOf(path: string): Promise<string> {
  return stat(path, { bigint: true }).then(
    (stats) => `${stats.isDirectory() ? DIRECTORY : ''}${stats.ino} ${stats.size} ${stats.mtimeNs}`,
    () => '',
  );
}

async function kindOf(path: string): Promise<'directory' | 'file' | undefined> {
  return stat(path).then(
    (stats) => (stats.isDirectory() ? 'directory' : 'file'),
    () => undefined,
  );
}

function isOfInterest(path: string, directory: string, interest: Interest): boolean {
  const absolute = resolve(path);
  return (interest.all && dirname(absolute) === directory) || interest.names.has(absolute);
}

function isSameInterest(one: Interest, other: Interest): boolean {
  return (
    one.all === other.all &&
    one.names.size === other.names.size &&
    [...one.names].every((name) => other.names.has(name))
  );
}
