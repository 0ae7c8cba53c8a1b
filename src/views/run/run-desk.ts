import * as vscode from 'vscode';
import type { RunEngine, RunTask } from '../../agent/engine/run-engine.ts';
import { type PermissionMode, permissionModes } from '../../agent/guard/guard.ts';
import { titleOf } from '../../agent/session/session-title.ts';
import type { Clock } from '../../base/clock.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { need } from '../command/command-funnel.ts';
import { UserProblem } from '../command/user-problem.ts';
import { commandIds, settingIds } from '../contributions.ts';
import type { EngineFor, EngineName } from '../model/engine-for.ts';
import type { ModelAccess } from '../model/model-access.ts';
import { needModel } from '../model/model-commands.ts';
import type { LiveRun } from '../runs/live-run.ts';
import type { RunBook } from '../runs/run-book.ts';
import { needTrust } from '../workspace/pick-folder.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import { type Attachment, promptWith } from './attachments.ts';
import { RunTerminal } from './run-terminal.ts';

export interface RunDeskOptions {
  readonly folders: WorkspaceFolders;
  readonly book: RunBook;
  readonly access: ModelAccess;
  readonly clock: Clock;
  readonly engineFor: EngineFor;
  readonly onView: (run: LiveRun, approval: string) => void;
  /** Runs work that may fail in the same funnel as commands do. */
  readonly guard: (name: string, work: () => Promise<void>) => Promise<void>;
}

export interface RunRequest {
  readonly folder: string;
  /** Empty to go on with a session where it stopped. */
  readonly prompt: string;
  readonly resume?: string;
  /** Who carried the session out so far; our own loop unless told. A new one is carried out by who is set. */
  readonly engine?: EngineName;
  /** With `resume`: a session of its own that begins with what that one holds. */
  readonly fork?: boolean;
  /** With `fork`: from before this place of the conversation. */
  readonly forkBefore?: string;
  /** The session of any tool whose brief the prompt holds. */
  readonly from?: { readonly tool: string; readonly id: string };
  /** What the person points at; goes along behind the prompt. */
  readonly attachments?: readonly Attachment[];
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
  async start(
    request: RunRequest,
    terminal = request.fork ? undefined : this.#terminalOf(request.resume),
  ): Promise<LiveRun> {
    needTrust();
    const { folders, access, book, engineFor } = this.#options;
    const chosen = request.engine ?? (request.resume === undefined ? access.engine : 'varve');
    await needModel(access, chosen);
    // The child keeps its session in this project's state: it has to find the same place as the Sessions view.
    const workspace = need(await folders.open(request.folder));
    need(await workspace.ensureState());
    const environment = chosen === 'claude' ? access.userEnvironment() : await access.childEnvironment();
    const engine = openedEngine(await engineFor({ engine: chosen, environment, workspace }));
    const place = { folder: request.folder, title: titleOf(request.prompt) || (request.title ?? '') };
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
          const engine = state.engine === 'claude' ? 'claude' : 'varve';
          void guard('next prompt', async () => {
            await this.start({ folder, prompt, ...(session ? { resume: session, engine } : {}) }, terminal);
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

/** What stands in the way of an engine is the person's to change. */
function openedEngine(opened: Awaited<ReturnType<EngineFor>>): RunEngine {
  if (opened.ok) return opened.value;
  throw new UserProblem(opened.error.message, {
    kind: 'command',
    title: vscode.l10n.t('Choose Model…'),
    command: commandIds.chooseModel,
  });
}

function taskOf(
  { folder, prompt, resume, fork, forkBefore, from, attachments = [] }: RunRequest,
  model: string,
): RunTask {
  return {
    prompt: promptWith(prompt, attachments),
    cwd: folder,
    permissionMode: permissionMode(),
    allowedTools: [],
    ...(goesOnAlone() ? { detached: true } : {}),
    ...(fork ? { fork: true } : {}),
    ...(forkBefore === undefined ? {} : { forkBefore }),
    ...(from === undefined ? {} : { from }),
    ...(model ? { model } : {}),
    ...(resume ? { resume } : {}),
  };
}

/** The user's choice; a workspace has no say in what goes on unwatched. */
function goesOnAlone(): boolean {
  const values = vscode.workspace.getConfiguration().inspect<string>(settingIds.onWindowClose);
  return (values?.globalValue ?? values?.defaultValue) === 'continue';
}

/** The user's choice; what a workspace says is not asked, and an unknown word counts as the careful mode. */
function permissionMode(): PermissionMode {
  const values = vscode.workspace.getConfiguration().inspect<string>(settingIds.permissionMode);
  const wanted = values?.globalValue ?? values?.defaultValue;
  return permissionModes.find((mode) => mode === wanted) ?? 'default';
}
