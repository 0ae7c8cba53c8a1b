import type { Result } from './result.ts';

export interface GitProblem {
  /** `no-git`: no git program; `no-repository`: not inside one; `failed`: git said no; `cancelled`; `too-large`: output over the cap. */
  readonly kind: 'no-git' | 'no-repository' | 'failed' | 'cancelled' | 'too-large';
  /** A sentence for a person; never holds a secret. */
  readonly message: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly signal?: AbortSignal;
  /** Cap of standard output in bytes; 64 MiB unless told. */
  readonly maxBytes?: number;
  /** Extra environment, e.g. `GIT_INDEX_FILE`. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Reads facts from one repository. Never runs hooks, filters, fsmonitor, pagers or editors of the repository. */
export interface Git {
  readonly directory: string;
  /** Runs `git ARGS` and answers its standard output as bytes. */
  bytes(args: readonly string[], options?: GitOptions): Promise<Result<Uint8Array, GitProblem>>;
  /** The same as text (UTF-8, invalid bytes replaced), without the last line end. */
  text(args: readonly string[], options?: GitOptions): Promise<Result<string, GitProblem>>;
}
