import type { SessionRun } from '../../agent/engine/run-session.ts';
import type { Guard } from '../../agent/guard/guard.ts';
import { systemPrompt } from '../../agent/loop/system-prompt.ts';
import { modelNamed } from '../../agent/model/model-aliases.ts';
import { createSeenFiles } from '../../agent/session/seen-files.ts';
import type { SteeringPlace } from '../../agent/skills/find-skills.ts';
import { loadSkill, rulesOf } from '../../agent/skills/load-skill.ts';
import type { Skill } from '../../agent/skills/skill.ts';
import { stricterGuard, worktreeGuard } from '../../agent/subagents/agent-guard.ts';
import { agentMemory } from '../../agent/subagents/agent-memory.ts';
import { agentPrompt } from '../../agent/subagents/agent-prompt.ts';
import type { SpawnRequest } from '../../agent/subagents/spawn.ts';
import { toolSubset } from '../../agent/subagents/tool-subset.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { offeredTools } from './offered-tools.ts';
import { claudeDirectory } from './protected-homes.ts';
import { composeGuard } from './run-guard.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPartner } from './run-partner.ts';
import { composeTools } from './run-tools.ts';
import type { SubagentSession } from './subagent-session.ts';

/** What the run of a subagent is made from, beside the run that asked for it. */
export interface SubagentMaking {
  readonly cli: CliSurroundings;
  readonly options: RunOptions;
  readonly workspace: MemoryWorkspace;
  readonly partner: RunPartner;
  readonly place: SteeringPlace;
  readonly skills: readonly Skill[];
  /** Tools of skills and of MCP servers, which every agent may have. */
  readonly sharedTools: readonly Tool[];
  /** The run's allow rules. */
  readonly allowed: readonly string[];
  /** The project's memory and what the system prompt says of skills and agents. */
  readonly memory: string;
  readonly listings: readonly string[];
}

type Run = Omit<SessionRun, 'signal' | 'say'>;

/** A run like the one that asked for it, with tools, mode, prompt and limits of the agent. */
export async function subagentRun(
  making: SubagentMaking,
  opened: SubagentSession,
  parent: Run,
  { agent }: SpawnRequest,
  deeper: readonly Tool[],
): Promise<{ readonly run: Run; readonly endTools: () => Promise<void> }> {
  const { cli, options, workspace, partner, sharedTools, allowed } = making;
  const { session, prompt, worktree } = opened;
  // What it changes is in the checkpoint that the run makes before it starts it.
  const { outputSchema: _, checkpoints: __, ...like } = parent;
  const seenFiles = createSeenFiles(session.state.seenFiles);
  const modelName = modelNamed(agent.model ?? parent.modelName, parent.modelName);
  const composed = composeTools({
    cli,
    workspace,
    session,
    partner,
    seenFiles,
    modelName,
    allowed,
    extraTools: [...sharedTools, ...deeper],
    ...(parent.sandbox !== undefined && { sandbox: parent.sandbox }),
  });
  const guard = await guardOf(making, opened, parent, agent.permissionMode);
  const { branch, ...unbranched } = like;
  const run = {
    ...unbranched,
    // A worktree of its own is on no branch.
    ...(branch !== undefined && worktree === undefined && { branch }),
    session,
    prompt,
    resumed: session.state.runs > 0,
    modelName,
    maxTurns: Math.min(agent.maxTurns ?? parent.maxTurns, parent.maxTurns),
    system: await systemOf(making, opened, agent, branch, guard),
    ...(agent.omitsMemory && { memory: { files: [], tokens: 0 } }),
    permissionMode: guard.mode,
    guard,
    tools: toolSubset(offeredTools(composed.tools, options.tools).tools, agent),
    seenFiles,
    root: session.header.cwd,
    takeSteering: () => undefined,
  };
  return { run, endTools: composed.endTools };
}

async function systemOf(
  making: SubagentMaking,
  { session, worktree }: SubagentSession,
  agent: SpawnRequest['agent'],
  branch: string | undefined,
  guard: Guard,
): Promise<readonly string[]> {
  const { cli, workspace, memory, listings, skills, place } = making;
  const day = new Date(cli.clock.now()).toISOString().slice(0, 10);
  const isBranched = branch !== undefined && worktree === undefined;
  const at = { root: session.header.cwd, platform: cli.platform, day, ...(isBranched && { branch }) };
  const named = skills.filter(({ name }) => agent.skills.includes(name));
  const loaded = await Promise.all(named.map((skill) => loadSkill(cli.files, skill, undefined)));
  for (const rule of named.flatMap(rulesOf)) guard.remember(rule);
  const varve = varveHome(cli.environment, cli.homeDirectory);
  const kept = await agentMemory(
    { ...place, varveHome: varve, stateDirectory: workspace.stateDirectory },
    agent,
  );
  const told = [...loaded.map(({ text }) => text), kept ?? ''];
  const parts = [
    ...systemPrompt(at),
    agent.omitsMemory ? '' : memory,
    ...listings,
    agentPrompt(agent, told, worktree !== undefined),
  ];
  return parts.filter((part) => part.trim() !== '');
}

/** The run's guard, tightened by the agent's own mode; in a worktree of its own with that for its root. */
async function guardOf(
  { cli, options, workspace }: SubagentMaking,
  { session, worktree }: SubagentSession,
  parent: Run,
  mode = parent.guard.mode,
): Promise<Guard> {
  if (worktree === undefined && mode === parent.guard.mode) return parent.guard;
  // Varve's own state is protected, and the worktree stands in it: what is outside of it the run's guard decides too.
  const homes = worktree && [claudeDirectory(cli)];
  const { guard } = await composeGuard(cli, options, workspace, session, mode, homes);
  return worktree === undefined
    ? stricterGuard(parent.guard, guard)
    : worktreeGuard(cli.files, worktree.path, guard, parent.guard);
}
