import * as vscode from 'vscode';
import type { RunEngine, RunTask } from '../../agent/engine/run-engine.ts';
import { type PermissionMode, permissionModes } from '../../agent/guard/guard.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { need } from '../command/command-funnel.ts';
import { settingIds } from '../contributions.ts';
import type { ModelAccess } from '../model/model-access.ts';
import { needModel } from '../model/model-commands.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { RunBook } from '../runs/run-book.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { RunTerminal } from './run-terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface RunDeskOptions {
  readonly folders: WorkspaceFolders;
  readonly book: RunBook;
  readonly access: ModelAccess;
  readonly clock: Clock;
  readonly engineFor: (environment: Environment) => Promise<RunEngine>;
  readonly onView: (run: LiveRun, approval: string) => void;
  /** Runs work that may fail in the same funnel as commands do. */
  readonly guard: (name: string, work: () => Promise<void>) => Promise<void>;
}

export interface RunRequest {
  readonly folder: string;
  /** Empty to go on with a session where it stopped. */
  readonly prompt: string;
  readonly resume?: string;
  /** What it is about where there is no prompt. */
  readonly title?: string;
}

/** Starts runs and holds their terminals. */
export class RunDesk implements Disposable {
  readonly #options: RunDeskOptions;
  readonly #owned = new DisposableStore();
  readonly #terminals = new Map<string, RunTerminal>();

  constructor(options: RunDeskOptions) {
    this.#options = options;
    this.#owned.add(options.book.onDidChange(() => this.#sweep()));
  }

  /** Asks for a way to a model where there is none; throws when cancelled or not trusted. */
  async start(request: RunRequest, terminal = this.#terminalOf(request.resume)): Promise<LiveRun> {
    needTrust();
    const { folders, access, book, engineFor } = this.#options;
    await needModel(access);
    // The child keeps its session in this project's state: it has to find the same place as the Sessions view.
    need(await need(await folders.open(request.folder)).ensureState());
    const engine = await engineFor(await access.childEnvironment());
    const place = { folder: request.folder, title: request.prompt || (request.title ?? '') };
    const run = book.start(engine, place, taskOf(request, access.modelName));
    const shown = terminal ?? this.#terminalFor(run);
    if (terminal) terminal.attach(run);
    this.#terminals.set(run.id, shown);
    shown.show();
    return run;
  }

  show(run: LiveRun): void {
    this.#terminals.get(run.id)?.show();
  }

  dispose(): void {
    this.#owned.dispose();
  }

  /** A session that goes on does so where its earlier run stands, when that is on screen still. */
  #terminalOf(session: string | undefined): RunTerminal | undefined {
    if (session === undefined) return undefined;
    return [...this.#terminals.values()].find(({ run }) => run.isEnded && run.state.session === session);
  }

  #terminalFor(run: LiveRun): RunTerminal {
    const { clock, onView, guard } = this.#options;
    return this.#owned.add(
      new RunTerminal(run, {
        clock,
        onView,
        onNextPrompt: (terminal, { state }, prompt) => {
          const { folder, session } = state;
          void guard('next prompt', async () => {
            await this.start({ folder, prompt, ...(session ? { resume: session } : {}) }, terminal);
          });
        },
      }),
    );
  }

  /** Runs that left the list take their terminals' place with them; a terminal on screen stays. */
  #sweep(): void {
    const known = new Set(this.#options.book.runs.map(({ id }) => id));
    for (const id of this.#terminals.keys()) if (!known.has(id)) this.#terminals.delete(id);
  }
}

function taskOf({ folder, prompt, resume }: RunRequest, model: string): RunTask {
  return {
    prompt,
    cwd: folder,
    permissionMode: permissionMode(),
    allowedTools: [],
    ...(model ? { model } : {}),
    ...(resume ? { resume } : {}),
  };
}

/** The user's choice; what a workspace says is not asked, and an unknown word counts as the careful mode. */
function permissionMode(): PermissionMode {
  const values = vscode.workspace.getConfiguration().inspect<string>(settingIds.permissionMode);
  const wanted = values?.globalValue ?? values?.defaultValue;
  return permissionModes.find((mode) => mode === wanted) ?? 'default';
}
