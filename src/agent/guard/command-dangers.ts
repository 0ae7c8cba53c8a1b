import { firstWord, hasOption } from './command-options.ts';
import { escapes } from './escape-dangers.ts';
import { isDangerousGit } from './git-dangers.ts';
import type { ShellCall } from './shell-command.ts';

/**
 * Calls that do more than their name says: run other programs, load code, or write where an option points. A rule
 * such as `git *` was not meant for them, so they are asked for. From public advisories (CVE-2025-59041 and its kind,
 * CVE-2026-24887) and the manuals of the tools.
 */
export function isDangerous(call: ShellCall): boolean {
  const args = call.words.slice(1).map((word) => word.value);
  const check = Object.hasOwn(checks, call.baseName) ? checks[call.baseName] : undefined;
  return check?.(args) ?? false;
}

type Check = (args: readonly string[]) => boolean;

function isDangerousPip(args: readonly string[]): boolean {
  const elsewhere = [
    '-i',
    '--index-url',
    '--extra-index-url',
    '-t',
    '--target',
    '--prefix',
    '--root',
    '--python',
  ];
  return (
    firstWord(args) === 'config' || hasOption(args, ...elsewhere, '-f', '--find-links', '--log', '--src')
  );
}

const checks: Readonly<Record<string, Check>> = {
  ...escapes,
  git: isDangerousGit,
  sed: (args) => hasOption(args, '-i', '--in-place', '-f', '--file') || !sedScriptIsPlain(args),
  awk: awkRuns,
  gawk: awkRuns,
  mawk: awkRuns,
  nawk: awkRuns,
  sort: (args) => hasOption(args, '-o', '--output', '--compress-program', '--files0-from'),
  uniq: (args) => args.filter((arg) => !arg.startsWith('-')).length > 1,
  find: (args) =>
    hasOption(
      args,
      '-exec',
      '-execdir',
      '-ok',
      '-okdir',
      '-delete',
      '-fprint',
      '-fprint0',
      '-fprintf',
      '-fls',
    ),
  fd: (args) => hasOption(args, '-x', '-X', '--exec', '--exec-batch'),
  fdfind: (args) => hasOption(args, '-x', '-X', '--exec', '--exec-batch'),
  rg: (args) => hasOption(args, '--pre', '--hostname-bin'),
  ag: (args) => hasOption(args, '--pager'),
  tar: isDangerousTar,
  bsdtar: isDangerousTar,
  zip: (args) => hasOption(args, '-T', '-TT', '--test', '--unzip-command'),
  rsync: (args) => hasOption(args, '-e', '--rsh', '--rsync-path'),
  ssh: (args) => hasOption(args, '-o', '-F', '-E') || args.filter((arg) => !arg.startsWith('-')).length > 1,
  scp: (args) => hasOption(args, '-o', '-S', '-F'),
  curl: (args) =>
    hasOption(
      args,
      '-o',
      '-O',
      '-K',
      '-T',
      '--output',
      '--remote-name',
      '--config',
      '--upload-file',
      '--output-dir',
      '-D',
      '--dump-header',
      '-c',
      '--cookie-jar',
      '-J',
      '--remote-name-all',
      '--trace',
      '--trace-ascii',
      '--stderr',
      '--libcurl',
      '--etag-save',
      '--hsts',
      '--alt-svc',
      '--netrc',
      '--netrc-file',
      '-n',
      '--engine',
      '--unix-socket',
      '--abstract-unix-socket',
    ) ||
    args.some((arg) =>
      /^@|=@|^-[dFHbw].*@|^--(data|form|header|json|url-query|write-out).*@|^file:|%output\{/i.test(arg),
    ),
  wget: (args) =>
    !args.some((arg) => arg === '-qO-' || arg === '-O-') ||
    hasOption(args, '-e', '--execute', '--use-askpass', '--post-file', '--config'),
  npm: isDangerousNpm,
  pnpm: (args) => isDangerousNpm(args) || firstWord(args) === 'dlx',
  yarn: (args) => ['dlx', 'exec', 'create', 'config', 'node', 'plugin'].includes(firstWord(args)),
  bun: (args) => ['x', 'create', 'repl'].includes(firstWord(args)),
  deno: (args) => ['eval', 'repl', 'install'].includes(firstWord(args)),
  cargo: (args) => hasOption(args, '--config', '-Z') || ['install'].includes(firstWord(args)),
  go: (args) =>
    hasOption(
      args,
      '-exec',
      '-toolexec',
      '-vettool',
      '-ldflags',
      '-gcflags',
      '-overlay',
      '-C',
      '-o',
      '-modfile',
    ) ||
    ['env', 'get', 'install', 'bug', 'tool'].includes(firstWord(args)) ||
    args.some((arg) => arg.includes('@')),
  make: (args) =>
    hasOption(args, '-f', '--file', '--makefile', '-C', '--directory', '--eval') ||
    args.some((arg) => /^\w+=/.test(arg)),
  pip: isDangerousPip,
  pip3: isDangerousPip,
  man: (args) => hasOption(args, '-P', '--pager', '-H', '--html', '-C'),
  less: (args) =>
    args.some(
      (arg) =>
        arg.startsWith('+') ||
        arg.startsWith('-k') ||
        arg.startsWith('--lesskey') ||
        arg.startsWith('-o') ||
        arg.startsWith('-O'),
    ),
  bat: (args) => hasOption(args, '--pager'),
  tree: (args) => hasOption(args, '-o'),
  shuf: (args) => hasOption(args, '-o', '--output'),
  xxd: (args) => args.filter((arg) => !arg.startsWith('-')).length > 1,
  tcpdump: (args) => hasOption(args, '-z', '-w'),
  yq: (args) =>
    hasOption(args, '-i', '--inplace', '-s', '--split-exp') ||
    args.some((arg) => /\b(load|env|envsubst|strenv)\b/.test(arg)),
  perl: (args) => hasOption(args, '-e', '-E', '-i', '-pe', '-ne', '-pi'),
  python: (args) => hasOption(args, '-c'),
  python3: (args) => hasOption(args, '-c'),
  node: (args) => hasOption(args, '-e', '--eval', '-p', '--print', '-r', '--require', '--import', '--loader'),
  ruby: (args) => hasOption(args, '-e', '-r'),
  php: (args) => hasOption(args, '-r'),
};

function isDangerousTar(args: readonly string[]): boolean {
  const names = [
    '--checkpoint-action',
    '--use-compress-program',
    '--to-command',
    '--rsh-command',
    '--info-script',
    '--new-volume-script',
    '--absolute-names',
    '--rmt-command',
  ];
  return (
    hasOption(args, ...names) ||
    args.some((arg, index) => (index === 0 ? /^-?[a-zA-Z]*[IFP]/ : /^-[a-zA-Z]*[IFP]/).test(arg))
  );
}

function isDangerousNpm(args: readonly string[]): boolean {
  const running = [
    'exec',
    'x',
    'init',
    'create',
    'innit',
    'explore',
    'edit',
    'config',
    'c',
    'set',
    'set-script',
    'publish',
    'login',
    'adduser',
    'token',
    'repo',
    'docs',
    'bugs',
    'rebuild',
  ];
  return (
    running.includes(firstWord(args)) ||
    hasOption(
      args,
      '--script-shell',
      '--node-options',
      '--prefix',
      '--globalconfig',
      '--userconfig',
      '--call',
    )
  );
}

/** Options that only change how sed reads and prints; `e` at the end of a cluster takes a script. */
const plainSedOption = /^-[nrEsuz]*e?$/;

/** Scripts that only print, delete and substitute; commands `w` and `e` and flags of that name write and run. */
function sedScriptIsPlain(args: readonly string[]): boolean {
  if (args.some((arg) => arg.startsWith('-') && !plainSedOption.test(arg))) return false;
  const given = args.filter((_, index) => /^-[nrEsuz]*e$/.test(args[index - 1] ?? ''));
  const scripts = given.length > 0 ? given : args.filter((arg) => !arg.startsWith('-')).slice(0, 1);
  return scripts.length > 0 && scripts.every((script) => plainSedScript.test(script));
}

const sedAddress = String.raw`(?:\d+|\$|/[^/\n]*/I?)`;
const sedRange = String.raw`(?:${sedAddress}(?:,(?:${sedAddress}|\+\d+))?)?\s*!?\s*`;
const sedSubstitutes = ['/', '|', '#', ',', ':', '@'].map((mark) => {
  const part = String.raw`(?:\\.|[^\\\n${mark}])*`;
  return `s[${mark}]${part}[${mark}]${part}[${mark}][gpiI0-9]*`;
});
const sedStatement = String.raw`${sedRange}(?:[pdqQ=]|${sedSubstitutes.join('|')})\s*`;
const plainSedScript = new RegExp(String.raw`^\s*${sedStatement}(?:;\s*${sedStatement})*;?\s*$`);

function awkRuns(args: readonly string[]): boolean {
  return (
    hasOption(
      args,
      '-f',
      '--file',
      '-i',
      '--include',
      '-l',
      '--load',
      '-E',
      '--exec',
      '-o',
      '--pretty-print',
      '-p',
      '--profile',
      '-d',
      '--dump-variables',
    ) || args.some((arg) => /system|getline|[|>@]|close\s*\(/.test(arg))
  );
}
