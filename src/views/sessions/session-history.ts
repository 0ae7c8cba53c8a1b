import type { SessionRow } from '../../agent/history/session-row.ts';
import type { SessionTool, Transcript, TranscriptEntry } from '../../agent/history/transcript.ts';
import type { Disposable } from '../../base/disposable.ts';
import type { Event } from '../../base/event.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { Keeping } from './shown-session.ts';

/** A session by what finds it again. */
export interface SessionAddress {
  readonly tool: SessionTool;
  readonly id: string;
  readonly path: string;
}

export interface HistoryRow {
  readonly row: SessionRow;
  readonly keeping?: Keeping;
  readonly retention?: string;
  /** Days until it is deleted and nobody keeps it; only where that is soon. */
  readonly goesIn?: number;
}

export interface HistoryListing {
  /** Of other tools, in no order. */
  readonly rows: readonly HistoryRow[];
  /** How far a reading has come that goes on. */
  readonly progress?: { readonly done: number; readonly total: number };
  /** Why something is missing, in sentences. */
  readonly problems: readonly string[];
}

export interface HistoryHit {
  readonly row: SessionRow;
  /** The nearest first; none where only the title answers. */
  readonly entries: readonly {
    readonly entry: string;
    readonly kind: TranscriptEntry['kind'];
    readonly snippet: string;
  }[];
}

export interface HistoryAnswer {
  readonly hits: readonly HistoryHit[];
  /** What a person should know of the answer, in sentences: a filter that is none, a search that is not complete. */
  readonly notes: readonly string[];
}

/** The whole of a session, from its tool's file or from what Varve keeps of it. */
export type ReadToolSession = (
  session: SessionAddress,
) => Promise<Result<Transcript, { readonly message: string }>>;

/** Port: sessions of all tools on this machine. Never rejects. The reading is done elsewhere than in this process. */
export interface SessionHistory extends Disposable {
  /** More is known than before. */
  readonly onDidChange: Event<void>;
  /** What is known now of the workspace's sessions; begins to look for what is new. */
  list(workspace: MemoryWorkspace): Promise<HistoryListing>;
  /** `workspace`: its sessions only. Varve's own are among the hits. */
  search(workspace: MemoryWorkspace | undefined, query: string, signal: AbortSignal): Promise<HistoryAnswer>;
  readonly transcript: ReadToolSession;
}
