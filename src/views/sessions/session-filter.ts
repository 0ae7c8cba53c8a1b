import * as vscode from 'vscode';
import type { SessionTool, TranscriptState } from '../../agent/history/transcript.ts';
import { toolNames } from '../../agent/history/transcript.ts';
import { joined } from '../words.ts';
import type { ShownSession } from './shown-session.ts';

/** What the view shows; everything that is given must hold. */
export interface ViewFilter {
  readonly tool?: SessionTool;
  readonly branch?: string;
  readonly state?: TranscriptState;
  /** Absolute path of a file that the session wrote. */
  readonly file?: string;
}

export function passesFilter({ row }: ShownSession, { tool, branch, state, file }: ViewFilter): boolean {
  if (tool !== undefined && row.tool !== tool) return false;
  if (branch !== undefined && row.branch !== branch) return false;
  if (state !== undefined && row.state !== state) return false;
  return file === undefined || row.files.includes(file);
}

/** "Codex · main"; empty where nothing is left out. */
export function filterWords({ tool, branch, state, file }: ViewFilter): string {
  const name = file?.split(/[\\/]/).at(-1);
  return joined(tool && toolNames[tool], branch, state && stateName(state), name);
}

interface FilterItem extends vscode.QuickPickItem {
  readonly filter?: ViewFilter;
}

/** Asks what to show of these sessions. Throws when cancelled. */
export async function pickFilter(
  sessions: readonly ShownSession[],
  activeFile: string | undefined,
): Promise<ViewFilter> {
  const picked = await vscode.window.showQuickPick(filterItems(sessions, activeFile), {
    title: vscode.l10n.t('Filter Sessions'),
    placeHolder: vscode.l10n.t('Which sessions shall be shown?'),
    matchOnDescription: true,
  });
  if (!picked?.filter) throw new vscode.CancellationError();
  return picked.filter;
}

function filterItems(
  sessions: readonly ShownSession[],
  activeFile: string | undefined,
): readonly FilterItem[] {
  const item = (label: string, filter: ViewFilter): readonly FilterItem[] => {
    const count = sessions.filter((session) => passesFilter(session, filter)).length;
    return count === 0 ? [] : [{ label, description: String(count), filter }];
  };
  const part = (label: string, items: readonly FilterItem[]): readonly FilterItem[] =>
    items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
  const distinct = <T>(values: readonly (T | undefined)[]): readonly T[] =>
    [...new Set(values)].filter((value) => value !== undefined);
  const rows = sessions.map(({ row }) => row);
  const file =
    activeFile === undefined
      ? []
      : item(vscode.l10n.t('Changed the file in front of you'), { file: activeFile });
  return [
    { label: vscode.l10n.t('All sessions'), description: String(sessions.length), filter: {} },
    ...part(vscode.l10n.t('File'), file),
    ...part(
      vscode.l10n.t('Agent'),
      distinct(rows.map(({ tool }) => tool)).flatMap((tool) => item(toolNames[tool], { tool })),
    ),
    ...part(
      vscode.l10n.t('State'),
      distinct(rows.map(({ state }) => state)).flatMap((state) => item(stateName(state), { state })),
    ),
    ...part(
      vscode.l10n.t('Branch'),
      distinct(rows.map(({ branch }) => branch || undefined)).flatMap((branch) => item(branch, { branch })),
    ),
  ];
}

function stateName(state: TranscriptState): string {
  switch (state) {
    case 'running':
      return vscode.l10n.t('Running');
    case 'waiting':
      return vscode.l10n.t('Waits for an answer');
    case 'interrupted':
      return vscode.l10n.t('Interrupted');
    case 'stopped':
      return vscode.l10n.t('Stopped');
    case 'failed':
      return vscode.l10n.t('Failed');
    case 'done':
      return vscode.l10n.t('Done');
  }
}
