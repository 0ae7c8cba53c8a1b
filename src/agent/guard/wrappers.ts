import type { ShellWord } from './shell-word.ts';

/** What a command hands on to be run. */
export type Wrapped =
  /** Words of another command. `isTransparent`: a rule for it covers the wrapped form too, as in Claude Code. */
  | { readonly kind: 'words'; readonly words: readonly ShellWord[]; readonly isTransparent: boolean }
  /** Shell source in a static word. */
  | { readonly kind: 'script'; readonly source: string }
  /** Runs something that cannot be seen. */
  | { readonly kind: 'hidden'; readonly why: string };

interface Wrapper {
  /** Options that take the next word. */
  readonly takesValue?: string;
  /** Words before the command, e.g. the duration of `timeout`. */
  readonly operands?: number;
  /** `NAME=value` words come first. */
  readonly assigns?: boolean;
  readonly isTransparent?: boolean;
}

const wrappers: Readonly<Record<string, Wrapper>> = {
  timeout: { takesValue: '-k -s --kill-after --signal', operands: 1, isTransparent: true },
  time: { takesValue: '-f -o --format --output' },
  nice: { takesValue: '-n --adjustment', isTransparent: true },
  nohup: { isTransparent: true },
  stdbuf: { takesValue: '-i -o -e --input --output --error', isTransparent: true },
  env: { takesValue: '-u -C --unset --chdir', assigns: true },
  sudo: {
    takesValue: '-u -g -h -p -C -r -t -T -U -D -R --user --group --host --prompt --chdir',
    assigns: true,
  },
  doas: { takesValue: '-u -C' },
  pkexec: { takesValue: '--user' },
  setsid: {},
  ionice: { takesValue: '-c -n -p -P -u --class --classdata' },
  chrt: { operands: 1 },
  taskset: { operands: 1 },
  strace: { takesValue: '-e -o -p -s -u -E -a -b -I -O -P -S -X' },
  ltrace: { takesValue: '-e -o -p -s -u -n -l -A -D -F' },
  unshare: { takesValue: '-R -w -S -G --root --wd --setuid --setgid' },
  nsenter: { takesValue: '-t -S -G -r -w --target' },
  chroot: { takesValue: '--userspec --groups', operands: 1 },
  setpriv: {},
  setarch: { operands: 1 },
  linux32: {},
  linux64: {},
  xargs: {
    takesValue:
      '-I -n -P -d -L -l -s -E -e -a -i --arg-file --delimiter --max-args --max-procs --replace --max-lines',
  },
  busybox: {},
  toybox: {},
  command: {},
  builtin: {},
  exec: { takesValue: '-a' },
  fakeroot: {},
  caffeinate: { takesValue: '-t -w' },
  unbuffer: {},
  chronic: {},
  rlwrap: {},
  valgrind: {},
  firejail: {},
  proot: { takesValue: '-r -b -w' },
  'systemd-run': { takesValue: '-p -u --unit --property --slice' },
  'dbus-run-session': {},
  catchsegv: {},
  torsocks: {},
  proxychains: {},
  proxychains4: {},
};

const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh', 'mksh', 'ash', 'fish', 'rbash']);

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
  if (name === 'parallel') return [{ kind: 'hidden', why: 'parallel runs what comes in' }];
  if (name === 'find' || name === 'fd' || name === 'fdfind') return findActions(rest);
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
  return wrapper === undefined ? [] : wrappedWords(name, wrapper, rest);
}

function wrappedWords(name: string, wrapper: Wrapper, rest: readonly ShellWord[]): readonly Wrapped[] {
  // `command -v git` only asks where it is.
  if (name === 'command' && /^-[vV]/.test(rest[0]?.value ?? '')) return [];
  if (name === 'env' && rest.some((word) => /^(-[a-zA-Z]*S|--split-string)/.test(word.value))) {
    return [{ kind: 'hidden', why: 'env -S builds a command from text' }];
  }
  let words = afterOptions(rest, wrapper.takesValue ?? '');
  while (wrapper.assigns === true && /^\w+=/.test(words[0]?.value ?? '')) words = words.slice(1);
  words = words.slice(wrapper.operands ?? 0);
  if (words.length === 0) return [];
  return [{ kind: 'words', words, isTransparent: wrapper.isTransparent === true }];
}

/** The words behind the options; `takesValue` lists options whose value is the next word. */
function afterOptions(words: readonly ShellWord[], takesValue: string): readonly ShellWord[] {
  const withValue = takesValue.split(' ');
  let at = 0;
  while (at < words.length) {
    const word = words[at]?.value ?? '';
    if (word === '--') return words.slice(at + 1);
    if (!word.startsWith('-') || word === '-') break;
    at += withValue.includes(word) ? 2 : 1;
  }
  return words.slice(at);
}

function shellScript(rest: readonly ShellWord[]): Wrapped {
  for (const [index, word] of rest.entries()) {
    if (!word.isStatic) return { kind: 'hidden', why: 'the shell is given what is not known yet' };
    if (/^-[a-zA-Z]*c[a-zA-Z]*$/.test(word.value)) return scriptWord(rest[index + 1]);
    if (word.value === '-s' || word.value === '-') break;
    if (word.value.startsWith('-') || word.value.startsWith('+')) continue;
    // `-o pipefail` takes a word; the first other one is the script's file.
    if (rest[index - 1]?.value !== '-o')
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
  const at = rest.findIndex((word) => word.value === '-c' || word.value === '--command');
  if (at !== -1) return [scriptWord(rest[at + 1])];
  if (name === 'flock') {
    const words = afterOptions(rest, '-w -E --timeout --conflict-exit-code').slice(1);
    return words.length === 0 ? [] : [{ kind: 'words', words, isTransparent: false }];
  }
  return name === 'script' ? [] : [{ kind: 'hidden', why: 'it starts a shell' }];
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
