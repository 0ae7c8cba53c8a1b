import { posix, win32 } from 'node:path';

export interface ClaudeDirectories {
  readonly configDirectory: string;
  readonly managedDirectory: string;
}

/**
 * Where Claude Code 2.1.330 keeps a user's and an organisation's files: `$CLAUDE_CONFIG_DIR` or `~/.claude`,
 * and the managed directory of the system (WSL counts as Linux).
 */
export function claudeDirectories(
  environment: Readonly<Record<string, string | undefined>>,
  homeDirectory: string,
  platform: NodeJS.Platform,
): ClaudeDirectories {
  const path = platform === 'win32' ? win32 : posix;
  const configured = environment['CLAUDE_CONFIG_DIR'];
  return {
    configDirectory: configured
      ? path.resolve(homeDirectory, configured)
      : path.join(homeDirectory, '.claude'),
    managedDirectory: managedDirectory(platform),
  };
}

function managedDirectory(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode';
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode';
  return '/etc/claude-code';
}
