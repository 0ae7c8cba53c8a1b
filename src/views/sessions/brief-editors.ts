import * as vscode from 'vscode';
import type { SessionTool } from '../../agent/history/transcript.ts';
import { startFromBrief } from '../../agent/resume/brief/framed-brief.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { UserProblem } from '../command/user-problem.ts';
import { contextKeys } from '../contributions.ts';
import type { RunDesk } from '../run/run-desk.ts';

/** Where a brief comes from. */
export interface BriefOrigin {
  readonly folder: string;
  readonly title: string;
  readonly tool: SessionTool;
  readonly session: string;
}

/** Briefs that a person looks over and edits before a fresh session starts from them. Nothing is written to disk. */
export class BriefEditors implements Disposable {
  readonly #desk: RunDesk;
  readonly #owned = new DisposableStore();
  /** By the address of the untitled document. */
  readonly #open = new Map<string, BriefOrigin>();

  constructor(desk: RunDesk) {
    this.#desk = desk;
    this.#owned.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (this.#open.delete(uri.toString())) this.#tell();
      }),
    );
  }

  async edit(brief: string, origin: BriefOrigin): Promise<void> {
    const document = await vscode.workspace.openTextDocument({ language: 'markdown', content: brief });
    this.#open.set(document.uri.toString(), origin);
    this.#tell();
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** Starts a run from the brief in front of the person. Throws when cancelled. */
  async run(uri: vscode.Uri | undefined): Promise<void> {
    const document = vscode.workspace.textDocuments.find(
      (each) => each.uri.toString() === (uri ?? vscode.window.activeTextEditor?.document.uri)?.toString(),
    );
    const origin = document && this.#open.get(document.uri.toString());
    if (!document || !origin)
      throw new UserProblem(
        vscode.l10n.t('This is no brief. Start one from a session in the Sessions view.'),
      );
    const prompt = await vscode.window.showInputBox({
      title: vscode.l10n.t('Start from Brief: {0}', origin.title),
      prompt: vscode.l10n.t('What should be done now? Leave it empty to go on where the brief ends.'),
      ignoreFocusOut: true,
    });
    if (prompt === undefined) throw new vscode.CancellationError();
    const text = startFromBrief({ brief: document.getText(), prompt });
    const { folder, tool, session } = origin;
    await this.#desk.start({ folder, prompt: text, title: origin.title, from: { tool, id: session } });
  }

  dispose(): void {
    this.#owned.dispose();
  }

  #tell(): void {
    void vscode.commands.executeCommand('setContext', contextKeys.briefEditors, [...this.#open.keys()]);
  }
}
