import { dirname, relative, sep } from 'node:path';
import type { Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { findPlace, matchesPath, type Place } from './paths.ts';
import type { Rule } from './rules.ts';

/** The verdict on one path for a tool. Deny and ask rules see the path as written and behind its links, allow rules the latter only. */
export async function judgePath(
  state: GuardState,
  tool: string,
  effect: 'read' | 'write',
  path: string,
): Promise<Verdict> {
  return judgePlace(state, tool, effect, await findPlace(state.scope, path));
}

export function judgePlace(state: GuardState, tool: string, effect: 'read' | 'write', place: Place): Verdict {
  const heldBack = heldBackBy(state, tool, effect, place);
  if (heldBack !== undefined) return heldBack;
  if (place.real === undefined)
    return { decision: 'ask', reason: 'It is a link that leads nowhere or cannot be followed.' };
  if (effect === 'write') {
    if (place.isProtected)
      return { decision: 'ask', reason: 'It steers agents or tools, so it is always asked for.' };
    if (state.mode === 'plan') return { decision: 'deny', reason: 'In plan mode only reading is allowed.' };
  }
  const real = place.real;
  const allowed = state.allow.find(
    (rule) => isAbout(rule, tool, effect) && matchesPath(state.scope, rule, real),
  );
  if (allowed !== undefined)
    return { decision: 'allow', rule: allowed.text, reason: `The rule ${allowed.text} allows it.` };
  return byMode(state, effect, place, real);
}

/** A deny or ask rule that covers the place. */
export function heldBackBy(
  state: GuardState,
  tool: string,
  effect: 'read' | 'write',
  place: Place,
): Verdict | undefined {
  const names = place.real === undefined ? [place.path] : [place.path, place.real];
  const covers = (rule: Rule) =>
    isAbout(rule, tool, effect) && names.some((name) => matchesPath(state.scope, rule, name));
  const denied = state.deny.find(covers);
  if (denied !== undefined)
    return { decision: 'deny', rule: denied.text, reason: `The rule ${denied.text} denies it.` };
  const asked = state.ask.find(covers);
  return asked && { decision: 'ask', rule: asked.text, reason: `The rule ${asked.text} asks for it.` };
}

/** Whether a rule speaks of this tool's effect. Reading what may not be read is no way to change it either. */
function isAbout(rule: Rule, tool: string, effect: 'read' | 'write'): boolean {
  switch (rule.subject.kind) {
    case 'command':
      return false;
    case 'read':
      return effect === 'read';
    case 'edit':
      return effect === 'write';
    case 'tool':
      return rule.subject.name === tool;
  }
}

function byMode(state: GuardState, effect: 'read' | 'write', place: Place, real: string): Verdict {
  if (state.mode === 'bypassPermissions') return { decision: 'allow', reason: 'Permissions are bypassed.' };
  if (!place.isInside) {
    const offeredRule =
      effect === 'read' ? `Read(/${toSlashes(dirname(real))}/**)` : `Edit(/${toSlashes(real)})`;
    return { decision: 'ask', reason: 'It lies outside the workspace.', offeredRule };
  }
  if (effect === 'read') return { decision: 'allow', reason: 'Reading inside the workspace is allowed.' };
  if (state.mode === 'acceptEdits')
    return { decision: 'allow', reason: 'Edits inside the workspace are accepted.' };
  return {
    decision: 'ask',
    reason: 'Changes are asked for in this mode.',
    offeredRule: editRule(state, real),
  };
}

/** The directory of the file, or the file itself where that would be the whole workspace. */
function editRule(state: GuardState, real: string): string {
  const inside = relative(state.scope.root, real);
  const directory = dirname(inside);
  return directory === '.' ? `Edit(./${toSlashes(inside)})` : `Edit(./${toSlashes(directory)}/**)`;
}

function toSlashes(path: string): string {
  return path.split(sep).join('/');
}
