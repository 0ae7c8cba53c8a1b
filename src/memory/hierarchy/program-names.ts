import type { Dialect } from './hierarchy.ts';

/** How people call the program of a dialect. */
export const programNames: Readonly<Record<Dialect, string>> = {
  'claude-code': 'Claude Code',
  'agents-md': 'an agent that follows AGENTS.md',
  copilot: 'GitHub Copilot',
  cursor: 'Cursor',
  windsurf: 'Windsurf',
  cline: 'Cline',
  gemini: 'Gemini CLI',
  codex: 'Codex',
};
