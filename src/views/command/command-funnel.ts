import * as vscode from 'vscode';
import type { Result } from '../../base/result.ts';
import type { MemoryProblem } from '../../memory/workspace/memory-workspace.ts';
import { type CommandId, commandIds } from '../contributions.ts';
import { type ProblemAction, toUserProblem, UserProblem } from './user-problem.ts';

export type CommandWork = (...args: readonly unknown[]) => Promise<void>;
/** The commands of one view. */
export type CommandTable = Partial<Record<CommandId, CommandWork>>;

/** The value, or the problem thrown for the funnel to show. */
export function need<T>(result: Result<T, MemoryProblem>): T {
  if (result.ok) return result.value;
  throw toUserProblem(result.error);
}

/**
 * Every command runs through here. Cancelled: silent. The user's problem: its sentence and one action. Ours: one
 * sentence, the log offered, the stack in the log only.
 */
export class CommandFunnel {
  readonly #log: vscode.LogOutputChannel;

  constructor(log: vscode.LogOutputChannel) {
    this.#log = log;
  }

  register(table: CommandTable): vscode.Disposable {
    const entries = Object.entries(table) as [CommandId, CommandWork][];
    return vscode.Disposable.from(
      ...entries.map(([id, work]) =>
        vscode.commands.registerCommand(id, (...args: unknown[]) => this.run(id, () => work(...args))),
      ),
    );
  }

  /** Never rejects. The message stays open on its own: a command ends when its work does. */
  async run(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof vscode.CancellationError) return;
      if (error instanceof UserProblem) void this.#tell(name, error, work);
      else void this.#confess(name, error);
    }
  }

  /** Something failed without a command: into the log, nothing pops up. */
  readonly note = (error: unknown): void => {
    this.#log.error(error instanceof Error ? error : String(error));
  };

  async #tell(name: string, problem: UserProblem, work: () => Promise<void>): Promise<void> {
    this.#log.info(`${name}: ${problem.message}`);
    const { action } = problem;
    if (!action) {
      void vscode.window.showWarningMessage(problem.message);
      return;
    }
    const picked = await vscode.window.showWarningMessage(problem.message, action.title);
    if (picked === action.title) await this.run(name, () => act(action, work));
  }

  async #confess(name: string, error: unknown): Promise<void> {
    this.#log.error(`${name} failed`, error);
    const show = vscode.l10n.t('Show Log');
    const sentence = vscode.l10n.t(
      'Varve could not finish this because of a fault of its own; the log says where.',
    );
    const picked = await vscode.window.showErrorMessage(sentence, show);
    if (picked === show) await vscode.commands.executeCommand(commandIds.showLog);
  }
}

async function act(action: ProblemAction, work: () => Promise<void>): Promise<void> {
  switch (action.kind) {
    case 'command':
      await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
      return;
    case 'open-file':
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(action.path));
      return;
    case 'save-and-repeat': {
      const file = vscode.Uri.file(action.path).toString();
      await vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === file)?.save();
      return work();
    }
    case 'repeat':
      return work();
  }
}
