import * as z from 'zod/mini';
import type { PermissionKey } from '../guard/guard.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tools/tool.ts';
import { failedResult, isResult, parseInput, toolDefinition } from '../tools/tool-input.ts';
import type { AgentDefinition } from './agent-definition.ts';
import type { Spawn } from './spawn.ts';

const shape = z.strictObject({
  agent: z.string().check(z.describe('Its name, "general" for any')),
  task: z
    .string()
    .check(z.minLength(1), z.describe('All it needs to know: it sees nothing of this conversation')),
  session: z.optional(z.string().check(z.describe('Session of an earlier subagent, to go on with it'))),
});

type SubagentInput = z.infer<typeof shape>;

export interface SubagentToolDependencies {
  readonly agents: readonly AgentDefinition[];
  /** Agents that a rule `Agent(name)` asks for before they are started. */
  readonly askFirst: ReadonlySet<string>;
  /** Whether it can change nothing of the work tree it shares with others. */
  readonly onlyReads: (agent: AgentDefinition) => boolean;
  readonly spawn: Spawn;
  /** Sessions that calls left open by an interrupted run had begun. */
  readonly begun: ReadonlyMap<string, string>;
}

/** Hands a part of the work to a run of its own, with a journal, a memory and tools of its own. */
export function createSubagentTool(dependencies: SubagentToolDependencies): Tool {
  const agentOf = (name: string) => dependencies.agents.find((agent) => agent.name === name);
  return {
    definition: toolDefinition(
      'subagent',
      'Hand a part of the work to a subagent and get its report. Calls in one answer go side by side where they only read.',
      shape,
    ),
    effect: 'execute',
    sideBySide: (input) => {
      const parsed = z.safeParse(shape, input);
      const agent = parsed.success ? agentOf(parsed.data.agent) : undefined;
      return agent !== undefined && (agent.isolation === 'worktree' || dependencies.onlyReads(agent));
    },
    plan: async (input, context) => {
      const parsed = parseInput('subagent', shape, input);
      if (isResult(parsed)) return parsed;
      const agent = agentOf(parsed.agent);
      if (agent === undefined) return unknownAgent(dependencies.agents, parsed.agent);
      return planSubagent(dependencies, agent, parsed, context);
    },
  };
}

function planSubagent(
  dependencies: SubagentToolDependencies,
  agent: AgentDefinition,
  input: SubagentInput,
  context: ToolContext,
): ToolPlan {
  return {
    summary: `Subagent ${agent.name}: ${oneLine(input.task)}`,
    effect: dependencies.onlyReads(agent) ? 'read' : 'execute',
    permission: permissionOf(dependencies, agent, context),
    detail: input.task,
    run: (running) => runSubagent(dependencies, agent, input, running),
  };
}

/** What it does is judged call by call; starting it is asked for where a rule says so. */
function permissionOf(
  { askFirst }: SubagentToolDependencies,
  { name }: AgentDefinition,
  { root }: ToolContext,
): PermissionKey {
  return askFirst.has(name)
    ? { tool: 'Agent', effect: 'external', target: name }
    : { tool: 'subagent', effect: 'read', path: root };
}

async function runSubagent(
  { spawn, begun }: SubagentToolDependencies,
  agent: AgentDefinition,
  input: SubagentInput,
  context: ToolContext,
): Promise<ToolResult> {
  const callId = context.callId ?? '';
  const interrupted = begun.get(callId);
  const end = await spawn({
    agent,
    task: input.task,
    callId,
    session: interrupted ?? input.session,
    isInterrupted: interrupted !== undefined,
    signal: context.signal,
    onStart: async (session) => {
      await context.tell?.({ type: 'subagent-start', agent: agent.name, session });
    },
  });
  const text = end.text.trim() === '' ? '(It ended without a report.)' : end.text;
  const mark = end.session === undefined ? '' : `\n[Subagent ${agent.name}, session ${end.session}]`;
  return { ok: end.ok, text: `${text}${mark}`, ...(end.interrupted === true && { open: true }) };
}

/** One block of the system prompt that names each agent; undefined where there is only the built-in one. */
export function agentListing(agents: readonly AgentDefinition[]): string | undefined {
  if (agents.every(({ source }) => source === 'built-in')) return undefined;
  const lines = ['Subagents that subagent can start:'];
  let room = maxListing;
  const left: string[] = [];
  for (const { name, description } of agents) {
    const line = cut(`- ${name}: ${description}`, maxLine);
    if (line.length > room) left.push(name);
    else lines.push(line);
    room -= line.length;
  }
  if (left.length > 0)
    lines.push(cut(`[${left.length} more, without room for what they are for: ${left.join(', ')}]`, maxLine));
  return lines.join('\n');
}

const maxListing = 6_000;
const maxLine = 1_024;

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function oneLine(text: string): string {
  return cut(text.replace(/\s+/g, ' ').trim(), 100);
}

function unknownAgent(agents: readonly AgentDefinition[], name: string): ToolResult {
  const names = agents.map((agent) => agent.name).join(', ');
  return failedResult(`There is no subagent "${name.slice(0, 100)}". There are: ${names}.`);
}
