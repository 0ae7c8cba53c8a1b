import * as vscode from 'vscode';
import { redact } from '../../base/secrets.ts';
import { fence } from '../../memory/hierarchy/inert-markdown.ts';
import { oneLine } from '../words.ts';

/** What a person points at when a run starts. Paths are relative to its folder, lines count from 1. */
export type Attachment =
  | {
      readonly kind: 'selection';
      readonly path: string;
      readonly first: number;
      readonly last: number;
      readonly language: string;
      readonly text: string;
      /** The editor holds edits that are not on disk: what the run reads is older. */
      readonly unsaved: boolean;
    }
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | {
      readonly kind: 'problem';
      readonly path: string;
      readonly line: number;
      readonly message: string;
      /** Who says so, e.g. `eslint no-undef`. */
      readonly source: string;
      readonly language: string;
      /** The line it is on and those around it. */
      readonly text: string;
    };

/** Of a selection this many UTF-16 units go along; the run reads the rest from the file. */
const MAX_TEXT = 16_000;
const MAX_FILES = 100;
const MAX_MESSAGE = 2_000;

/** What the model is told: the person's words first, then what they point at. Secrets in it are masked. */
export function promptWith(said: string, attachments: readonly Attachment[]): string {
  return [said, ...attachments.map(attachmentText)].join('\n\n');
}

/** One line for the person: "src/fees.js:3-7", "3 files". */
export function attachmentWords(attachment: Attachment): string {
  switch (attachment.kind) {
    case 'selection':
      return placeOf(attachment.path, attachment.first, attachment.last);
    case 'files':
      return attachment.paths.length === 1
        ? (attachment.paths[0] ?? '')
        : vscode.l10n.t('{0} files', attachment.paths.length);
    case 'problem':
      return `${placeOf(attachment.path, attachment.line, attachment.line)} ${oneLine(attachment.message, 60)}`;
  }
}

function attachmentText(attachment: Attachment): string {
  switch (attachment.kind) {
    case 'selection':
      return selectionText(attachment);
    case 'files': {
      const shown = attachment.paths.slice(0, MAX_FILES).map((path) => `- ${nameOf(path)}`);
      const left = attachment.paths.length - shown.length;
      return ['It is about these files:', ...shown, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
    }
    case 'problem': {
      const { path, line, source, language, message, text } = attachment;
      const head = `It is about this problem at ${placeOf(nameOf(path), line, line)}`;
      const code = `The code there:\n${fence(bounded(text, MAX_TEXT).shown, language)}`;
      return `${head}${source === '' ? '' : `, said by ${oneLine(source)}`}:\n${fence(bounded(message, MAX_MESSAGE).shown, '')}\n${code}`;
    }
  }
}

function selectionText({
  path,
  first,
  last,
  language,
  text,
  unsaved,
}: Attachment & { readonly kind: 'selection' }): string {
  const { shown, isCut } = bounded(text, MAX_TEXT);
  const notes = [
    isCut && 'It goes on; read the file for the rest.',
    unsaved && 'The editor holds edits of this file that are not saved yet.',
  ].filter(Boolean);
  return [`It is about ${placeOf(nameOf(path), first, last)}:`, fence(shown, language), ...notes].join('\n');
}

/** Masked before it is cut: half a secret is not found, and is still half a secret. */
function bounded(text: string, limit: number): { readonly shown: string; readonly isCut: boolean } {
  const masked = redact(text.slice(0, limit * 2));
  const isCut = masked.length > limit || text.length > limit * 2;
  return { shown: isCut ? masked.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '') : masked, isCut };
}

function placeOf(path: string, first: number, last: number): string {
  return first === last ? `${path}:${first}` : `${path}:${first}-${last}`;
}

/** A name may hold anything, a line end too. */
function nameOf(path: string): string {
  return /[\u0000-\u001f`]/.test(path) ? JSON.stringify(path) : path;
}
