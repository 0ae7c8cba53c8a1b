import type { Files } from '../../base/files.ts';
import { judgeCommand } from './command-judging.ts';
import type { Guard, PermissionKey, PermissionMode, Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { judgePath } from './path-judging.ts';
import { parseRule, parseRules, type Rule, type RuleSet } from './rules.ts';

export interface GuardOptions {
  readonly files: Files;
  /** The workspace root; links in it are followed at the first decision. */
  readonly root: string;
  /** The user's home directory. */
  readonly home: string;
  readonly mode: PermissionMode;
  readonly rules: RuleSet;
  /** Directories that are always asked for, e.g. `$VARVE_HOME` and `$CLAUDE_CONFIG_DIR`. */
  readonly alsoProtected?: readonly string[];
}

/**
 * A guard over rules in Claude Code's syntax. Deny wins over ask, ask over allow, and what no rule covers is decided
 * by the mode: *default* lets reads inside the root pass and asks for the rest; *acceptEdits* also lets edits inside
 * the root pass; *plan* lets reads pass and denies the rest; *dontAsk* denies what *default* would ask;
 * *bypassPermissions* lets all pass that no rule holds. Protected paths are asked for in every mode, allow rules or not.
 */
export function createGuard(options: GuardOptions): Guard {
  const { files, root, home, mode, rules, alsoProtected = [] } = options;
  const allow = [...parseRules(rules.allow)];
  const sorted = { mode, deny: parseRules(rules.deny), ask: parseRules(rules.ask), allow };
  let state: Promise<GuardState> | undefined;
  return {
    mode,
    decide: async (key) => {
      state ??= realRoot(files, root).then((real) => ({
        ...sorted,
        scope: { files, root: real, home, alsoProtected },
      }));
      return withoutAsking(mode, await judge(await state, key));
    },
    remember: (text) => {
      const rule = parseRule(text);
      if (rule !== undefined) allow.push(rule);
    },
  };
}

/** Paths are compared behind their links, so the root must be too. */
function realRoot(files: Files, root: string): Promise<string> {
  return files.realPath(root).catch(() => root);
}

async function judge(state: GuardState, key: PermissionKey): Promise<Verdict> {
  try {
    switch (key.effect) {
      case 'read':
      case 'write':
        return await judgePath(state, key.tool, key.effect, key.path);
      case 'execute':
        return await judgeCommand(state, key.command);
      case 'external':
        return judgeExternal(state, key.tool, key.target);
    }
  } catch (error) {
    // A guard that fails must not let pass.
    return {
      decision: 'ask',
      reason: `It could not be judged (${error instanceof Error ? error.message : 'unknown reason'}).`,
    };
  }
}

function withoutAsking(mode: PermissionMode, verdict: Verdict): Verdict {
  if (mode !== 'dontAsk' || verdict.decision !== 'ask') return verdict;
  const rule = verdict.rule === undefined ? {} : { rule: verdict.rule };
  return {
    decision: 'deny',
    reason: `${verdict.reason} In this mode nothing is asked, so it is denied.`,
    ...rule,
  };
}

function judgeExternal(state: GuardState, tool: string, target: string): Verdict {
  const covers = (rule: Rule) =>
    rule.subject.kind === 'tool' &&
    (rule.subject.name === tool || tool.startsWith(`${rule.subject.name}__`)) &&
    (rule.spec === undefined || rule.spec === target);
  const denied = state.deny.find(covers);
  if (denied !== undefined)
    return { decision: 'deny', rule: denied.text, reason: `The rule ${denied.text} denies it.` };
  const asked = state.ask.find(covers);
  if (asked !== undefined)
    return { decision: 'ask', rule: asked.text, reason: `The rule ${asked.text} asks for it.` };
  if (state.mode === 'plan') return { decision: 'deny', reason: 'In plan mode only reading is allowed.' };
  const allowed = state.allow.find(covers);
  if (allowed !== undefined)
    return { decision: 'allow', rule: allowed.text, reason: `The rule ${allowed.text} allows it.` };
  if (state.mode === 'bypassPermissions') return { decision: 'allow', reason: 'Permissions are bypassed.' };
  return { decision: 'ask', reason: 'It reaches outside this machine.', offeredRule: tool };
}
