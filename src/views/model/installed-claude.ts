import { join } from 'node:path';
import { createClaudeEngine } from '../../agent/engine/claude/claude-engine.ts';
import { findClaude } from '../../agent/engine/claude/claude-program.ts';
import type { RunEngine } from '../../agent/engine/run-engine.ts';
import { keepApproval, readApprovals } from '../../agent/session/approvals.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import { type Result, success } from '../../base/result.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';

export interface ClaudeSurroundings {
  readonly files: Files;
  readonly clock: Clock;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly onError?: (error: unknown) => void;
}

/** The installed Claude Code as the engine of runs in this project, or why it cannot be one. */
export async function openClaudeEngine(
  surroundings: ClaudeSurroundings,
  environment: Readonly<Record<string, string | undefined>>,
  workspace: MemoryWorkspace,
): Promise<Result<RunEngine, { readonly message: string }>> {
  const { files, clock, homeDirectory, onError } = surroundings;
  const found = await findClaude({ ...surroundings, environment });
  if (!found.ok) return found;
  const { stateDirectory } = workspace;
  const { hierarchy } = await workspace.effective();
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded').map(({ path }) => path);
  const configDirectory = environment['CLAUDE_CONFIG_DIR'] || join(homeDirectory, '.claude');
  return success(
    createClaudeEngine({
      program: found.value.path,
      environment,
      files,
      clock,
      homeDirectory,
      alsoProtected: [varveHome(environment, homeDirectory), configDirectory],
      objectsDirectory: join(stateDirectory, 'objects'),
      memory: { files: loaded, tokens: hierarchy.tokens },
      keptRules: await readApprovals(files, stateDirectory),
      keepRule: async (rule) => {
        const kept = await keepApproval(files, stateDirectory, rule);
        if (!kept.ok) onError?.(new Error(kept.error.message));
      },
    }),
  );
}
