import type { SessionFile } from './history-reader.ts';
import { summaryText } from './loose-json.ts';
import type {
  SessionTool,
  Transcript,
  TranscriptEntry,
  TranscriptLineage,
  TranscriptState,
} from './transcript.ts';

/** What lists show and filter by: one row a session, small enough to keep tens of thousands. */
export interface SessionRow {
  readonly tool: SessionTool;
  readonly id: string;
  readonly path: string;
  /** Bytes of its file. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly modified: number;
  /** The tool's title, else the first prompt; one line, empty where there is neither. */
  readonly title: string;
  /** In one line of at most 300 units. */
  readonly firstPrompt: string;
  readonly state: TranscriptState;
  readonly cwd: string;
  readonly branch?: string;
  readonly model?: string;
  readonly toolVersion?: string;
  readonly prompts: number;
  readonly turns: number;
  /** Input and output together; absent: unknown. */
  readonly tokens?: number;
  readonly costUsd: number | null;
  /** How many files it wrote, and the first {@link ROW_FILES} of them, absolute. */
  readonly fileCount: number;
  readonly files: readonly string[];
  readonly branchCount: number;
  readonly lineage?: TranscriptLineage;
  /** Why the row is incomplete, in a sentence. */
  readonly problem?: string;
}

export const ROW_FILES = 200;

/** Pure. `file` is what was read, as it stood before. */
export function rowOf(transcript: Transcript, file: SessionFile): SessionRow {
  const prompts = transcript.entries.filter((entry) => entry.kind === 'prompt');
  const firstPrompt = summaryText(prompts[0]?.text ?? '');
  const files = writtenFiles(transcript.entries);
  const { tool, id, created, modified, state, cwd, branch, model, toolVersion, turns, usage, costUsd } =
    transcript;
  const lineage: TranscriptLineage | undefined =
    transcript.lineage ?? (file.parent === undefined ? undefined : { how: 'subagent', from: file.parent });
  return {
    tool,
    id,
    path: file.path,
    size: file.size,
    created,
    modified,
    title: summaryText(transcript.title) || firstPrompt,
    firstPrompt,
    state,
    cwd,
    ...(branch !== undefined && { branch }),
    ...(model !== undefined && { model }),
    ...(toolVersion !== undefined && { toolVersion }),
    prompts: prompts.length,
    turns,
    ...(usage !== undefined && { tokens: usage.inputTokens + usage.outputTokens }),
    costUsd,
    fileCount: files.length,
    files: files.slice(0, ROW_FILES),
    branchCount: transcript.branches.length,
    ...(lineage !== undefined && { lineage }),
    ...(transcript.problems[0] !== undefined && { problem: transcript.problems[0] }),
  };
}

/** Absolute paths in the order of their first write that was not refused or known to have failed. */
export function writtenFiles(entries: readonly TranscriptEntry[]): readonly string[] {
  const paths = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'call' || entry.result?.ok === false) continue;
    for (const path of entry.writes) paths.add(path);
  }
  return [...paths];
}
