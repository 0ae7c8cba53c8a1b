import type { AgentDefinition } from './agent-definition.ts';

/** What a subagent is told beside the prompt that every run has and the project's memory. */
export function agentPrompt(
  { name, prompt }: AgentDefinition,
  loaded: readonly string[],
  worktree: boolean,
): string {
  const place = worktree
    ? ' You work in a worktree of your own, made from the last commit: changes of the main work tree that are not committed are not in it.'
    : '';
  const role = `You are the subagent "${name}", started by another agent for one part of its work.${place} Nobody reads along: your last answer is your report to it. Say in it what you found or changed, with paths and lines, and what is left. Do not ask back; if something is missing, say so.`;
  return [role, prompt, ...loaded].filter((part) => part !== '').join('\n\n');
}
