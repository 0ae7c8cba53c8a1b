import { byAllowRules, exactRule } from './command-allowing.ts';
import { isDangerous } from './command-dangers.ts';
import { offeredCommandRule, readsOnly } from './command-facts.ts';
import { coversWidely, mayRun } from './command-matching.ts';
import { type CommandCase, directoriesOf, globbedPlaces, placesOf } from './command-places.ts';
import type { Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { heldBackBy } from './path-judging.ts';
import { globsProtected, namesProtected, type PathScope } from './paths.ts';
import type { Rule } from './rules.ts';
import { allCalls, readShell, type ShellCall } from './shell-command.ts';
import type { ShellWord } from './shell-word.ts';

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
    mentionsDenied(item) ??
    (await byAllowRules(item)) ??
    byMode(item)
  );
}

/** Whether a command's own text shows that it may write what steers agents or tools, so that it is asked for in every mode. */
export async function showsProtectedWrite(scope: PathScope, command: string): Promise<boolean> {
  const reading = readShell(command);
  const calls = allCalls(reading.calls);
  const state: GuardState = { scope, mode: 'default', deny: [], ask: [], allow: [] };
  const item: CommandCase = { state, command, reading, calls, directories: directoriesOf(state, calls) };
  return (await touchesProtected(item)) !== undefined;
}

const gitMoving = new Set(
  'checkout switch pull merge rebase stash reset restore cherry-pick revert am'.split(' '),
);

/** Whether a command line is nothing but git bringing the work tree to another commit. */
export function movesByGit(command: string): boolean {
  const { calls, doubts, redirects } = readShell(command);
  const isMoving = (call: ShellCall) => {
    const subcommand = call.words.slice(1).find((word) => !word.value.startsWith('-'));
    return call.baseName === 'git' && !isDangerous(call) && gitMoving.has(subcommand?.value ?? '');
  };
  return calls.length > 0 && doubts.length === 0 && redirects.length === 0 && calls.every(isMoving);
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

/** What a deny rule forbids may stand in the words of a program that runs them in a way that is not known here. */
function mentionsDenied(item: CommandCase): Verdict | undefined {
  if (exactRule(item) !== undefined) return undefined;
  for (const rule of commandRules(item.state.deny)) {
    const { spec } = rule;
    const call = spec === undefined ? undefined : item.calls.find((candidate) => mayRun(spec, candidate));
    if (call !== undefined)
      return { decision: 'ask', reason: `${call.baseName} may run what the rule ${rule.text} denies.` };
  }
  return undefined;
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
  const places = word.isTailGlob ? await globbedPlaces(item, word) : await placesOf(item, word);
  if (places === undefined)
    return { decision: 'ask', reason: `It cannot be known which files ${word.text} stands for.` };
  const verdicts = places.flatMap((place) => {
    const read = heldBackBy(item.state, 'read', 'read', place);
    const write = readsOnly(call) ? undefined : heldBackBy(item.state, 'write', 'write', place);
    return [read, write].filter((found) => found !== undefined);
  });
  return verdicts.find((found) => found.decision === 'deny') ?? verdicts[0];
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

function byPlanMode(state: GuardState): Verdict | undefined {
  return state.mode === 'plan'
    ? { decision: 'deny', reason: 'In plan mode only reading is allowed.' }
    : undefined;
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
