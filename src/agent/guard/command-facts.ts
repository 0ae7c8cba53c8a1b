import { isDangerous } from './command-dangers.ts';
import { isGitConfigRead } from './git-dangers.ts';
import type { ShellCall } from './shell-command.ts';

const reading = new Set([
  'cat',
  'head',
  'tail',
  'less',
  'more',
  'wc',
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'ag',
  'ls',
  'stat',
  'file',
  'diff',
  'cmp',
  'sort',
  'uniq',
  'cut',
  'tr',
  'nl',
  'od',
  'xxd',
  'hexdump',
  'md5sum',
  'sha1sum',
  'sha256sum',
  'sha512sum',
  'cksum',
  'du',
  'find',
  'fd',
  'tree',
  'jq',
  'echo',
  'printf',
  'test',
  '[',
  'true',
  'false',
  ':',
  'pwd',
  'cd',
  'pushd',
  'popd',
  'which',
  'type',
  'realpath',
  'readlink',
  'dirname',
  'basename',
  'date',
  'sed',
  'awk',
  'gawk',
  'bat',
  'column',
  'comm',
  'paste',
]);

const gitReading = new Set([
  'log',
  'diff',
  'show',
  'status',
  'add',
  'commit',
  'blame',
  'grep',
  'ls-files',
  'ls-tree',
  'rev-parse',
  'rev-list',
  'push',
  'fetch',
  'tag',
  'branch',
  'describe',
  'shortlog',
  'cat-file',
  'check-ignore',
  'check-attr',
  'merge-base',
  'name-rev',
]);

/** Whether a call changes no file of the working tree that it names. Git's writes to its own store count as git's. */
export function readsOnly(call: ShellCall): boolean {
  if (call.words.some((word) => word.isDisguised) || isDangerous(call)) return false;
  if (call.baseName === 'git') return gitReadsOnly(call);
  return reading.has(call.baseName);
}

function gitReadsOnly(call: ShellCall): boolean {
  const args = call.words.slice(1).map((word) => word.value);
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  const subcommand = args[at] ?? '';
  if (subcommand === 'config') return isGitConfigRead(args.slice(at + 1));
  return gitReading.has(subcommand);
}

/** A rule for exactly this command, where the rule's syntax can say it. */
export function offeredCommandRule(command: string): string | undefined {
  const text = command.trim();
  if (text === '' || text.length > 300 || /[*\n\r]/.test(text) || text.endsWith(':')) return undefined;
  return `Bash(${text})`;
}
