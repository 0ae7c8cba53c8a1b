import { join } from 'node:path';
import { varveHome } from '../../memory/project/settings.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** Where Claude Code keeps its settings. */
export function claudeDirectory({ environment, homeDirectory }: CliSurroundings): string {
  return environment['CLAUDE_CONFIG_DIR'] || join(homeDirectory, '.claude');
}

/** Directories whose content steers agents wherever they work: writing there is always asked for. */
export function protectedHomes(cli: CliSurroundings): readonly string[] {
  return [varveHome(cli.environment, cli.homeDirectory), claudeDirectory(cli)];
}
