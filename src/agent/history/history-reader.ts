import type { Files } from '../../base/files.ts';
import type { Result } from '../../base/result.ts';
import type { SessionTool, Transcript } from './transcript.ts';

/** Where a person's programs keep their things on this machine. */
export interface MachinePlaces {
  readonly files: Files;
  readonly homeDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** A session by name and status alone: nothing of it was read. */
export interface SessionFile {
  readonly tool: SessionTool;
  /** The tool's own id, or what its file is named for where the id stands inside. */
  readonly id: string;
  /** The file that changes whenever the session goes on. Read-only for us, always. */
  readonly path: string;
  /** Bytes; zero for a session that shares its file with others. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** Id of the session whose subagent wrote it. */
  readonly parent?: string;
  /**
   * The file is a database of the whole tool: it holds other sessions too, and may hold a person's credentials, so it
   * is never copied. `modified` is the session's own.
   */
  readonly isShared?: boolean;
}

export interface FoundSessions {
  readonly sessions: readonly SessionFile[];
  /** Directories that could not be read, in sentences. */
  readonly problems: readonly string[];
}

/** How a session is gone on with in the tool that made it. */
export type Reopening =
  | {
      readonly kind: 'terminal';
      readonly command: string;
      readonly args: readonly string[];
      readonly cwd: string;
    }
  | { readonly kind: 'link'; readonly uri: string; readonly needsExtension: string };

/** When a tool deletes its sessions by itself. */
export interface ToolRetention {
  /** Days after the last change. */
  readonly days: number;
  /** The setting that says so, and whether a person set it. */
  readonly setting: string;
  readonly isDefault: boolean;
}

/**
 * Port: sessions of one tool. One reader a tool; read-only; tolerant: unknown types are passed over, a torn end and
 * what is hostile become `problems`, nothing throws and nothing is followed out of the tool's directories by a link.
 */
export interface HistoryReader {
  readonly tool: SessionTool;
  /** As people call it. */
  readonly name: string;
  /** Directories to look into and to watch, whether they are there or not. Absolute, environment respected. */
  places(machine: MachinePlaces): Promise<readonly string[]>;
  /**
   * All sessions there, newest first, at most `limit`. Looks at names and status only. A missing directory is no
   * problem and no session. Subagents' sessions are among them, with `parent`.
   */
  find(machine: MachinePlaces, limit: number): Promise<FoundSessions>;
  /** Fails only where nothing at all can be said, with a sentence. Memory is bounded whatever the size of the file. */
  read(
    machine: MachinePlaces,
    session: SessionFile,
  ): Promise<Result<Transcript, { readonly message: string }>>;
  /** Every file that belongs to the session, its own among them: what has to be kept to have all of it. Absolute. */
  parts(machine: MachinePlaces, session: SessionFile): Promise<readonly string[]>;
  /** Ways to go on with it in the tool itself, best first. */
  reopenings(session: { readonly id: string; readonly cwd: string }): readonly Reopening[];
  /** Undefined where the tool keeps its sessions for good. `cwd`: project settings count too, where the tool reads them. */
  retention(machine: MachinePlaces, cwd?: string): Promise<ToolRetention | undefined>;
}
