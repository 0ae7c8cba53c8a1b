import { isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { Attachment } from './attachments.ts';

/** Lines shown before and after the one a problem is on. */
const AROUND = 5;

/** The selection as an attachment; undefined where nothing is selected. */
export function selectedText(
  folder: string,
  { document, selection }: Pick<vscode.TextEditor, 'document' | 'selection'>,
): Attachment | undefined {
  if (selection.isEmpty) return undefined;
  const { start, end } = selection;
  // A selection of whole lines ends at the start of the next one.
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return {
    kind: 'selection',
    path: pathIn(folder, document.uri),
    first: start.line + 1,
    last: last + 1,
    language: document.languageId,
    text: document.getText(selection),
    unsaved: document.isDirty,
  };
}

export function pointedFiles(folder: string, uris: readonly vscode.Uri[]): Attachment {
  return { kind: 'files', paths: [...new Set(uris.map((uri) => pathIn(folder, uri)))] };
}

export function pointedProblem(
  folder: string,
  document: vscode.TextDocument,
  { range, message, source, code }: vscode.Diagnostic,
): Attachment {
  const from = Math.max(0, range.start.line - AROUND);
  const to = Math.min(document.lineCount - 1, range.start.line + AROUND);
  const word = typeof code === 'object' ? code.value : code;
  return {
    kind: 'problem',
    path: pathIn(folder, document.uri),
    line: range.start.line + 1,
    message,
    source: [source, word].filter((part) => part !== undefined && part !== '').join(' '),
    language: document.languageId,
    text: document.getText(new vscode.Range(from, 0, to, Number.MAX_SAFE_INTEGER)),
  };
}

/** Relative to the folder with `/`; as it is where the file lies elsewhere. */
function pathIn(folder: string, uri: vscode.Uri): string {
  const way = relative(folder, uri.fsPath);
  if (way === '') return '.';
  return way.startsWith('..') || isAbsolute(way) ? uri.fsPath : way.split(sep).join('/');
}
