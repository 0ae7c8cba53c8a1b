import * as vscode from 'vscode';
import type { SearchHit } from '../../memory/search/search.ts';
import { recordIcons } from '../memory/memory-rows.ts';
import { joined } from '../words.ts';

/** What one folder of the window answers. */
export interface FolderAnswer {
  readonly folder: string;
  readonly name: string;
  readonly hits: readonly SearchHit[];
}

/** A row of *Search Memory…*; without a hit it only says something. */
export interface SearchItem extends vscode.QuickPickItem {
  readonly hit?: SearchHit;
}

/** Rows in the order of the answers, under the names of their folders where there are several. */
export function searchItems(
  answers: readonly FolderAnswer[],
  buttons: readonly vscode.QuickInputButton[],
): readonly SearchItem[] {
  const found = answers.filter(({ hits }) => hits.length > 0);
  if (found.length === 0) return [nothingFound()];
  return found.flatMap(({ name, folder, hits }) => [
    ...(answers.length > 1 ? [{ label: name, kind: vscode.QuickPickItemKind.Separator }] : []),
    ...hits.map((hit) => searchItem(hit, folder, buttons)),
  ]);
}

// The editor filters what it is given; these were found by words it does not compare.
function searchItem(hit: SearchHit, folder: string, buttons: readonly vscode.QuickInputButton[]): SearchItem {
  return {
    hit,
    label: `$(${iconOf(hit)}) ${inert(hit.title)}`,
    description: inert(joined(placeWords(hit, folder), stateWords(hit.state))),
    // A short entry is its own title.
    ...(hit.excerpt === hit.title ? {} : { detail: inert(hit.excerpt) }),
    alwaysShow: true,
    buttons,
  };
}

function nothingFound(): SearchItem {
  return {
    label: vscode.l10n.t('Nothing that is remembered here has these words.'),
    detail: vscode.l10n.t('Fewer or other words may help: endings and capitals do not count.'),
    alwaysShow: true,
  };
}

function iconOf({ kind, place }: SearchHit): string {
  switch (kind) {
    case 'record':
      return recordIcons[place] ?? 'note';
    case 'proposal':
      return 'inbox';
    case 'entry':
      return 'dash';
    case 'file':
      return 'markdown';
  }
}

function placeWords({ kind, path, line, section, place }: SearchHit, folder: string): string {
  if (kind === 'record' || kind === 'proposal') return place;
  const inside = path.startsWith(folder) ? path.slice(folder.length + 1) : path;
  const at = line === undefined ? inside : `${inside}:${line + 1}`;
  return kind === 'file' ? '' : joined(at, section);
}

/** What agents read from the start, and what was accepted, needs no word. */
function stateWords(state: SearchHit['state']): string {
  switch (state) {
    case 'loaded':
    case 'accepted':
      return '';
    case 'on-demand':
      return vscode.l10n.t('on demand');
    case 'skipped':
      return vscode.l10n.t('does not load');
    case 'proposed':
      return vscode.l10n.t('proposed');
    case 'superseded':
      return vscode.l10n.t('superseded');
    case 'retired':
      return vscode.l10n.t('retired');
  }
}

/** Texts of files must not draw icons. */
function inert(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
