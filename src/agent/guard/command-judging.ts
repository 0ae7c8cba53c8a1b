import { resolve } from 'node:path';
import { isDangerous } from './command-dangers.ts';
import { offeredCommandRule, readsOnly } from './command-facts.ts';
import type { Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { heldBackBy, judgePlace } from './path-judging.ts';
import { expandHome, findPlace, globsProtected, namesProtected, type Place } from './paths.ts';
import { matchesCommand, type Rule } from './rules.ts';
import { allCalls, readShell, type ShellCall, type ShellReading } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';

interface CommandCase {
  readonly state: GuardState;
  readonly command: string;
  readonly reading: ShellReading;
  readonly calls: readonly ShellCall[];
  /** Directories the command may be in, by its `cd`s; undefined when one of them is not known. */
  readonly directories: readonly string[] | undefined;
}

/**
 * The verdict on a command line. Every call in it counts, wherever it stands; a deny rule holds if it covers any of
 * them, an allow rule lets pass only when each is covered. What cannot be known before it runs is asked for.
 */
export async function judgeCommand(state: GuardState, command: string): Promise<Verdict> {
  const reading = readShell(command);
  const calls = allCalls(reading.calls);
  const item: CommandCase = { state, command, reading, calls, directories: directoriesOf(state, calls) };
  return (
    heldBackByCommandRule(item, state.deny, 'deny') ??
    (await heldBackByPath(item, 'deny')) ??
    heldBackByCommandRule(item, state.ask, 'ask') ??
    (await heldBackByPath(item, 'ask')) ??
    (await touchesProtected(item)) ??
    byPlanMode(state) ??
    (await byAllowRules(item)) ??
    byMode(item)
  );
}

function commandRules(rules: readonly Rule[]): readonly Rule[] {
  return rules.filter((rule) => rule.subject.kind === 'command');
}

function heldBackByCommandRule(
  item: CommandCase,
  rules: readonly Rule[],
  decision: 'deny' | 'ask',
): Verdict | undefined {
  const verb = decision === 'deny' ? 'denies' : 'asks for';
  for (const rule of commandRules(rules)) {
    const { spec } = rule;
    const holds =
      spec === undefined ||
      item.command.trim() === spec ||
      item.calls.some((call) => coversWidely(spec, call));
    if (holds) return { decision, rule: rule.text, reason: `The rule ${rule.text} ${verb} it.` };
  }
  return undefined;
}

/** By the name as written and without its directory, in any case: some file systems do not tell them apart. */
function coversWidely(spec: string, call: ShellCall): boolean {
  if (!call.isKnown) return false;
  const rest = call.words.slice(1).map((word) => word.value);
  const names = [call.words[0]?.value ?? '', call.baseName, call.baseName.toLowerCase()];
  return names.some((name) => name !== '' && matchesCommand(spec, [name, ...rest].join(' '), 'wide'));
}

/** Rules about paths hold for the paths a command names too. */
async function heldBackByPath(item: CommandCase, decision: 'deny' | 'ask'): Promise<Verdict | undefined> {
  const { state, reading } = item;
  if (!state[decision].some((rule) => rule.subject.kind !== 'command')) return undefined;
  for (const redirect of reading.redirects) {
    for (const place of await placesOf(item, redirect.target)) {
      const verdict = heldBackBy(
        state,
        redirect.effect === 'read' ? 'read' : 'write',
        redirect.effect,
        place,
      );
      if (verdict?.decision === decision) return verdict;
    }
  }
  for (const call of item.calls) {
    for (const word of call.words.slice(1)) {
      const verdict = await heldBackWord(item, call, word);
      if (verdict?.decision === decision) return verdict;
    }
  }
  return undefined;
}

async function heldBackWord(
  item: CommandCase,
  call: ShellCall,
  word: ShellWord,
): Promise<Verdict | undefined> {
  for (const place of await placesOf(item, word)) {
    const read = heldBackBy(item.state, 'read', 'read', place);
    const write = readsOnly(call) ? undefined : heldBackBy(item.state, 'write', 'write', place);
    const verdict = [read, write].find((found) => found?.decision === 'deny') ?? read ?? write;
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

const alwaysAsked = 'It may change what steers agents or tools, so it is always asked for.';

async function touchesProtected(item: CommandCase): Promise<Verdict | undefined> {
  for (const redirect of item.reading.redirects) {
    if (redirect.effect === 'write' && (await mayBeProtected(item, redirect.target)))
      return { decision: 'ask', reason: alwaysAsked };
  }
  for (const call of item.calls) {
    if (readsOnly(call)) continue;
    // `git config` writes .git/config without naming it.
    if (call.baseName === 'git' && call.words.some((word) => word.value === 'config'))
      return { decision: 'ask', reason: alwaysAsked };
    for (const word of ownWords(call)) {
      if (await mayBeProtected(item, word)) return { decision: 'ask', reason: alwaysAsked };
    }
  }
  return undefined;
}

/** The words of a call that are not those of a command it wraps, nor a script that is read by itself. */
function ownWords(call: ShellCall): readonly ShellWord[] {
  const wrapped = new Set(call.inner.flatMap((inner) => inner.words));
  return call.words
    .slice(1)
    .filter((word) => !wrapped.has(word) && !(call.inner.length > 0 && /\s/.test(word.value)));
}

async function mayBeProtected(item: CommandCase, word: ShellWord): Promise<boolean> {
  if (namesProtected(word.text) || namesProtected(word.value) || globsProtected(word.text)) return true;
  return (await placesOf(item, word)).some((place) => place.isProtected);
}

/** Where a word may lead if it is a path, also behind `--option=` and `of=`. Empty for what is not known. */
async function placesOf(item: CommandCase, word: ShellWord): Promise<readonly Place[]> {
  if (!word.isStatic || word.value.length > 4096 || word.value.includes('\0')) return [];
  const value = word.value.replace(/^(--?[\w-]+|\w+)=/, '');
  if (value === '' || value.startsWith('-')) return [];
  const isHome = word.hasTilde || /^\w+=~/.test(word.text);
  // `~name` is somebody's home: where that is, is not known here.
  if (isHome && !/^~(\/|$)/.test(value)) return [];
  const path = isHome ? expandHome(item.state.scope.home, value) : value;
  const bases = item.directories ?? [item.state.scope.root];
  return Promise.all(bases.map((base) => findPlace(item.state.scope, resolve(base, path))));
}

function byPlanMode(state: GuardState): Verdict | undefined {
  return state.mode === 'plan'
    ? { decision: 'deny', reason: 'In plan mode only reading is allowed.' }
    : undefined;
}

async function byAllowRules(item: CommandCase): Promise<Verdict | undefined> {
  const { state, reading } = item;
  const rules = commandRules(state.allow);
  const exact = rules.find(
    (rule) => rule.spec !== undefined && !rule.spec.includes('*') && rule.spec === item.command.trim(),
  );
  if (exact !== undefined && reading.doubts.length === 0) return allowedBy(exact);
  if (reading.doubts.length > 0 || reading.calls.length === 0) return undefined;
  const used = reading.calls
    .filter((call) => !isNeutral(item, call))
    .map((call) => allowingRule(rules, call));
  const deciding = used[0];
  if (deciding === undefined || used.includes(undefined)) return undefined;
  const isUniversal = used.every((rule) => rule?.spec === undefined);
  for (const redirect of reading.redirects) {
    if (!(await mayRedirect(item, redirect.effect, redirect.target, isUniversal))) return undefined;
  }
  return allowedBy(deciding);
}

function allowedBy(rule: Rule): Verdict {
  return { decision: 'allow', rule: rule.text, reason: `The rule ${rule.text} allows it.` };
}

/** A rule that covers this call: any call for `Bash`, else only calls that do no more than they say. */
function allowingRule(rules: readonly Rule[], call: ShellCall): Rule | undefined {
  const universal = rules.find((rule) => rule.spec === undefined);
  if (universal !== undefined) return universal;
  if (!isPlain(call)) return undefined;
  const line = call.words.map((word) => word.value).join(' ');
  const own = rules.find((rule) => rule.spec !== undefined && matchesCommand(rule.spec, line, 'narrow'));
  if (own !== undefined) return own;
  if (!call.isTransparent || call.inner.length === 0) return undefined;
  const inner = call.inner.map((wrapped) => allowingRule(rules, wrapped));
  return inner.includes(undefined) ? undefined : inner[0];
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

/** Every directory a `cd` of the line may lead to, from each of the others: order and subshells are not trusted. */
function directoriesOf(state: GuardState, calls: readonly ShellCall[]): readonly string[] | undefined {
  const found = new Set([state.scope.root]);
  for (const call of calls) {
    if (call.baseName !== 'cd' && call.baseName !== 'pushd') continue;
    const target = call.words.slice(1).find((word) => !/^-[LPe@]+$/.test(word.value) && word.value !== '--');
    if (target !== undefined && (!target.isStatic || target.value === '-')) return undefined;
    const path =
      target === undefined
        ? state.scope.home
        : target.hasTilde
          ? expandHome(state.scope.home, target.value)
          : target.value;
    for (const directory of [...found]) found.add(resolve(directory, path));
    if (found.size > 64) return undefined;
  }
  return [...found];
}

function byMode(item: CommandCase): Verdict {
  const { state, reading } = item;
  const doubt = reading.doubts[0];
  if (state.mode === 'bypassPermissions') {
    const couldBeDenied = doubt !== undefined && commandRules(state.deny).length > 0;
    if (!couldBeDenied) return { decision: 'allow', reason: 'Permissions are bypassed.' };
  }
  if (doubt !== undefined) return { decision: 'ask', reason: `It cannot be judged by rules: ${doubt}.` };
  const offeredRule = offeredCommandRule(item.command);
  return {
    decision: 'ask',
    reason: 'Commands are asked for in this mode.',
    ...(offeredRule === undefined ? {} : { offeredRule }),
  };
}
