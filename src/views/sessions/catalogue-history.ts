import type { ProjectPlaces } from '../../agent/history/catalogue/belongs-to.ts';
import type {
  ListedSession,
  RefreshProgress,
  SessionCatalogue,
} from '../../agent/history/catalogue/catalogue.ts';
import type { Clock } from '../../base/clock.ts';
import { Emitter } from '../../base/event.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type {
  HistoryAnswer,
  HistoryListing,
  HistoryRow,
  ReadToolSession,
  SessionHistory,
} from './session-history.ts';

export interface CatalogueHistoryOptions {
  /** Begins anew each time: the process behind it ends when nobody asks for a while. */
  readonly open: () => Promise<SessionCatalogue>;
  readonly placesOf: (workspace: MemoryWorkspace) => Promise<ProjectPlaces>;
  /** What becomes of these sessions: what Varve keeps, and when their tools delete them. */
  readonly describe: (sessions: readonly ListedSession[]) => Promise<readonly HistoryRow[]>;
  readonly read: ReadToolSession;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Sessions of one project that are shown at most; the search finds the rest. */
const MOST_ROWS = 2_000;
const MOST_HITS = 30;
/** Entries of one session that a search shows. */
const MOST_ENTRIES = 3;
/** The tools' directories are looked at again when this much time went by, in milliseconds. */
const STALE_MS = 20_000;
/** The process behind the catalogue ends when nobody asked for this long. */
const IDLE_MS = 5 * 60_000;

/** Sessions of all tools by a catalogue in another process. */
export function createCatalogueHistory(options: CatalogueHistoryOptions): SessionHistory {
  return new CatalogueHistory(options);
}

class CatalogueHistory implements SessionHistory {
  readonly #options: CatalogueHistoryOptions;
  readonly #changes = new Emitter<void>();
  readonly onDidChange = this.#changes.event;
  #opened: Promise<SessionCatalogue> | undefined;
  #idle: NodeJS.Timeout | undefined;
  #lookedAt = 0;
  #progress: RefreshProgress | undefined;
  #problems: readonly string[] = [];
  #isDisposed = false;

  constructor(options: CatalogueHistoryOptions) {
    this.#options = options;
  }

  async list(workspace: MemoryWorkspace): Promise<HistoryListing> {
    const catalogue = await this.#catalogue();
    const places = await this.#options.placesOf(workspace);
    const listed = await catalogue.list({ filter: { places }, limit: MOST_ROWS });
    this.#lookAgain(catalogue);
    if (!listed.ok) return { rows: [], problems: [listed.error.message] };
    const others = listed.value.sessions.filter(({ tool }) => tool !== 'varve');
    const rows = await this.#options.describe(others);
    return { rows, problems: this.#problems, ...(this.#progress && { progress: this.#progress }) };
  }

  async search(
    workspace: MemoryWorkspace | undefined,
    query: string,
    signal: AbortSignal,
  ): Promise<HistoryAnswer> {
    const catalogue = await this.#catalogue();
    const filter = workspace && { places: await this.#options.placesOf(workspace) };
    const found = await catalogue.search({ query, limit: MOST_HITS, ...(filter && { filter }) }, signal);
    if (!found.ok) return { hits: [], notes: found.error.kind === 'cancelled' ? [] : [found.error.message] };
    const asked = found.value.hits.map(({ session, entries }) => ({
      key: session.key,
      entries: entries.slice(0, MOST_ENTRIES).map(({ entry }) => entry),
    }));
    const read = await catalogue.excerpts({ query, hits: asked }, signal);
    const excerpts = new Map(read.ok ? read.value.map(({ key, excerpts: all }) => [key, all]) : []);
    const hits = found.value.hits.map(({ session }) => ({
      row: session,
      entries: (excerpts.get(session.key) ?? []).map(({ entry, kind, text }) => ({
        entry,
        kind,
        snippet: text,
      })),
    }));
    return { hits, notes: found.value.notes };
  }

  get transcript(): ReadToolSession {
    return this.#options.read;
  }

  dispose(): void {
    this.#isDisposed = true;
    clearTimeout(this.#idle);
    this.#changes.dispose();
    this.#end();
  }

  #catalogue(): Promise<SessionCatalogue> {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#progress === undefined && this.#end(), IDLE_MS);
    this.#opened ??= this.#options.open().then((catalogue) => {
      if (this.#isDisposed) catalogue.dispose();
      catalogue.onDidChange(() => this.#changes.fire());
      catalogue.onProgress((progress) => {
        this.#progress = progress;
        this.#changes.fire();
      });
      return catalogue;
    });
    return this.#opened;
  }

  #end(): void {
    void this.#opened?.then((catalogue) => catalogue.dispose(), this.#options.onError);
    this.#opened = undefined;
  }

  /** In the background; what it finds is told by `onDidChange`. */
  #lookAgain(catalogue: SessionCatalogue): void {
    const now = this.#options.clock.now();
    if (Math.abs(now - this.#lookedAt) < STALE_MS) return;
    this.#lookedAt = now;
    void catalogue.refresh().then((report) => {
      const wasReading = this.#progress !== undefined;
      this.#progress = undefined;
      const before = this.#problems.join();
      // Another process that looks at the same time is no problem: its rows are read.
      if (report.ok) this.#problems = report.value.problems;
      else if (report.error.kind === 'failed') this.#problems = [report.error.message];
      if (wasReading || before !== this.#problems.join()) this.#changes.fire();
    }, this.#options.onError);
  }
}
