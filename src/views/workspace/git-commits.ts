import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';

/** The part of the API of `vscode.git` (version 1, VS Code 1.90 and later) that is used. */
interface GitApi {
  readonly repositories: readonly GitRepository[];
  readonly onDidOpenRepository: vscode.Event<GitRepository>;
}

interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly onDidCommit: vscode.Event<void>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/**
 * Tells of commits made through the editor's own git, by the root of their repository. Listens only where that
 * extension runs already: nothing is activated for it. Elsewhere the watch on HEAD tells.
 */
export function onEditorCommits(
  onCommit: (root: string) => void,
  onError: (error: unknown) => void,
): Disposable {
  const owned = new DisposableStore();
  let isListening = false;
  const listen = (): void => {
    const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
    if (isListening || extension?.isActive !== true) return;
    try {
      // Throws while git is switched off (`git.enabled`).
      const api = extension.exports.getAPI(1);
      isListening = true;
      const follow = (repository: GitRepository): void => {
        owned.add(repository.onDidCommit(() => onCommit(repository.rootUri.fsPath)));
      };
      for (const repository of api.repositories) follow(repository);
      owned.add(api.onDidOpenRepository(follow));
    } catch (error) {
      onError(error);
    }
  };
  listen();
  // The API has no event for an extension that became active; documents and folders come after it did.
  owned.add(vscode.extensions.onDidChange(listen));
  owned.add(vscode.window.onDidChangeActiveTextEditor(listen));
  return owned;
}
