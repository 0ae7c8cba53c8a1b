import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { commandIds, settingIds } from '../contributions.ts';
import type { GovernedCode, GoverningRecord } from './governed-code.ts';

/** A line above governed code that names the record; off unless the setting says otherwise. */
export function governedLenses(code: Pick<GovernedCode, 'of' | 'onDidChange'>): Disposable {
  const owned = new DisposableStore();
  const changed = new vscode.EventEmitter<void>();
  owned.add(changed);
  owned.add(code.onDidChange(() => changed.fire()));
  owned.add(
    vscode.workspace.onDidChangeConfiguration(
      (change) => change.affectsConfiguration(settingIds.codeLens) && changed.fire(),
    ),
  );
  const provideCodeLenses = async ({ uri }: vscode.TextDocument): Promise<vscode.CodeLens[]> =>
    isOn() ? (await code.of(uri)).map(lensOf) : [];
  owned.add(
    vscode.languages.registerCodeLensProvider(
      { scheme: 'file' },
      { onDidChangeCodeLenses: changed.event, provideCodeLenses },
    ),
  );
  return owned;
}

function isOn(): boolean {
  return vscode.workspace.getConfiguration().get<boolean>(settingIds.codeLens, false);
}

function lensOf({ first, folder, id, kind, title, state }: GoverningRecord): vscode.CodeLens {
  const mark =
    state === 'stale' ? vscode.l10n.t('{0}: {1} (code changed since)', kind, title) : `${kind}: ${title}`;
  return new vscode.CodeLens(new vscode.Range(first, 0, first, 0), {
    title: mark,
    command: commandIds.openRecord,
    arguments: [{ folder, id }],
  });
}
