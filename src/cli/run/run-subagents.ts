import type { RunEvent } from '../../agent/engine/run-channel.ts';
import { type RunEnd, runSession, type SessionRun } from '../../agent/engine/run-session.ts';
import type { Session } from '../../agent/session/session.ts';
import type { AgentDefinition } from '../../agent/subagents/agent-definition.ts';
import type { Spawn, SpawnEnd, SpawnRequest } from '../../agent/subagents/spawn.ts';
import { createSubagentTool } from '../../agent/subagents/subagent-tool.ts';
import { toolSubset } from '../../agent/subagents/tool-subset.ts';
import { endWorktree } from '../../agent/subagents/worktree.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { approverFor, nestedEvents } from './subagent-channel.ts';
import { type SubagentMaking, subagentRun } from './subagent-run.ts';
import { openSubagentSession, type SubagentSession, worktreesOf } from './subagent-session.ts';

/** A run that may start subagents, and who hears it. */
export interface ParentRun {
  readonly run: Omit<SessionRun, 'signal' | 'say'>;
  readonly say: (event: RunEvent) => void;
}

export interface SubagentSurroundings extends SubagentMaking {
  readonly agents: readonly AgentDefinition[];
  /** Agents that a rule asks for before they are started. */
  readonly askFirst: ReadonlySet<string>;
  /** Hears what each of them cost, in US dollars; `null` where that is not known. */
  readonly onCost: (costUsd: number | null) => void;
}

/** The run itself, what it starts, and what that starts. */
const maxDepth = 2;

/**
 * The tool that starts subagents of a run. Each is a session of its own in this process: same model server, budget,
 * rules and person to ask. `parent` is known only when the run begins, which is before any call.
 */
export function composeSubagents(
  surroundings: SubagentSurroundings,
  session: Session,
  parent: () => ParentRun,
  depth = 1,
): Tool {
  const { agents, askFirst } = surroundings;
  const begun = session.state.openCalls.flatMap(({ id, subagent }): [string, string][] =>
    subagent === undefined ? [] : [[id, subagent]],
  );
  return createSubagentTool({
    agents,
    askFirst,
    begun: new Map(begun),
    onlyReads: (agent) => toolSubset(parent().run.tools, agent).every(({ effect }) => effect === 'read'),
    spawn: spawnIn(surroundings, session, parent, depth),
  });
}

function spawnIn(
  surroundings: SubagentSurroundings,
  session: Session,
  parent: () => ParentRun,
  depth: number,
): Spawn {
  return async (request) => {
    try {
      const opened = await openSubagentSession(surroundings, session, request);
      if (!opened.ok) return { ok: false, text: opened.error };
      return await carryOut(surroundings, opened.value, parent(), request, depth);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { ok: false, text: `The subagent could not go on: ${why}` };
    }
  };
}

async function carryOut(
  surroundings: SubagentSurroundings,
  opened: SubagentSession,
  parent: ParentRun,
  request: SpawnRequest,
  depth: number,
): Promise<SpawnEnd> {
  const { session, worktree, finished } = opened;
  try {
    if (finished !== undefined) return { ...finished, session: session.id };
    await request.onStart(session.id);
    const end = await runChild(surroundings, opened, parent, request, depth);
    surroundings.onCost(end.costUsd);
    const report = spawnEnd(session.id, end);
    if (worktree === undefined || report.interrupted === true) return report;
    const left = await endWorktree(worktreesOf(surroundings), worktree);
    return { ...report, text: `${report.text}\n\n${left}` };
  } finally {
    await session.close();
  }
}

async function runChild(
  surroundings: SubagentSurroundings,
  opened: SubagentSession,
  parent: ParentRun,
  request: SpawnRequest,
  depth: number,
): Promise<RunEnd> {
  const { session } = opened;
  const say = nestedEvents(parent.say, request.callId, request.agent.name);
  const own: { run?: ParentRun['run'] } = {};
  const below = (): ParentRun => {
    if (own.run === undefined) throw new Error('A subagent was asked for before its run began.');
    return { run: own.run, say };
  };
  const deeper = depth < maxDepth ? [composeSubagents(surroundings, session, below, depth + 1)] : [];
  const made = await subagentRun(surroundings, opened, parent.run, request, deeper);
  const approver = approverFor({ ...parent, callId: request.callId, agent: request.agent.name });
  own.run = { ...made.run, approver };
  try {
    return await runSession({ ...own.run, signal: request.signal, say });
  } finally {
    await made.endTools();
  }
}

function spawnEnd(session: string, { outcome, message }: RunEnd): SpawnEnd {
  if (outcome === 'success') return { ok: true, text: message, session };
  const text = `The subagent did not come to its end (${outcome}). ${message}`;
  return { ok: false, text, session, ...(outcome === 'interrupted' && { interrupted: true }) };
}
