/** Where the user keeps the configuration is the user's; where the repository is, is ours to say. */
const KEPT_VARIABLES = new Set([
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_CEILING_DIRECTORIES',
  'GIT_DISCOVERY_ACROSS_FILESYSTEM',
  'GIT_EXEC_PATH',
]);

const FIXED_VARIABLES = {
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  GIT_PAGER: 'cat',
  GIT_EDITOR: ':',
  // A partial clone would fetch what is missing; nothing here opens a socket. The first needs git 2.44.
  GIT_NO_LAZY_FETCH: '1',
  GIT_ALLOW_PROTOCOL: 'none',
  // A commit is what its hash says: replacements and grafts of one clone would give it other parents and another text.
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null',
  LC_ALL: 'C',
} as const;

/** Everything in a repository's configuration that names a program to run, and can be switched off by name. */
export const SAFE_CONFIGURATION: readonly string[] = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.pager=cat',
  'core.quotePath=false',
  'log.showSignature=false',
  'submodule.recurse=false',
  'credential.helper=',
  'safe.bareRepository=explicit',
].flatMap((setting) => ['-c', setting]);

/** The environment of a git process: what is inherited without `GIT_*` that point elsewhere, then ours, then `extra`. */
export function gitEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.toUpperCase().startsWith('GIT_') || KEPT_VARIABLES.has(name),
  );
  return { ...Object.fromEntries(kept), ...FIXED_VARIABLES, ...extra };
}
