import { isDangerous } from './command-dangers.ts';
import { hidesItsFiles } from './command-matching.ts';
import { type CommandCase, placesOf, wordsBeyond } from './command-places.ts';
import type { Verdict } from './guard.ts';
import { judgePlace } from './path-judging.ts';
import { matchesCommand, type Rule } from './rules.ts';
import { allCalls, type ShellCall } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';

/** What the allow rules of one command line are held against. */
interface Allowing {
  readonly rules: readonly Rule[];
  readonly universal: Rule | undefined;
  /** Words that lead out of the workspace, by call. */
  readonly beyond: ReadonlyMap<ShellCall, readonly ShellWord[]>;
  readonly hasDeniedCommands: boolean;
  readonly hasDeniedFiles: boolean;
}

/** The rule for exactly this line, where there is one and the line can be read. */
export function exactRule({ state, command, reading }: CommandCase): Rule | undefined {
  if (reading.doubts.length > 0) return undefined;
  return state.allow.find(
    ({ subject, spec }) =>
      subject.kind === 'command' && spec !== undefined && !spec.includes('*') && spec === command.trim(),
  );
}

/** The verdict of the allow rules: they let pass only when each call of the line is covered. */
export async function byAllowRules(item: CommandCase): Promise<Verdict | undefined> {
  const { reading } = item;
  const exact = exactRule(item);
  if (exact !== undefined) return allowedBy(exact);
  if (reading.doubts.length > 0 || reading.calls.length === 0) return undefined;
  const allowing = await allowingOf(item);
  const used = reading.calls
    .filter((call) => !isNeutral(item, call))
    .map((call) => allowingRule(allowing, call));
  const deciding = used.length === 0 ? allowing.universal : used[0];
  if (deciding === undefined || used.includes(undefined)) return undefined;
  const isUniversal = used.every((rule) => rule?.spec === undefined);
  for (const redirect of reading.redirects) {
    if (!(await mayRedirect(item, redirect.effect, redirect.target, isUniversal))) return undefined;
  }
  return allowedBy(deciding);
}

async function allowingOf(item: CommandCase): Promise<Allowing> {
  const { state, reading } = item;
  const rules = state.allow.filter((rule) => rule.subject.kind === 'command');
  const beyond = new Map<ShellCall, readonly ShellWord[]>();
  for (const call of allCalls(reading.calls)) beyond.set(call, await wordsBeyond(item, call));
  const held = [...state.deny, ...state.ask];
  return {
    rules,
    universal: rules.find((rule) => rule.spec === undefined),
    beyond,
    hasDeniedCommands: held.some((rule) => rule.subject.kind === 'command'),
    hasDeniedFiles: held.some((rule) => rule.subject.kind !== 'command'),
  };
}

function allowedBy(rule: Rule): Verdict {
  return { decision: 'allow', rule: rule.text, reason: `The rule ${rule.text} allows it.` };
}

/** A rule that covers this call: any call for `Bash`, else only calls that do no more than they say. */
function allowingRule(allowing: Allowing, call: ShellCall): Rule | undefined {
  const { universal } = allowing;
  if (universal !== undefined && !mayGoRound(allowing, call)) return universal;
  const own = ownRule(allowing, call);
  if (own !== undefined) return own;
  if (!call.isTransparent || call.inner.length === 0 || !isPlain(call)) return undefined;
  const inner = call.inner.map((wrapped) => allowingRule(allowing, wrapped));
  return inner.includes(undefined) ? undefined : inner[0];
}

/** Whether a call, or one in it, may do what a deny rule forbids without its text showing it. */
function mayGoRound(allowing: Allowing, call: ShellCall): boolean {
  if (allowing.hasDeniedCommands && call.runsFile) return true;
  if (allowing.hasDeniedFiles && hidesItsFiles(call)) return true;
  return call.inner.some((inner) => mayGoRound(allowing, inner));
}

