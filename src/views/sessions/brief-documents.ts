import * as vscode from 'vscode';
import type { ResumePlan } from '../../agent/resume/plan-resume.ts';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { need } from '../command/command-funnel.ts';
import { schemes } from '../contributions.ts';
import { oneLine } from '../words.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';
import type { SessionAddress } from './session-history.ts';
import { type ShownSession, sessionTitle } from './shown-session.ts';
import type { PlanAny } from './tool-session-commands.ts';

/** How one of Varve's own sessions goes on; reads only. */
export type PlanResume = (
  workspace: MemoryWorkspace,
  session: string,
) => Promise<Result<ResumePlan, { readonly message: string }>>;

/** The `varve-brief:` documents: what a resumed session starts from. */
export class BriefDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #folders: WorkspaceFolders;
  readonly #plan: PlanAny;
  readonly #owned = new DisposableStore();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(folders: WorkspaceFolders, plan: PlanAny) {
    this.#folders = folders;
    this.#plan = plan;
    this.#owned.add(this.#changed);
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.brief, this));
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { folder, ...session } = JSON.parse(uri.query) as SessionAddress & { readonly folder: string };
    const plan = await this.#plan(need(await this.#folders.open(folder)), session);
    if (!plan.ok) return `${plan.error.message}\n`;
    const { brief, next, pending, problems, readOnlyReason } = plan.value.plan;
    const how = pending ? next : vscode.l10n.t('Resume in the Sessions view goes on with it.');
    return `${[brief.trimEnd(), readOnlyReason ?? how, ...problems].join('\n\n')}\n`;
  }

  async show({ folder, row }: ShownSession): Promise<void> {
    const name = oneLine(sessionTitle(row), 40).replace(/[/\\\\?#]/g, '-');
    const { tool, id, path } = row;
    const uri = vscode.Uri.from({
      scheme: schemes.brief,
      path: `/${name}.md`,
      query: JSON.stringify({ folder, tool, id, path }),
    });
    // The session may have gone on since it was last looked at.
    this.#changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.languages.setTextDocumentLanguage(document, 'markdown');
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#owned.dispose();
  }
}
