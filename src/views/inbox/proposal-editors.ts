import * as vscode from 'vscode';

/** A reviewed proposal's file has moved or is gone: its tab would show a deleted file. Unsaved ones stay. */
export async function closeProposalEditors(paths: readonly string[]): Promise<void> {
  const gone = new Set(paths.map((path) => vscode.Uri.file(path).toString()));
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const closing = tabs.filter((tab) => {
    const uri = fileOf(tab);
    return !tab.isDirty && uri !== undefined && gone.has(uri.toString());
  });
  if (closing.length > 0) await vscode.window.tabGroups.close(closing, true);
}

/** The file itself, or the right side of a diff of it. */
function fileOf({ input }: vscode.Tab): vscode.Uri | undefined {
  if (input instanceof vscode.TabInputText) return input.uri;
  return input instanceof vscode.TabInputTextDiff ? input.modified : undefined;
}
