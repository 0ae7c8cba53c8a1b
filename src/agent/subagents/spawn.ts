import type { AgentDefinition } from './agent-definition.ts';

export interface SpawnRequest {
  readonly agent: AgentDefinition;
  /** What it is to do. */
  readonly task: string;
  /** The call it serves. */
  readonly callId: string;
  /** A session of an earlier subagent that goes on. */
  readonly session: string | undefined;
  /** That session is the one an interrupted run had begun for this very call: the task is in its journal. */
  readonly isInterrupted: boolean;
  /** Stops it, as it stops the run that asked. */
  readonly signal: AbortSignal;
  /** Told when its session is made and before it does anything; awaited. */
  readonly onStart: (session: string) => Promise<void>;
}

export interface SpawnEnd {
  /** Whether it did what it was asked to. */
  readonly ok: boolean;
  /** Its last answer, or why there is none. */
  readonly text: string;
  /** Absent where none could be made. */
  readonly session?: string;
  /** The process was told to end: it goes on when the run does. */
  readonly interrupted?: boolean;
}

/** Port: carries out a run of its own for a part of the work. Never rejects. */
export type Spawn = (request: SpawnRequest) => Promise<SpawnEnd>;
