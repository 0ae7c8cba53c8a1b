/** Never handed to what a model runs: keys, and what would make the child another program. */
const withheld = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_CUSTOM_HEADERS',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ATTACH_CONSOLE',
  'VSCODE_IPC_HOOK',
  'VSCODE_IPC_HOOK_CLI',
  'VSCODE_GIT_ASKPASS_NODE',
  'VSCODE_GIT_ASKPASS_MAIN',
  'VSCODE_GIT_IPC_HANDLE',
  'GIT_ASKPASS',
  'NODE_OPTIONS',
];

/** Nobody sits at the terminal: no pager, no editor, no prompt, no colour. */
const nonInteractive: Readonly<Record<string, string>> = {
  CI: '1',
  // Without it bash takes a pipe for a remote login and reads the person's `.bashrc`: its functions and aliases would
  // hold for commands that were judged without them.
  SHLVL: '2',
  TERM: 'dumb',
  NO_COLOR: '1',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  GIT_EDITOR: 'true',
  EDITOR: 'true',
  VISUAL: 'true',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** The environment of a command, from the one that was handed in. */
export function commandEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const kept = Object.entries(environment).filter(([name]) => !withheld.includes(name.toUpperCase()));
  return { ...Object.fromEntries(kept), ...nonInteractive };
}
