import { firstWord, hasOption } from './command-options.ts';

const gitGlobal = new Set([
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  '--no-replace-objects',
  '-P',
  '--version',
  '--help',
]);
const gitRunning = new Set([
  'submodule',
  'filter-branch',
  'difftool',
  'mergetool',
  'instaweb',
  'send-email',
  'daemon',
  'hook',
  'gui',
  'citool',
  'web--browse',
  'credential',
  'fsmonitor--daemon',
  'for-each-repo',
  'maintenance',
  'remote-ext',
  'remote-fd',
  'help',
  'upload-pack',
  'receive-pack',
  'shell',
  'http-backend',
  'cvsserver',
  'svn',
  'p4',
  'request-pull',
  'sh-i18n',
  'var',
]);

/** Options that hand git a program to run or a file to write, whatever the subcommand. */
const gitOptions = [
  '--upload-pack',
  '--receive-pack',
  '--exec',
  '--output',
  '--ext-diff',
  '--textconv',
  '--open-files-in-pager',
  '--template',
  '--config',
  '--config-env',
  '--separate-git-dir',
  '--extcmd',
  '--tool',
  '--gpg-sign',
  '--strategy',
  '--filter-process',
  '--signed',
  '--sign',
];

/** Git runs other programs by options, by configuration and by some of its subcommands. */
export function isDangerousGit(args: readonly string[]): boolean {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const global = at === -1 ? args : args.slice(0, at);
  // `-c x=y`, `-C dir`, `--git-dir`, `--exec-path`: another configuration, another repository, another program.
  if (global.some((arg) => !gitGlobal.has(arg))) return true;
  const subcommand = args[at] ?? '';
  const rest = args.slice(at + 1);
  if (gitRunning.has(subcommand)) return true;
  if (subcommand === 'config') return !isGitConfigRead(rest);
  if (subcommand === 'bisect') return ['run', 'visualize', 'view'].includes(firstWord(rest));
  if (subcommand === 'rebase' && hasOption(rest, '-x', '-i', '--interactive')) return true;
  if (subcommand === 'clone' && hasOption(rest, '-c', '-u')) return true;
  if (subcommand === 'grep' && hasOption(rest, '-O')) return true;
  if (subcommand === 'init') return rest.some((arg) => !arg.startsWith('-')) || hasOption(rest, '--template');
  if (subcommand === 'worktree' && firstWord(rest) === 'add') return true;
  if (['fetch', 'pull', 'push', 'ls-remote'].includes(subcommand) && rest.some((arg) => arg.includes('::')))
    return true;
  if (subcommand === 'notes' && firstWord(rest) === 'edit') return true;
  if (subcommand === 'apply' && hasOption(rest, '--unsafe-paths', '--directory')) return true;
  if (subcommand === 'archive' && hasOption(rest, '-o')) return true;
  if (subcommand === 'format-patch' && hasOption(rest, '-o')) return true;
  if (rest.some((arg) => /^(ext|fd)::/.test(arg))) return true;
  return hasOption(rest, ...gitOptions);
}

/** Reading the configuration is harmless; anything else may name a program to run. */
export function isGitConfigRead(args: readonly string[]): boolean {
  const first = firstWord(args);
  if (hasOption(args, '--get', '--get-all', '--get-regexp', '--get-urlmatch', '--list', '-l'))
    return !hasOption(args, '--file', '-f', '-e', '--edit');
  return (first === 'get' || first === 'list') && !hasOption(args, '--file', '-f');
}
