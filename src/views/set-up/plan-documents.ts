import { relative } from 'node:path';
import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import type { ChangePlan } from '../../memory/workspace/memory-workspace.ts';
import { schemes } from '../contributions.ts';

type Side = 'before' | 'after';

/** The `varve-plan:` documents: both sides of every file of a plan, so that VS Code's own diff can show them. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #owned = new DisposableStore();
  readonly #texts = new Map<string, string>();
  #count = 0;

  constructor() {
    this.#owned.add(vscode.workspace.registerTextDocumentContentProvider(schemes.plan, this));
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? vscode.l10n.t('This plan is no longer open.');
  }

  /** Opens the plan as one multi-file diff. Dispose what comes back to close it and forget its texts. */
  async show(plan: Pick<ChangePlan, 'title' | 'changes'>, root: string): Promise<Disposable> {
    this.#count += 1;
    const number = this.#count;
    const known: string[] = [];
    const keep = (path: string, side: Side, text: string | undefined): vscode.Uri => {
      const uri = vscode.Uri.from({
        scheme: schemes.plan,
        path: `/${relative(root, path) || path}`,
        query: `${number}-${side}`,
      });
      this.#texts.set(uri.toString(), text ?? '');
      known.push(uri.toString());
      return uri;
    };
    const resources = plan.changes.map(({ path, before, after }) => {
      const left = keep(path, 'before', before);
      const right = keep(path, 'after', after);
      // A side that does not exist is left out, so that VS Code shows the file as added or deleted.
      return [
        vscode.Uri.file(path),
        before === undefined ? undefined : left,
        after === undefined ? undefined : right,
      ];
    });
    const groups = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs));
    await vscode.commands.executeCommand('vscode.changes', plan.title, resources);
    return {
      dispose: () => {
        void closeNewTabs(groups, plan.title);
        for (const uri of known) this.#texts.delete(uri);
      },
    };
  }

  dispose(): void {
    this.#owned.dispose();
    this.#texts.clear();
  }
}

/** VS Code does not say which tab the multi-file diff got: it is the new one with its title. */
async function closeNewTabs(before: ReadonlySet<vscode.Tab>, title: string): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
  const ours = tabs.filter((tab) => !before.has(tab) && tab.label.startsWith(title));
  if (ours.length > 0) await vscode.window.tabGroups.close(ours);
}
