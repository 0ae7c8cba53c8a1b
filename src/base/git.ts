import type { Result } from './result.ts';

export interface GitProblem {
  /**
   * `no-git`: no git program, or one that is too old; `no-repository`: not inside one; `failed`: git said no;
   * `cancelled`; `too-large`: output over the cap.
   */
  readonly kind: 'no-git' | 'no-repository' | 'failed' | 'cancelled' | 'too-large';
  /** A sentence for a person; never holds a secret. */
  readonly message: string;
}

export interface GitTalkOptions {
  readonly signal?: AbortSignal;
  /** Extra environment, e.g. `GIT_INDEX_FILE`. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface GitOptions extends GitTalkOptions {
  readonly input?: string | Uint8Array;
  /** Cap of standard output in bytes; 64 MiB unless told. */
  readonly maxBytes?: number;
}

/** A git process while it runs. */
export interface GitTalk {
  /** Standard output, to be read once. Reading slowly slows git; leaving early ends it. Never throws: see `ended`. */
  readonly output: AsyncIterable<Uint8Array>;
  write(input: string | Uint8Array): void;
  endInput(): void;
  /** Resolves when the process is gone and its output was read or given up; never rejects. */
  readonly ended: Promise<Result<void, GitProblem>>;
  /** Ends the process at once. */
  stop(): void;
}

/** Reads facts from one repository. Never runs hooks, filters, fsmonitor, pagers or editors of the repository. */
export interface Git {
  readonly directory: string;
  /** Runs `git ARGS` and answers its standard output as bytes. */
  bytes(args: readonly string[], options?: GitOptions): Promise<Result<Uint8Array, GitProblem>>;
  /** The same as text (UTF-8, invalid bytes replaced), without the last line end. */
  text(args: readonly string[], options?: GitOptions): Promise<Result<string, GitProblem>>;
  /** Starts `git ARGS`, to be read and written to as it runs. */
  talk(args: readonly string[], options?: GitTalkOptions): Promise<GitTalk>;
}
