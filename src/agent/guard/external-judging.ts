import { matchGlob } from '../../base/glob.ts';
import type { Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { type Reading, type Rule, toolName } from './rules.ts';

/** The verdict on a call that leaves this machine or this run: a fetch, a server's tool, a subagent, a skill. */
export function judgeExternal(state: GuardState, tool: string, target: string): Verdict {
  const covers = (reading: Reading) => (rule: Rule) =>
    coversTool(rule, toolName(tool), reading) && coversTarget(rule.spec, target, reading);
  const denied = state.deny.find(covers('wide'));
  if (denied !== undefined)
    return { decision: 'deny', rule: denied.text, reason: `The rule ${denied.text} denies it.` };
  const asked = state.ask.find(covers('wide'));
  if (asked !== undefined)
    return { decision: 'ask', rule: asked.text, reason: `The rule ${asked.text} asks for it.` };
  if (state.mode === 'plan') return { decision: 'deny', reason: 'In plan mode only reading is allowed.' };
  const allowed = state.allow.find(covers('narrow'));
  if (allowed !== undefined)
    return { decision: 'allow', rule: allowed.text, reason: `The rule ${allowed.text} allows it.` };
  if (state.mode === 'bypassPermissions') return { decision: 'allow', reason: 'Permissions are bypassed.' };
  const host = hostOf(target);
  const offeredRule =
    host === undefined || toolName(tool) !== 'web_fetch' ? tool : `WebFetch(domain:${host})`;
  return { decision: 'ask', reason: 'It reaches outside this machine.', offeredRule };
}

/** `mcp__server` and `mcp__server__*` cover every tool of that server; `*` alone only where a rule reads widely. */
function coversTool(rule: Rule, tool: string, reading: Reading): boolean {
  if (rule.subject.kind !== 'tool') return false;
  const { name } = rule.subject;
  if (name === '*') return reading === 'wide';
  if (name === tool) return true;
  if (name.includes('*')) return name.startsWith('mcp__') && matchGlob(name, tool);
  return name.startsWith('mcp__') && tool.startsWith(`${name}__`);
}

function coversTarget(spec: string | undefined, target: string, reading: Reading): boolean {
  if (spec === undefined || spec === target) return true;
  const domain = /^domain:(.+)$/.exec(spec)?.[1]?.trim().toLowerCase().replace(/\.$/, '');
  if (domain === undefined) return false;
  const host = hostOf(target);
  // Where the host cannot be read, a rule that holds back holds.
  if (host === undefined) return reading === 'wide';
  if (domain === '*') return true;
  if (domain.startsWith('*.'))
    return host.endsWith(domain.slice(1)) || (reading === 'wide' && host === domain.slice(2));
  return host === domain || (reading === 'wide' && host.endsWith(`.${domain}`));
}

function hostOf(target: string): string | undefined {
  try {
    const url = new URL(target);
    if (!['http:', 'https:'].includes(url.protocol)) return undefined;
    return url.hostname.toLowerCase().replace(/\.$/, '');
  } catch {
    return undefined;
  }
}
