import { join } from 'node:path';
import { claudeDirectories } from '../../../memory/hierarchy/claude-code/claude-directories.ts';
import type { MachinePlaces } from '../history-reader.ts';

export interface ClaudePlaces {
  /** `$CLAUDE_CONFIG_DIR` or `~/.claude`. */
  readonly config: string;
  /** One directory a project, named for its path or by `CLAUDE_CODE_PROJECT_DIR_NAME`; what is inside says which project it is. */
  readonly projects: string;
  /** One small file for each program that runs. */
  readonly running: string;
}

export function claudePlaces({ environment, homeDirectory, platform }: MachinePlaces): ClaudePlaces {
  const config = claudeDirectories(environment, homeDirectory, platform).configDirectory;
  return { config, projects: join(config, 'projects'), running: join(config, 'sessions') };
}
