import { isAbsolute, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import { fence, formatMarkdownCode, formatMarkdownText } from '../../memory/hierarchy/inert-markdown.ts';
import { oneLine } from '../words.ts';
import { harmless } from './terminal-text.ts';

/** Of one result this many UTF-16 units are shown; all of it stays in the session's file. */
const MAX_RESULT = 4_000;
/** A document of more than this would be slow to open: its beginning is left out then. */
const MAX_DOCUMENT = 4_000_000;

/** Its end, where it is too long for a document. */
export function lastPieces(pieces: readonly string[]): readonly string[] {
  let left = MAX_DOCUMENT;
  const from = pieces.findLastIndex((piece) => {
    left -= piece.length;
    return left < 0;
  });
  if (from < 0) return pieces;
  const note = vscode.l10n.t('The beginning is left out here; the whole stands in the file of the session.');
  return [`*${note}*`, ...pieces.slice(from + 1)];
}

/** A link to a file below the session's directory; else its name alone. */
export function fileLink(path: string, root: string, line?: string): string {
  const way = relative(root, path);
  const isInside = root !== '' && isAbsolute(path) && way !== '' && !way.startsWith('..') && !isAbsolute(way);
  if (!isInside) return code(path);
  const address = pathToFileURL(path).href.replace(
    /[()<>]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16)}`,
  );
  return `[${formatMarkdownText(way.split(sep).join('/'))}](${address}${line === undefined ? '' : `#L${line}`})`;
}

export function said(text: string): string {
  return fence(harmless(text), 'text');
}

export function bounded(text: string, language: string): string {
  const plain = harmless(text);
  if (plain.trim() === '') return `*${vscode.l10n.t('no output')}*`;
  const isCut = plain.length > MAX_RESULT;
  const shown = isCut ? plain.slice(0, MAX_RESULT).replace(/[\uD800-\uDBFF]$/, '') : plain;
  const more = isCut ? `\n\n*${vscode.l10n.t('{0} more characters', plain.length - shown.length)}*` : '';
  return `${fence(shown, language === '' ? 'text' : language)}${more}`;
}

export function item(words: string): string {
  return `- ${words}`;
}

export function code(text: string): string {
  return formatMarkdownCode(oneLine(harmless(text), 300));
}

export function timeOf(time: number): string {
  return formatMarkdownText(new Date(time).toLocaleString(vscode.env.language));
}
