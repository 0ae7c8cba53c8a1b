import type { SessionFile } from '../history-reader.ts';
import { fieldOf, flagField, listField, numberField, parseLoose, textField } from '../loose-json.ts';
import type { SessionRow } from '../session-row.ts';
import { isSessionTool } from '../transcript.ts';
import { sessionKey } from './session-key.ts';

/** A session as it was read: its file as it stood before, and its row. */
export interface CachedRow {
  readonly file: SessionFile;
  readonly row: SessionRow;
  /** Only the archive has it. */
  readonly isArchived: boolean;
}

/** Raise it whenever a row or a reader holds something else: everything is read again then. */
export const ROWS_VERSION = 1;

export const HEADER_LINE = `${JSON.stringify({ version: ROWS_VERSION })}\n`;

/** Tool, path and size stand in the row already. */
export function rowLine({ file: { id, modified, parent }, row, isArchived }: CachedRow): string {
  return `${JSON.stringify({ id, modified, parent, ...(isArchived && { archived: true }), row })}\n`;
}

/** A session that is not there any more. */
export function goneLine(key: string): string {
  return `${JSON.stringify({ gone: key })}\n`;
}

export type RowLine =
  | { readonly kind: 'header'; readonly version: number }
  | { readonly kind: 'row'; readonly key: string; readonly cached: CachedRow }
  | { readonly kind: 'gone'; readonly key: string };

/** Undefined for what a crash or somebody else left: the session is read again then. */
export function parseRowLine(text: string): RowLine | undefined {
  const line = parseLoose(text);
  const version = numberField(line, 'version');
  if (version !== undefined) return { kind: 'header', version };
  const gone = textField(line, 'gone');
  if (gone !== undefined) return { kind: 'gone', key: gone };
  const [id, modified, parent] = [
    textField(line, 'id'),
    numberField(line, 'modified'),
    textField(line, 'parent'),
  ];
  const row = rowIn(fieldOf(line, 'row'));
  if (id === undefined || modified === undefined || row === undefined) return undefined;
  const { tool, path, size } = row;
  const file: SessionFile = { tool, id, path, size, modified, ...(parent !== undefined && { parent }) };
  return {
    kind: 'row',
    key: sessionKey(file),
    cached: { file, row, isArchived: flagField(line, 'archived') },
  };
}

const TEXTS = ['id', 'path', 'title', 'firstPrompt', 'state', 'cwd'] as const;
const NUMBERS = ['size', 'created', 'modified', 'prompts', 'turns', 'fileCount', 'branchCount'] as const;

/** This file is ours and of this version: what a list relies on is looked at, the rest is as it was written. */
function rowIn(value: unknown): SessionRow | undefined {
  const row = value as Readonly<Record<string, unknown>> | null | undefined;
  if (typeof row !== 'object' || row === null || !isSessionTool(String(row['tool']))) return undefined;
  if (TEXTS.some((name) => typeof row[name] !== 'string')) return undefined;
  if (NUMBERS.some((name) => typeof row[name] !== 'number')) return undefined;
  return listField(row, 'files').every((file) => typeof file === 'string')
    ? (row as unknown as SessionRow)
    : undefined;
}
