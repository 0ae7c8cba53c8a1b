import type { ClaudeProgram } from '../../agent/engine/claude/claude-program.ts';
import type { LocalServer } from '../../agent/model/local-servers.ts';
import type { ListedModel } from '../../agent/model/model-list.ts';
import type { Result } from '../../base/result.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export type SearchProblem = { readonly message: string };

/** Looks for models, each only when the person opens the picker. */
export interface ModelSearch {
  /** Of the server in the environment. */
  list(environment: Environment): Promise<Result<readonly ListedModel[], SearchProblem>>;
  local(): Promise<readonly LocalServer[]>;
  claude(environment: Environment): Promise<Result<ClaudeProgram, SearchProblem>>;
}
