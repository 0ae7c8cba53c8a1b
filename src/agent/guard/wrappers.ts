import { runnerName, runners, type Wrapper } from './runners.ts';
import type { ShellWord } from './shell-word.ts';

/** What a command hands on to be run. */
export type Wrapped =
  /** Words of another command. `isTransparent`: a rule for it covers the wrapped form too, as in Claude Code. */
  | { readonly kind: 'words'; readonly words: readonly ShellWord[]; readonly isTransparent: boolean }
  /** Shell source in a static word. */
  | { readonly kind: 'script'; readonly source: string }
  /** Runs something that cannot be seen. */
  | { readonly kind: 'hidden'; readonly why: string };

const wrappers: Readonly<Record<string, Wrapper>> = {
  timeout: { takesValue: '-k -s --kill-after --signal', operands: 1, isTransparent: true },
  time: { takesValue: '-f -o --format --output' },
  nice: { takesValue: '-n --adjustment', isTransparent: true },
  nohup: { isTransparent: true },
  stdbuf: { takesValue: '-i -o -e --input --output --error', isTransparent: true },
  env: { takesValue: '-u -C --unset --chdir', assigns: true },
  'cross-env': { assigns: true },
  dotenv: { takesValue: '-e -c -v -p' },
  'dotenvx run': { takesValue: '-f -e' },
  sudo: {
    takesValue:
      '-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir --chroot --role --type --close-from --command-timeout --other-user',
    assigns: true,
  },
  doas: { takesValue: '-u -C' },
  pkexec: { takesValue: '--user' },
  setsid: {},
  ionice: { takesValue: '-c -n -p -P -u --class --classdata' },
  chrt: { takesValue: '-T -P -D', operands: 1 },
  taskset: { operands: 1 },
  numactl: { takesValue: '-i -N -m -C -p -l --interleave --cpunodebind --membind --physcpubind --preferred' },
  prlimit: { takesValue: '-p -o --pid --output' },
  cgexec: { takesValue: '-g' },
  strace: { takesValue: '-e -o -p -s -u -E -a -b -I -O -P -S -X' },
  ltrace: { takesValue: '-e -o -p -s -u -n -l -A -D -F' },
  perf: { operands: 1 },
  gdb: {},
  lldb: {},
  unshare: { takesValue: '-R -w -S -G --root --wd --setuid --setgid' },
  nsenter: { takesValue: '-t -S -G -r -w --target' },
  chroot: { takesValue: '--userspec --groups', operands: 1 },
  setpriv: { takesValue: '--reuid --regid --groups --securebits --bounding-set --inh-caps --ambient-caps' },
  setarch: { operands: 1, optionsToo: true },
  linux32: {},
  linux64: {},
  i386: {},
  x86_64: {},
  xargs: {
    takesValue:
      '-I -n -P -d -L -l -s -E -e -a -i --arg-file --delimiter --max-args --max-procs --replace --max-lines',
  },
  gxargs: { takesValue: '-I -n -P -d -L -s -E -a' },
  busybox: {},
  toybox: {},
  command: {},
  builtin: {},
  exec: { takesValue: '-a' },
  fakeroot: { takesValue: '-l -s -i -b --lib --faked' },
  caffeinate: { takesValue: '-t -w' },
  unbuffer: {},
  chronic: {},
  ifne: {},
  rlwrap: {},
  valgrind: {},
  firejail: {},
  bwrap: {},
  proot: { takesValue: '-r -b -w' },
  tini: { takesValue: '-p -e' },
  'dumb-init': {},
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  entr: {},
  'systemd-run': { takesValue: '-p -u --unit --property --slice' },
  'systemd-inhibit': { takesValue: '--what --who --why --mode' },
  'dbus-run-session': {},
  'xvfb-run': { takesValue: '-n -s -e -f -p -w --server-num --server-args' },
  catchsegv: {},
  torsocks: {},
  proxychains: {},
  proxychains4: {},
  ...runners,
};

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash', 'fish', 'rbash']);

export function isShell(name: string): boolean {
  return shells.has(name);
}

