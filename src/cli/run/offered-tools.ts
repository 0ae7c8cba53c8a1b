import type { Tool } from '../../agent/tools/tool.ts';

/** What Claude Code (2.1.330) calls tools that we have too. `Edit` is one tool there. */
const CLAUDE_NAMES: Readonly<Record<string, readonly string[]>> = {
  AskUserQuestion: ['ask_user'],
  Bash: ['run_command'],
  Edit: ['edit', 'multi_edit'],
  Glob: ['glob'],
  Grep: ['grep'],
  LS: ['list'],
  MultiEdit: ['multi_edit'],
  Read: ['read', 'list'],
  Skill: ['skill'],
  Task: ['subagent'],
  TodoWrite: ['todo'],
  WebFetch: ['fetch'],
  Write: ['write'],
};

export interface OfferedTools {
  readonly tools: readonly Tool[];
  /** Names that mean no tool of this run. */
  readonly unknown: readonly string[];
}

/** The tools that `--tools` leaves, in the order they had: by our names or Claude Code's, `default` for all. */
export function offeredTools(tools: readonly Tool[], names: readonly string[] | undefined): OfferedTools {
  if (names === undefined || names.includes('default')) return { tools, unknown: [] };
  const wanted = new Set(names.flatMap((name) => [name, ...(CLAUDE_NAMES[name] ?? [])]));
  const left = tools.filter(({ definition }) => wanted.has(definition.name));
  const has = (name: string): boolean => left.some(({ definition }) => definition.name === name);
  const unknown = names.filter((name) => !has(name) && !(CLAUDE_NAMES[name] ?? []).some(has));
  return { tools: left, unknown };
}
