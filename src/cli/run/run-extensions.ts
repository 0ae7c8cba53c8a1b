import type { RunEvent } from '../../agent/engine/run-channel.ts';
import type { Guard } from '../../agent/guard/guard.ts';
import type { Session } from '../../agent/session/session.ts';
import type { SteeringPlace } from '../../agent/skills/find-skills.ts';
import { findAgents } from '../../agent/subagents/find-agents.ts';
import { agentListing } from '../../agent/subagents/subagent-tool.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import { claudeDirectory } from './protected-homes.ts';
import { ruledBy } from './ruled-by.ts';
import { composeMcp } from './run-mcp.ts';
import type { RunOptions } from './run-options.ts';
import type { RunPartner } from './run-partner.ts';
import { composeSkills } from './run-skills.ts';
import { composeSubagents, type ParentRun } from './run-subagents.ts';

export interface ExtensionSurroundings {
  readonly cli: CliSurroundings;
  readonly options: RunOptions;
  readonly workspace: MemoryWorkspace;
  readonly session: Session;
  readonly partner: RunPartner;
  readonly guard: Guard;
  /** The run's allow rules. */
  readonly allowed: readonly string[];
  /** The project's memory, as it goes into the system prompt. */
  readonly memory: string;
}

/** What a place and its person add to a run: skills, subagents, MCP servers. */
export interface RunExtensions {
  readonly tools: readonly Tool[];
  /** Blocks of the system prompt. */
  readonly system: readonly string[];
  readonly remarks: readonly string[];
  /** Hears a run of this session before whoever it is said to: subagents are made like it and what they cost is added. */
  around(run: ParentRun['run'], say: (event: RunEvent) => void): (event: RunEvent) => void;
  /** Ends what was started for it. */
  end(): Promise<void>;
}

const maxRemarks = 10;

/** Finds what there is and starts what has to be started. Never rejects: what is not as it should be is a remark. */
export async function composeExtensions(surroundings: ExtensionSurroundings): Promise<RunExtensions> {
  const { cli, options, workspace, guard, session } = surroundings;
  const place: SteeringPlace = {
    files: cli.files,
    cwd: session.header.cwd,
    root: workspace.root,
    home: cli.homeDirectory,
    configDirectory: claudeDirectory(cli),
  };
  const [skills, found, mcp] = await Promise.all([
    composeSkills(place, guard),
    findAgents(place, options.agents),
    composeMcp(cli, options, place),
  ]);
  const { left: agents, askFirst } = await ruledBy(guard, 'Agent', found.agents);
  const listings = [skills.listing, agentListing(agents)].filter((block) => block !== undefined);
  const current: { parent?: ParentRun; spentUsd: number | null } = { spentUsd: 0 };
  const making = { ...surroundings, place, skills: skills.skills, listings };
  const sharedTools = [...skills.tools, ...mcp.tools];
  const subagent = composeSubagents(
    {
      ...making,
      sharedTools,
      agents,
      askFirst,
      onCost: (cost) => {
        current.spentUsd = plus(current.spentUsd, cost);
      },
    },
    session,
    () => {
      if (current.parent === undefined) throw new Error('A subagent was asked for before the run began.');
      return current.parent;
    },
  );
  const names = {
    agents: agents.map(({ name }) => name),
    skills: skills.skills.map(({ name }) => name),
    mcpServers: mcp.servers,
  };
  return {
    tools: agents.length === 0 ? sharedTools : [...sharedTools, subagent],
    system: listings,
    remarks: [...shortened([...skills.problems, ...found.problems]), ...mcp.problems],
    around: (run, say) => {
      current.parent = { run, say };
      current.spentUsd = 0;
      return (event) => say(completed(event, names, current.spentUsd));
    },
    end: () => mcp.end(),
  };
}

function completed(
  event: RunEvent,
  names: Pick<RunEvent & { readonly type: 'run-start' }, 'agents' | 'skills' | 'mcpServers'>,
  spentUsd: number | null,
): RunEvent {
  switch (event.type) {
    case 'run-start':
      return { ...event, ...names };
    case 'usage-update':
    case 'run-end':
      return { ...event, costUsd: plus(event.costUsd, spentUsd) };
    default:
      return event;
  }
}

function plus(one: number | null, other: number | null): number | null {
  return one === null || other === null ? null : one + other;
}

function shortened(problems: readonly string[]): readonly string[] {
  if (problems.length <= maxRemarks) return problems;
  const more = problems.length - maxRemarks;
  return [...problems.slice(0, maxRemarks), `${more} more remarks about skills and agents are left out.`];
}