/** What this command would run in turn; empty for one that is what it says. `name` is its base name. */
export function unwrap(name: string, words: readonly ShellWord[]): readonly Wrapped[] {
  const rest = words.slice(1);
  if (shells.has(name)) return [shellScript(rest)];
  if (name === 'eval') return [joined(rest)];
  if (name === 'trap') return trapScript(rest);
  if (name === 'source' || name === '.') return sourced(rest);
  if (name === 'alias') return rest.length === 0 ? [] : [{ kind: 'hidden', why: 'it defines an alias' }];
  if (name === 'watch') return [joined(afterOptions(rest, '-n --interval -q --equexit'))];
  if (name === 'su' || name === 'runuser' || name === 'script' || name === 'flock')
    return optionScript(name, rest);
  if (name === 'parallel' || name === 'sem') {
    const words = afterOptions(
      rest,
      '-j -a -S -n -N -L --jobs --arg-file --sshlogin --colsep --delay --timeout',
    );
    return [
      { kind: 'hidden', why: 'it runs what comes in' },
      { kind: 'words', words, isTransparent: false },
    ];
  }
  if (name === 'concurrently' || name === 'tmux' || name === 'screen')
    return rest.filter((word) => /\s/.test(word.value)).map((word) => scriptWord(word));
  if (name === 'find' || name === 'fd' || name === 'fdfind') return findActions(rest);
  const scripts = optionScripts(name, rest);
  if (scripts !== undefined) return scripts;
  const { key, skipped } = runnerName(name, rest);
  const wrapper = Object.hasOwn(wrappers, key) ? wrappers[key] : undefined;
  return wrapper === undefined ? [] : wrappedWords(name, wrapper, rest.slice(skipped));
}

function wrappedWords(name: string, wrapper: Wrapper, rest: readonly ShellWord[]): readonly Wrapped[] {
  // `command -v git` only asks where it is.
  if (name === 'command' && /^-[vV]/.test(rest[0]?.value ?? '')) return [];
  if (name === 'env' && rest.some((word) => /^(-[a-zA-Z]*S|--split-string)/.test(word.value))) {
    return [{ kind: 'hidden', why: 'env -S builds a command from text' }];
  }
  let words = afterOptions(rest, wrapper.takesValue ?? '');
  while (wrapper.assigns === true && /^\w+=/.test(words[0]?.value ?? '')) words = words.slice(1);
  const all = words;
  words = afterDashes(words.slice(wrapper.operands ?? 0));
  const isTransparent = wrapper.isTransparent === true;
  const found = words.length === 0 ? [] : [{ kind: 'words' as const, words, isTransparent }];
  // Which of the two it is cannot be told: both are looked at.
  if (wrapper.optionsToo === true && all.length > 0)
    return [...found, { kind: 'words' as const, words: all, isTransparent }];
  return found;
}

/** The words behind the options; `takesValue` lists options whose value is the next word. */
function afterOptions(words: readonly ShellWord[], takesValue: string): readonly ShellWord[] {
  const withValue = takesValue.split(' ');
  let at = 0;
  while (at < words.length) {
    const word = words[at]?.value ?? '';
    if (word === '--') return words.slice(at + 1);
    if (!word.startsWith('-') || word === '-') break;
    // `-iu root`: the last letter of a cluster may take the next word.
    const last = /^-[a-zA-Z]{2,}$/.test(word) ? `-${word.slice(-1)}` : word;
    at += withValue.includes(word) || withValue.includes(last) ? 2 : 1;
  }
  return words.slice(at);
}

function afterDashes(words: readonly ShellWord[]): readonly ShellWord[] {
  return words[0]?.value === '--' ? words.slice(1) : words;
}

function shellScript(rest: readonly ShellWord[]): Wrapped {
  for (const [index, word] of rest.entries()) {
    if (!word.isStatic) return { kind: 'hidden', why: 'the shell is given what is not known yet' };
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.value)) return scriptWord(rest[index + 1]);
    if (word.value === '-s' || word.value === '-') break;
    if (word.value.startsWith('-') || word.value.startsWith('+')) continue;
    // These take a word; the first other one is the script's file.
    if (!/^([-+]o|[-+]O|--rcfile|--init-file|--init-command)$/.test(rest[index - 1]?.value ?? ''))
      return { kind: 'words', words: rest.slice(index), isTransparent: false };
  }
  return { kind: 'hidden', why: 'the shell reads its commands from its input' };
}

