import { isDangerous } from './command-dangers.ts';
import { matchesCommand } from './rules.ts';
import type { ShellCall } from './shell-command.ts';

/**
 * Whether a deny or ask rule holds for a call: by its name as written, without its directory, in any case (some file
 * systems do not tell them apart), and with its options in another order or apart: `rm -rf *` holds for `rm -f -r x`,
 * `git push *` for `git -C . push`.
 */
export function coversWidely(spec: string, call: ShellCall): boolean {
  if (!call.isKnown) return false;
  const rest = call.words.slice(1).map((word) => word.value);
  const names = [call.words[0]?.value ?? '', call.baseName, call.baseName.toLowerCase()];
  const lines = names.filter((name) => name !== '').map((name) => [name, ...rest].join(' '));
  return lines.some((line) => matchesCommand(spec, line, 'wide')) || coversInSpirit(spec, call, rest);
}

/** Only for rules that end with `*` and hold no other. */
function coversInSpirit(spec: string, call: ShellCall, rest: readonly string[]): boolean {
  const body = /^([^*]*?)(?::\*|\s+\*|\*)$/.exec(spec)?.[1]?.trim();
  const [name, ...wanted] = body === undefined || body === '' ? [] : body.split(/\s+/);
  if (name === undefined || wanted.length === 0) return false;
  if (call.baseName.toLowerCase() !== name.slice(name.lastIndexOf('/') + 1).toLowerCase()) return false;
  const options = wanted.filter((word) => word.startsWith('-'));
  if (!options.every((option) => hasOptions(rest, option))) return false;
  const words = wanted.filter((word) => !word.startsWith('-'));
  const operands = rest.filter((word) => !word.startsWith('-'));
  const notValues = rest.filter(
    (word, index) => !word.startsWith('-') && rest[index - 1]?.startsWith('-') !== true,
  );
  return [operands, notValues].some((list) => words.every((word, index) => list[index] === word));
}

function hasOptions(args: readonly string[], wanted: string): boolean {
  if (wanted.startsWith('--')) return args.some((arg) => arg === wanted || arg.startsWith(`${wanted}=`));
  const letters = args.filter((arg) => /^-[^-]/.test(arg)).join('');
  return [...wanted.slice(1)].every((letter) => letters.includes(letter));
}

/** Programs for which their words are data, never a command. */
const speaking = new Set(
  'cat head tail less more wc grep egrep fgrep rg ag ls stat file diff cmp sort uniq cut tr nl od xxd hexdump md5sum sha1sum sha256sum sha512sum cksum du df find fd fdfind tree jq yq echo printf test [ true false : pwd cd pushd popd which whereis whatis apropos type man tldr help realpath readlink dirname basename date sed awk gawk mawk bat column comm paste git gh npm pnpm yarn bun docker podman kubectl cargo go pip pip3 brew apt apt-get mkdir rmdir touch tee chmod chown export declare local readonly typeset unset set read command kill killall pkill pgrep ps tar zip unzip gzip rsync scp curl wget make'.split(
    ' ',
  ),
);

/**
 * Whether a call may run what a rule speaks of without saying so: a program that is not known to take its words as
 * data, or is given more than data, has the name of the rule's command among its words.
 */
export function mayRun(spec: string, call: ShellCall): boolean {
  const name = /^[^\s*:]+/.exec(spec)?.[0];
  if (name === undefined || (speaking.has(call.baseName) && !isDangerous(call))) return false;
  const token = new RegExp(`(?:^|[^\\w.-])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\w.-])`, 'i');
  return call.words.slice(1).some((word) => token.test(word.value));
}

/** Programs that only say what they are given: what they are given need not be known. */
const harmlessSpeakers = new Set([
  'echo',
  'printf',
  'test',
  '[',
  ':',
  'true',
  'false',
  'export',
  'declare',
  'local',
]);

/** Whether a call reads or writes something that its text does not tell. */
export function hidesItsFiles(call: ShellCall): boolean {
  if (harmlessSpeakers.has(call.baseName)) return false;
  return call.words.slice(1).some((word) => !word.isStatic && !word.isTailGlob);
}
