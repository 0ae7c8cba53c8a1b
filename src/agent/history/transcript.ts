import type { SessionActivity } from '../session/session-list.ts';

/** Programs whose sessions are read, by the names they have in code, in files and on the command line. */
export const sessionTools = [
  'varve',
  'claude-code',
  'codex',
  'gemini-cli',
  'copilot',
  'cline',
  'opencode',
  'openclaw',
  'pi',
] as const;

export type SessionTool = (typeof sessionTools)[number];

export function isSessionTool(name: string): name is SessionTool {
  return (sessionTools as readonly string[]).includes(name);
}

/** What people call them. */
export const toolNames: Readonly<Record<SessionTool, string>> = {
  varve: 'Varve',
  'claude-code': 'Claude Code',
  codex: 'Codex',
  'gemini-cli': 'Gemini CLI',
  copilot: 'Copilot',
  cline: 'Cline',
  opencode: 'OpenCode',
  openclaw: 'OpenClaw',
  pi: 'pi',
};

/** `waiting`: it asked a person something and was not answered. The rest as with our own sessions. */
export type TranscriptState = SessionActivity | 'waiting';

/** Text of one entry is kept up to this many UTF-16 units; {@link TranscriptEntry} says what was cut off with `…`. */
export const ENTRY_UNITS = 65_536;

interface Said {
  /** Unique in the transcript and the same whenever it is read: the tool's own name, else `#` and its ordinal. */
  readonly id: string;
  /** Milliseconds since the epoch; absent where the tool does not note it. */
  readonly time?: number;
}

/** What a person, or a script in their place, asked for. What a tool adds by itself is not in it. */
export interface PromptEntry extends Said {
  readonly kind: 'prompt';
  readonly text: string;
  /** Pictures that came along; they are not kept. */
  readonly pictures?: number;
}

export interface AnswerEntry extends Said {
  readonly kind: 'answer';
  readonly text: string;
  readonly model?: string;
}

/** What a call does to the world, by what is known of the tool's tools. */
export type CallAct = 'read' | 'search' | 'write' | 'execute' | 'fetch' | 'delegate' | 'other';

export interface CallEntry extends Said {
  readonly kind: 'call';
  /** As the tool names it. */
  readonly name: string;
  readonly act: CallAct;
  /** What it was about in one line of at most 300 units: the command, the path, the pattern, the address. */
  readonly summary: string;
  /** The whole command line, for `execute`. */
  readonly command?: string;
  /** Absolute paths, also where the tool noted relative ones. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Absent while it was under way when the transcript ends. */
  readonly result?: CallResult;
}

export interface CallResult {
  readonly ok: boolean;
  readonly text: string;
  readonly exitCode?: number;
  /** A person said no. */
  readonly denied?: boolean;
}

/** A list of steps, each time it was set. */
export interface PlanEntry extends Said {
  readonly kind: 'plan';
  readonly steps: readonly { readonly text: string; readonly state: 'open' | 'active' | 'done' }[];
}

/** What came before stays in the transcript; the model went on with the summary alone. */
export interface CompactionEntry extends Said {
  readonly kind: 'compaction';
  readonly summary: string;
}

/** What happened besides: an error of the model's server, a stop by the person, an open question. */
export interface NoticeEntry extends Said {
  readonly kind: 'notice';
  readonly what: 'error' | 'stopped' | 'question' | 'other';
  readonly text: string;
}

export type TranscriptEntry =
  | PromptEntry
  | AnswerEntry
  | CallEntry
  | PlanEntry
  | CompactionEntry
  | NoticeEntry;

export interface TranscriptUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** One session of any tool. All of its text is untrusted: it is shown inert, and marked when it reaches a model. */
export interface Transcript {
  readonly tool: SessionTool;
  /** The tool's own id. */
  readonly id: string;
  /** Version of the program that wrote last. */
  readonly toolVersion?: string;
  /** Given by a person or by the tool; empty where there is none. Never the first prompt. */
  readonly title: string;
  /** Where it was last worked in; empty where the tool does not say. */
  readonly cwd: string;
  readonly branch?: string;
  readonly model?: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly modified: number;
  readonly state: TranscriptState;
  /** The line of conversation that the tool itself would go on with, oldest first. */
  readonly entries: readonly TranscriptEntry[];
  /** Other ends of the conversation (after a rewind or an edited prompt), newest first; their last entries stand in none of `entries`. */
  readonly branches: readonly TranscriptBranch[];
  /** Model exchanges on all lines. */
  readonly turns: number;
  readonly usage?: TranscriptUsage;
  /** US dollars as the tool counted them; null: unknown. */
  readonly costUsd: number | null;
  readonly lineage?: TranscriptLineage;
  /** What could not be read, in sentences. */
  readonly problems: readonly string[];
}

export interface TranscriptBranch {
  readonly id: string;
  readonly entries: readonly TranscriptEntry[];
}

/** Another session that this one comes from. */
export interface TranscriptLineage {
  readonly how: 'fork' | 'continuation' | 'subagent';
  /** Id of that session, of the same tool unless `tool` says otherwise. */
  readonly from: string;
  /** Only where it is another tool's: a session of Varve that began with a brief. */
  readonly tool?: SessionTool;
  /** The subagent's name. */
  readonly agent?: string;
}
