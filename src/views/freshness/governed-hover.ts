import * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';
import { commandIds } from '../contributions.ts';
import type { GovernedCode, GoverningRecord } from './governed-code.ts';
import { governedWords } from './governed-words.ts';

/** Over code that a record speaks of: which one, since when, and whether the code is still as it was. */
export function governedHover(code: Pick<GovernedCode, 'of'>): Disposable {
  const provideHover = async (
    document: vscode.TextDocument,
    { line }: vscode.Position,
  ): Promise<vscode.Hover | undefined> => {
    const all = await code.of(document.uri);
    const here = all.filter(({ first, last }) => first <= line && line <= last);
    return here.length === 0 ? undefined : new vscode.Hover(here.map(hoverText));
  };
  return vscode.languages.registerHoverProvider({ scheme: 'file' }, { provideHover });
}

/** The record's words are text, never Markdown of ours; the links run two commands and nothing else. */
function hoverText(record: GoverningRecord): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: [commandIds.openRecord, commandIds.stillTrue] };
  text.appendMarkdown(`$(law) `);
  text.appendText(governedWords(record));
  const argument = encodeURIComponent(JSON.stringify([{ folder: record.folder, id: record.id }]));
  const link = (title: string, command: string) => `[${title}](command:${command}?${argument})`;
  text.appendMarkdown(`\n\n${link(vscode.l10n.t('Open Record'), commandIds.openRecord)}`);
  if (record.state === 'stale' || record.state === 'moved')
    text.appendMarkdown(` · ${link(vscode.l10n.t('Still True'), commandIds.stillTrue)}`);
  return text;
}
