import type { Tool } from '../tools/tool.ts';

/** Claude Code's names (2.1.330) and the tools of ours that do the same. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  Read: ['read'],
  LS: ['list'],
  Glob: ['glob'],
  Grep: ['grep'],
  Edit: ['edit', 'multi_edit'],
  MultiEdit: ['multi_edit'],
  Write: ['write'],
  Bash: ['run_command', 'command_output', 'stop_command'],
  BashOutput: ['command_output'],
  KillShell: ['stop_command'],
  WebFetch: ['fetch_url'],
  TodoWrite: ['todo'],
  AskUserQuestion: ['ask_user'],
  Skill: ['skill'],
  Agent: ['subagent'],
  Task: ['subagent'],
};

/** Whoever may look at files at all may list and search memory: that reads less than `read` does. */
const withRead = ['list', 'recall'];

/**
 * The tools an agent may have: of the run's own, those it names, without those it must not have. Names stand for one
 * tool, `mcp__server` for all of a server; what stands in parentheses is the guard's business.
 */
export function toolSubset(
  tools: readonly Tool[],
  agent: { readonly tools?: readonly string[]; readonly disallowedTools: readonly string[] },
): readonly Tool[] {
  const allowed = agent.tools === undefined ? undefined : expanded(agent.tools);
  // `Bash(rm *)` among the disallowed is a rule about some calls, not about the tool.
  const refused = expanded(agent.disallowedTools.filter((name) => !name.includes('(')));
  return tools.filter(({ definition: { name } }) => {
    const isNamed =
      allowed === undefined || covers(allowed, name) || (allowed.has('read') && withRead.includes(name));
    return isNamed && !covers(refused, name);
  });
}

function expanded(names: readonly string[]): ReadonlySet<string> {
  return new Set(
    names.flatMap((given) => {
      const name = given.replace(/\([\s\S]*$/, '').trim();
      return sameAs[name] ?? [name.replace(/__\*$/, '')];
    }),
  );
}

function covers(names: ReadonlySet<string>, tool: string): boolean {
  if (names.has(tool)) return true;
  const server = /^mcp__.+?(?=__)/.exec(tool)?.[0];
  return server !== undefined && names.has(server);
}