function ownRule(allowing: Allowing, call: ShellCall): Rule | undefined {
  if (!isPlain(call)) return undefined;
  const line = call.words.map((word) => word.value).join(' ');
  return allowing.rules.find(
    ({ spec }) =>
      spec !== undefined &&
      matchesCommand(spec, line, 'narrow') &&
      namesWhatLeadsBeyond(spec, allowing.beyond.get(call) ?? []) &&
      call.inner.every(
        (inner) => namesInner(spec, call, inner) || allowingRule(allowing, inner) !== undefined,
      ),
  );
}

/** `xargs grep *` names what xargs runs, `xargs *` does not. */
function namesInner(spec: string, call: ShellCall, inner: ShellCall): boolean {
  const first = inner.words[0];
  const at = first === undefined ? -1 : call.words.indexOf(first);
  // `bash scripts/*`: the file is a word like any other, and what it holds is the rule's to allow.
  if (!spec.includes('*') || call.runsFile) return true;
  const named = fixedWords(spec);
  return (
    at !== -1 &&
    at < named.length &&
    inner.inner.every((next) => namesInner(spec, call, next)) &&
    isPlain(inner)
  );
}

/** Whether a rule says in its fixed part where the call writes: `cp * /srv/x` does not, `rm /srv/x/*` does. */
function namesWhatLeadsBeyond(spec: string, words: readonly ShellWord[]): boolean {
  if (words.length === 0 || !spec.includes('*')) return true;
  const named = (spec.split('*')[0] ?? '')
    .split(/\s+/)
    .slice(1)
    .filter((word) => /^[~/]./.test(word));
  return words.every(
    ({ value }) =>
      !value.split('/').includes('..') &&
      named.some((name) => value.startsWith(name) && name.includes('/', 1)),
  );
}

/** The words of a rule before its first `*`; one that the `*` is glued to is not known to its end. */
function fixedWords(spec: string): readonly string[] {
  const body = spec.replace(/:\*$/, ' *');
  const before = body.slice(0, body.indexOf('*'));
  const words = before.split(/\s+/).filter((word) => word !== '');
  return /\s$/.test(before) || before === '' ? words : words.slice(0, -1);
}

function isPlain(call: ShellCall): boolean {
  const words = call.words.every((word) => word.isStatic || word.isTailGlob);
  return words && call.words.length > 0 && call.assigns.every(isHarmlessVariable) && !isDangerous(call);
}

/** Variables that change what is printed, not what is run. */
function isHarmlessVariable(name: string): boolean {
  return /^(CI|NODE_ENV|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|TZ|LANG|LC_[A-Z]+|DEBUG|RUST_BACKTRACE|RUST_LOG|PYTHONUNBUFFERED|PYTHONDONTWRITEBYTECODE|PYTHONHASHSEED)$/.test(
    name,
  );
}

/** Steps between the commands that matter. A `cd` counts inside the workspace only, and not before git, which obeys what it finds there. */
function isNeutral(item: CommandCase, call: ShellCall): boolean {
  if (call.assigns.length > 0 || !call.words.every((word) => word.isStatic)) return false;
  if (['true', 'false', ':'].includes(call.baseName)) return true;
  if (call.baseName !== 'cd' || call.words.length !== 2 || item.directories === undefined) return false;
  const { root } = item.state.scope;
  const staysInside = item.directories.every(
    (directory) => directory === root || directory.startsWith(`${root}/`),
  );
  return staysInside && !item.calls.some((other) => other.baseName === 'git');
}

async function mayRedirect(
  item: CommandCase,
  effect: 'read' | 'write',
  target: ShellWord,
  isUniversal: boolean,
): Promise<boolean> {
  if (!target.isStatic || item.directories === undefined) return false;
  if (['/dev/null', '/dev/stdout', '/dev/stderr', '/dev/stdin', '/dev/tty'].includes(target.value))
    return true;
  const places = await placesOf(item, target);
  if (places.length === 0) return false;
  const tool = effect === 'read' ? 'read' : 'write';
  return places.every((place) => {
    if (isUniversal && place.isInside && !place.isProtected) return true;
    return judgePlace(item.state, tool, effect, place).decision === 'allow';
  });
}
