import * as vscode from 'vscode';
import { UserProblem } from '../command/user-problem.ts';
import { schemes } from '../contributions.ts';
import type { WorkspaceFolders } from '../workspace/workspace-folders.ts';

/** What a `varve-review:` address names: the empty left side of a new record, or the commit a proposal came from. */
type ReviewAddress =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'commit'; readonly folder: string; readonly proposal: string };

/** The read-only documents of review. */
export function reviewDocuments(folders: WorkspaceFolders): vscode.Disposable {
  const provideTextDocumentContent = async ({ query }: vscode.Uri): Promise<string> => {
    const address = JSON.parse(query) as ReviewAddress;
    if (address.kind === 'nothing') return '';
    const opened = await folders.open(address.folder);
    const commit = opened.ok ? await opened.value.evidenceCommit(address.proposal) : opened;
    if (!commit.ok) throw new UserProblem(commit.error.message);
    return commit.value;
  };
  return vscode.workspace.registerTextDocumentContentProvider(schemes.review, { provideTextDocumentContent });
}

/** Left side of a record that is new: what agents have of it now, which is nothing. */
export function nothingUri(path: string): vscode.Uri {
  return addressOf(vscode.Uri.file(path).path, { kind: 'nothing' });
}

/** The commit a proposal was captured from, as a patch; `subject` is what its tab says. */
export function commitUri(folder: string, proposal: string, subject: string): vscode.Uri {
  const name =
    subject
      .replace(/[\\/:*?"<>|#%\s]+/g, ' ')
      .trim()
      .slice(0, 60) || proposal;
  return addressOf(`/${name}.diff`, { kind: 'commit', folder, proposal });
}

function addressOf(path: string, address: ReviewAddress): vscode.Uri {
  return vscode.Uri.from({ scheme: schemes.review, path, query: JSON.stringify(address) });
}
