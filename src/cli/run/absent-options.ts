/**
 * Options of `claude -p` (Claude Code 2.1.330, `--help`) that we do not have, and what to do instead: a script that
 * uses one is told by name, never run as if it had not asked.
 */
const ABSENT: Readonly<Record<string, string>> = {
  agent: 'Name the agent in the task; it is called as a subagent.',
  'append-subagent-system-prompt': 'Write it into the file of the agent in .claude/agents.',
  autocompact: 'The conversation is shortened by itself when it fills the context of the model.',
  bare: 'Memory always loads here; varve effective shows what.',
  betas: 'Beta headers are not sent.',
  chrome: 'There is no browser.',
  debug: 'VARVE_DEBUG=1 shows where an error comes from.',
  'debug-file': 'VARVE_DEBUG=1 shows where an error comes from.',
  'disable-slash-commands': 'There are no slash commands in a headless run.',
  effort: 'Choose another --model.',
  'fallback-model': 'A busy model is asked again with growing waits; run again with another --model.',
  file: 'Name the files in the task.',
  'from-pr': 'Name the session with --resume ID.',
  ide: 'Runs of the editor are started in the editor.',
  'include-hook-events': 'Hooks of Claude Code are not run.',
  name: 'A session is named after its first prompt.',
  'no-chrome': 'There is no browser.',
  'no-session-persistence':
    'Every run is journalled, so that it can be continued; varve purge removes what was kept.',
  'permission-prompt-tool': 'What would ask is denied; allow it with --allowedTools.',
  'permission-prompts': 'What would ask is denied; allow it with --allowedTools.',
  'plugin-dir': 'Plugins of Claude Code are not loaded.',
  'plugin-url': 'Plugins of Claude Code are not loaded.',
  'prompt-suggestions': 'Prompts are not suggested.',
  'remote-control': 'Nothing listens here.',
  restricted: 'Choose --permission-mode plan, or deny tools with --disallowedTools.',
  'safe-mode': 'Memory always loads here; varve effective shows what.',
  'setting-sources': 'The deny and ask rules of .claude settings always hold.',
  settings:
    'The deny and ask rules of .claude settings always hold; give others with --allowedTools and --disallowedTools.',
  'system-prompt-snapshot': 'The prompt is made anew for every run.',
  worktree: 'Make one with git worktree add, and run there.',
};

/** The sentence for an option that only Claude Code has; undefined for a word that neither knows. */
export function absentOption(named: string): string | undefined {
  const instead = ABSENT[named.replace(/^--?/, '')];
  return instead === undefined ? undefined : `Claude Code's option ${named} does not exist here. ${instead}`;
}
