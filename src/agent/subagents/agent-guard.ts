import { resolveLinks } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import type { Guard, PermissionKey, Verdict } from '../guard/guard.ts';
import { isWithin } from '../skills/contained-file.ts';

const strictness: readonly Verdict['decision'][] = ['allow', 'ask', 'deny'];

/**
 * A guard that lets pass only what both do, so that an agent's own mode can tighten what the run may do and never
 * loosen it. What is remembered, is for both.
 */
export function stricterGuard(one: Guard, other: Guard): Guard {
  return {
    mode: other.mode,
    decide: async (key) => stricter(await one.decide(key), await other.decide(key)),
    remember: (rule) => {
      one.remember(rule);
      other.remember(rule);
    },
  };
}

/**
 * The guard of a subagent in a worktree of its own: `own`, which takes the worktree for its root, decides about files
 * in it; about everything else the run's guard has its say too. `worktree` is a real path.
 */
export function worktreeGuard(files: Files, worktree: string, own: Guard, ofRun: Guard): Guard {
  const both = stricterGuard(ofRun, own);
  return {
    ...both,
    decide: async (key) => ((await isInside(files, worktree, key)) ? own : both).decide(key),
  };
}

async function isInside(files: Files, worktree: string, key: PermissionKey): Promise<boolean> {
  if (!('path' in key)) return false;
  const real = await resolveLinks(files, key.path).catch(() => undefined);
  return real !== undefined && isWithin(worktree, real);
}

function stricter(one: Verdict, other: Verdict): Verdict {
  return strictness.indexOf(one.decision) >= strictness.indexOf(other.decision) ? one : other;
}
