import * as vscode from 'vscode';
import type { SessionRow } from '../../agent/history/session-row.ts';
import type { SessionSummary } from '../../agent/session/session-list.ts';

/** One of Varve's own sessions. */
export interface FolderSession {
  readonly folder: string;
  /** Name of the folder, said only where there are several. */
  readonly name: string | undefined;
  readonly session: SessionSummary;
}

/** What of a session of another tool Varve keeps. `gone`: the tool's own file is there no more. */
export type Keeping = 'not-kept' | 'kept' | 'pinned' | 'gone';

/** A session of whatever tool, as the Sessions view shows it. */
export interface ShownSession {
  readonly folder: string;
  readonly name: string | undefined;
  readonly row: SessionRow;
  /** All that is known of one of Varve's own. */
  readonly own?: SessionSummary;
  readonly keeping?: Keeping;
  /** When the tool deletes it, in a sentence. */
  readonly retention?: string;
  /** Days until then, where that is soon and nobody keeps it. */
  readonly goesIn?: number;
}

/** Unique over all tools; the same in every list. */
export function shownId({ row }: ShownSession): string {
  return row.tool === 'varve' ? row.id : `${row.tool}:${row.id}:${row.path}`;
}

export function listOwn({ folder, name, session }: FolderSession): ShownSession {
  const { usage, files, turns, problem, subagent, ...rest } = session;
  const row: SessionRow = {
    ...rest,
    tool: 'varve',
    size: 0,
    firstPrompt: session.title,
    prompts: 0,
    turns,
    tokens: usage.inputTokens + usage.outputTokens,
    fileCount: files,
    files: [],
    branchCount: 0,
    ...(subagent && { lineage: { how: 'subagent', from: subagent.parent, agent: subagent.agent } }),
    ...(problem !== undefined && { problem }),
  };
  return { folder, name, row, own: session };
}

export function sessionTitle({ title, id }: Pick<SessionRow, 'title' | 'id'>): string {
  return title || vscode.l10n.t('Session {0}', id.slice(-8));
}

/** One of Varve's own whose file is whole and that no living process continues. */
export function canResume(session: SessionSummary): boolean {
  return session.state !== 'running' && session.problem === undefined;
}