function scriptWord(word: ShellWord | undefined): Wrapped {
  if (word?.isStatic === true) return { kind: 'script', source: word.value };
  return { kind: 'hidden', why: 'the shell is given what is not known yet' };
}

function joined(words: readonly ShellWord[]): Wrapped {
  if (!words.every((word) => word.isStatic)) return { kind: 'hidden', why: 'it runs what is not known yet' };
  return { kind: 'script', source: words.map((word) => word.value).join(' ') };
}

function trapScript(rest: readonly ShellWord[]): readonly Wrapped[] {
  const words = afterOptions(rest, '');
  return words.length < 2 || words[0]?.value === '-' ? [] : [scriptWord(words[0])];
}

function sourced(rest: readonly ShellWord[]): readonly Wrapped[] {
  return rest[0]?.isStatic === true ? [] : [{ kind: 'hidden', why: 'it runs what is not known yet' }];
}

function optionScript(name: string, rest: readonly ShellWord[]): readonly Wrapped[] {
  const at = rest.findIndex(
    ({ value }) => /^-[a-zA-Z]*c$/.test(value) || /^--(session-)?command$/.test(value),
  );
  if (at !== -1) return [scriptWord(rest[at + 1])];
  const glued = rest.find(({ value }) => /^(-c.|--(session-)?command=)/.test(value));
  if (glued !== undefined) {
    const source = glued.value.replace(/^(-c|--(session-)?command=)/, '');
    return glued.isStatic
      ? [{ kind: 'script', source }]
      : [{ kind: 'hidden', why: 'it runs what is not known yet' }];
  }
  if (name === 'flock') {
    const words = afterOptions(rest, '-w -E --timeout --conflict-exit-code').slice(1);
    return words.length === 0 ? [] : [{ kind: 'words', words, isTransparent: false }];
  }
  if (name === 'runuser') {
    const words = afterOptions(rest, '-u --user -g --group -G --supp-group -s --shell -w');
    if (words.length > 0) return [{ kind: 'words', words, isTransparent: false }];
  }
  return name === 'script' ? [] : [{ kind: 'hidden', why: 'it starts a shell' }];
}

/** Options of some programs hold shell source: `git rebase -x`, `mapfile -C`, `tmux new-session`. */
const scriptOptions: Readonly<Record<string, RegExp>> = {
  git: /^(--exec|-x|--(tree|index|env|parent|msg|commit|tag-name)-filter)$/,
  mapfile: /^-C$/,
  readarray: /^-C$/,
  nodemon: /^(-x|--exec)$/,
  'nix-shell': /^(--run|--command)$/,
  complete: /^-C$/,
  compgen: /^-C$/,
  npx: /^(-c|--call)$/,
};

/** Undefined where no such option is among the words. */
function optionScripts(name: string, rest: readonly ShellWord[]): readonly Wrapped[] | undefined {
  const pattern = Object.hasOwn(scriptOptions, name) ? scriptOptions[name] : undefined;
  if (pattern === undefined) return undefined;
  const found = rest.flatMap(({ value, isStatic }, index): readonly Wrapped[] => {
    if (pattern.test(value)) return [scriptWord(rest[index + 1])];
    const [option = '', ...parts] = value.split('=');
    if (parts.length === 0 || !pattern.test(option)) return [];
    return isStatic
      ? [{ kind: 'script', source: parts.join('=') }]
      : [{ kind: 'hidden', why: 'it runs what is not known yet' }];
  });
  return found.length === 0 ? undefined : found;
}

function findActions(rest: readonly ShellWord[]): readonly Wrapped[] {
  const found: Wrapped[] = [];
  for (const [index, word] of rest.entries()) {
    if (!/^(-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(word.value)) continue;
    const after = rest.slice(index + 1);
    const end = after.findIndex((candidate) => candidate.value === ';' || candidate.value === '+');
    found.push({ kind: 'words', words: end === -1 ? after : after.slice(0, end), isTransparent: false });
  }
  return found;
}
