import { Emitter } from '../../../base/event.ts';
import { LineSplitter } from '../../../base/line-splitter.ts';
import { type RunningProcess, startProcess } from '../../../base/process.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import type {
  CatalogueProblem,
  ExcerptRequest,
  FoundList,
  ListRequest,
  RefreshProgress,
  RefreshReport,
  SearchRequest,
  SessionCatalogue,
  SessionExcerpts,
  SessionList,
} from './catalogue.ts';
import { type CatalogueRequest, parseCatalogueMessage } from './catalogue-messages.ts';

export interface CatalogueClientOptions {
  /** Node, or what runs as it. */
  readonly command: string;
  /** What comes before our arguments, e.g. `dist/cli.js`. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** The whole environment of the child. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Megabytes of young objects: reading makes little but those, and half of what Node would hold of them is idle. Of old
 * ones a process that may have gigabytes lets four times as many stand before it clears them away as it needs; ours
 * needs a tenth of one for 20,000 sessions.
 */
const NODE_FLAGS = ['--max-semi-space-size=8', '--max-old-space-size=1024'];
/** What stands behind `[command, ...args]`. */
const SERVE = ['sessions', '--serve'];
/** A request is asked this often while children crash over it. */
const MOST_TRIES = 3;
/** Of what a child says on standard error, this much of the end is kept. */
const ERROR_UNITS = 2_000;

type Asked = Exclude<CatalogueRequest, { readonly type: 'cancel' }>;
/** A request without its id. */
type Question = Asked extends infer Each ? (Each extends Asked ? Omit<Each, 'id'> : never) : never;

interface Pending {
  readonly question: Question;
  tries: number;
  resolve(result: Result<unknown, CatalogueProblem>): void;
}

/**
 * The catalogue in a child process, for whoever must not block: SQLite is synchronous. The child is started with the
 * first request; when it crashes, another one is, and what was asked is asked again. It ends with this process.
 */
export function createCatalogueClient(options: CatalogueClientOptions): SessionCatalogue {
  return new CatalogueClient(options);
}

const cancelled = { kind: 'cancelled', message: 'Cancelled.' } as const;

class CatalogueClient implements SessionCatalogue {
  readonly #options: CatalogueClientOptions;
  readonly #progress = new Emitter<RefreshProgress>();
  readonly #changes = new Emitter<void>();
  readonly onProgress = this.#progress.event;
  readonly onDidChange = this.#changes.event;
  readonly #pending = new Map<number, Pending>();
  #child: RunningProcess | undefined;
  #lastId = 0;
  #isDisposed = false;

  constructor(options: CatalogueClientOptions) {
    this.#options = options;
  }

  list(request: ListRequest): Promise<Result<SessionList, CatalogueProblem>> {
    return this.#ask({ type: 'list', ...request });
  }

  search(request: SearchRequest, signal?: AbortSignal): Promise<Result<FoundList, CatalogueProblem>> {
    return this.#ask({ type: 'search', ...request }, signal);
  }

  excerpts(
    request: ExcerptRequest,
    signal?: AbortSignal,
  ): Promise<Result<readonly SessionExcerpts[], CatalogueProblem>> {
    return this.#ask({ type: 'excerpts', ...request }, signal);
  }

  refresh(signal?: AbortSignal): Promise<Result<RefreshReport, CatalogueProblem>> {
    return this.#ask({ type: 'refresh' }, signal);
  }

  dispose(): void {
    this.#isDisposed = true;
    // It stops what goes on, keeps what it read, and ends.
    this.#child?.endInput();
    for (const id of [...this.#pending.keys()]) this.#settle(id, failure(cancelled));
    this.#progress.dispose();
    this.#changes.dispose();
  }

  async #ask<T>(question: Question, signal?: AbortSignal): Promise<Result<T, CatalogueProblem>> {
    if (this.#isDisposed || signal?.aborted) return failure(cancelled);
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<Result<unknown, CatalogueProblem>>((resolve) => {
      this.#pending.set(id, { question, tries: 0, resolve });
    });
    const cancel = () => {
      this.#child?.write(`${JSON.stringify({ type: 'cancel', id })}\n`);
      this.#settle(id, failure(cancelled));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#send(id);
    const result = await answer;
    signal?.removeEventListener('abort', cancel);
    // The child is this very program: the value is what the request asks for.
    return result.ok ? success(result.value as T) : result;
  }

  #send(id: number): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    pending.tries += 1;
    this.#child ??= this.#start();
    this.#child.write(`${JSON.stringify({ ...pending.question, id })}\n`);
  }

  #start(): RunningProcess {
    const { command, args, cwd, environment } = this.#options;
    let said = '';
    const lines = new LineSplitter((line) => this.#hear(line));
    const child = startProcess({
      command,
      args: [...NODE_FLAGS, ...args, ...SERVE],
      cwd,
      environment,
      input: 'pipe',
      onOutput: (stream, bytes) => {
        if (stream === 'stdout') lines.push(bytes);
        else said = (said + Buffer.from(bytes).toString('utf8')).slice(-ERROR_UNITS);
      },
    });
    void child.exit.then(({ problem }) => this.#ended(child, problem?.message ?? said.trim()));
    return child;
  }

  #hear(line: string): void {
    const message = parseCatalogueMessage(line);
    if (message === undefined || this.#isDisposed) return;
    if (message.type === 'progress') this.#progress.fire(message);
    else if (message.type === 'changed') this.#changes.fire();
    else if (message.type === 'answer') this.#settle(message.id, success(message.value));
    else this.#settle(message.id, failure(message.problem));
  }

  /** What was not answered is asked of another child, unless that was tried. */
  #ended(child: RunningProcess, said: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    const message = `The process that knows the sessions ended by itself${said === '' ? '.' : `: ${said}`}`;
    for (const [id, { tries }] of [...this.#pending]) {
      if (tries < MOST_TRIES) this.#send(id);
      else this.#settle(id, failure({ kind: 'failed', message }));
    }
  }

  #settle(id: number, result: Result<unknown, CatalogueProblem>): void {
    this.#pending.get(id)?.resolve(result);
    this.#pending.delete(id);
  }
}
