import type { Files } from '../../base/files.ts';
import { judgeCommand } from './command-judging.ts';
import { judgeExternal } from './external-judging.ts';
import type { Guard, PermissionKey, PermissionMode, Verdict } from './guard.ts';
import type { GuardState } from './guard-state.ts';
import { judgePath } from './path-judging.ts';
import { parseHoldingRules, parseRule, parseRules, type RuleSet } from './rules.ts';

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
  /** Directories that count as the workspace beside its root (`--add-dir`), absolute; links in them are followed at the first decision. */
  readonly additionalRoots?: readonly string[];
}

/**
 * A guard over rules in Claude Code's syntax. Deny wins over ask, ask over allow, and what no rule covers is decided
 * by the mode: *default* lets reads inside the root pass and asks for the rest; *acceptEdits* also lets edits inside
 * the root pass; *plan* lets reads pass and denies the rest; *dontAsk* denies what *default* would ask;
 * *bypassPermissions* lets all pass that no rule holds. Protected paths are asked for in every mode, allow rules or not.
 */
export function createGuard(options: GuardOptions): Guard {
  const { files, root, home, mode, rules, alsoProtected = [], additionalRoots = [] } = options;
  const allow = [...parseRules(rules.allow)];
  const sorted = { mode, deny: parseHoldingRules(rules.deny), ask: parseHoldingRules(rules.ask), allow };
  let state: Promise<GuardState> | undefined;
  return {
    mode,
    decide: async (key) => {
      state ??= Promise.all([root, ...additionalRoots].map((path) => realRoot(files, path))).then(
        ([real = root, ...more]) => ({
          ...sorted,
          scope: { files, root: real, home, alsoProtected, additionalRoots: more },
        }),
      );
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
