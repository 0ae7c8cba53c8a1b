import type { RunEngine } from '../../agent/engine/run-engine.ts';
import type { Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';

/** Who carries runs out: our own loop in a child process, or the installed Claude Code. */
export type EngineName = 'varve' | 'claude';

/** Opens who carries a run out, or says why that cannot be. `environment` is the whole one of the engine. */
export type EngineFor = (request: {
  readonly engine: EngineName;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: MemoryWorkspace;
}) => Promise<Result<RunEngine, { readonly message: string }>>;
