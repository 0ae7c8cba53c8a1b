import { join } from 'node:path';
import type { Files } from '../../base/files.ts';
import { readFrontMatter } from '../../memory/file/front-matter.ts';
import { readContained, upTo } from '../skills/contained-file.ts';
import type { SteeringPlace } from '../skills/find-skills.ts';
import { type AgentDefinition, readAgent } from './agent-definition.ts';

export interface FoundAgents {
  /** By name, each once; the built-in one among them. */
  readonly agents: readonly AgentDefinition[];
  /** Sentences about what is not as it should be; nothing here is fatal. */
  readonly problems: readonly string[];
}

/** For whatever needs no agent of its own kind. */
const general: AgentDefinition = {
  name: 'general',
  description:
    'A part of the work with many steps whose details you do not need: searching widely, a change of its own.',
  prompt: '',
  source: 'built-in',
  disallowedTools: [],
  skills: [],
  omitsMemory: false,
};

const maxFiles = 500;
const maxDepth = 8;

/**
 * The agents of this place. Of two with one name the first counts: those of `--agents`, then `.claude/agents/**` from
 * `cwd` up to `root`, then the user's, then our own (Claude Code 2.1.330). Never throws.
 */
export async function findAgents(place: SteeringPlace, option: string | undefined): Promise<FoundAgents> {
  const given = option === undefined ? { agents: [], problems: [] } : readAgentsOption(option);
  const within = await place.files.realPath(place.root).catch(() => place.root);
  const user = join(place.configDirectory, 'agents');
  const project = upTo(place.root, place.cwd)
    .map((directory) => join(directory, '.claude', 'agents'))
    .filter((directory) => directory !== user);
  const found: FoundAgents[] = [given];
  for (const directory of project) found.push(await agentsIn(place.files, directory, 'project', within));
  found.push(await agentsIn(place.files, user, 'user', undefined));
  const agents = new Map<string, AgentDefinition>();
  for (const agent of [...found.flatMap((one) => one.agents), general])
    if (!agents.has(agent.name)) agents.set(agent.name, agent);
  return {
    agents: [...agents.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    problems: found.flatMap(({ problems }) => problems),
  };
}

/** `--agents '{"name": {"description": "…", "prompt": "…", …}}'`, as Claude Code 2.1.330 takes it. */
export function readAgentsOption(json: string): FoundAgents {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { agents: [], problems: ['--agents is not valid JSON and does not count.'] };
  }
  if (!isObject(value))
    return { agents: [], problems: ['--agents is not a JSON object of agents and does not count.'] };
  const read = Object.entries(value).map(([name, fields]) => {
    if (!isObject(fields))
      return { agent: undefined, problems: [`--agents, ${name}: It is no JSON object.`] };
    const prompt = fields['prompt'];
    const { agent, problems } = readAgent(
      { ...fields, name },
      typeof prompt === 'string' ? prompt : '',
      'option',
    );
    return { agent, problems: problems.map((problem) => `--agents, ${name}: ${problem}`) };
  });
  return {
    agents: read.flatMap(({ agent }) => agent ?? []),
    problems: read.flatMap(({ problems }) => problems),
  };
}

async function agentsIn(
  files: Files,
  directory: string,
  source: 'user' | 'project',
  within: string | undefined,
): Promise<FoundAgents> {
  const agents: AgentDefinition[] = [];
  const problems: string[] = [];
  const paths = (await markdownBelow(files, directory, maxDepth)).slice(0, maxFiles);
  for (const path of paths) {
    const read = await readContained(files, path, within);
    if (read === undefined) continue;
    if (!read.ok) {
      problems.push(read.error);
      continue;
    }
    const { frontMatter, bodyStart, problems: broken } = readFrontMatter(read.value.text);
    // Notes beside the agents, e.g. a README, are none.
    if (frontMatter === undefined) continue;
    const { agent, problems: own } =
      broken.length > 0
        ? { agent: undefined, problems: broken.map(({ message }) => message) }
        : readAgent(frontMatter.values, read.value.text.slice(bodyStart), source);
    problems.push(...own.map((problem) => `${path}: ${problem}`));
    if (agent !== undefined) agents.push(agent);
  }
  return { agents, problems };
}

/** In order of their paths; links to directories are not followed. */
async function markdownBelow(files: Files, directory: string, depth: number): Promise<readonly string[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  const sorted = [...entries].sort((one, other) => (one.name < other.name ? -1 : 1));
  const found: string[] = [];
  for (const { name, kind } of sorted) {
    if (found.length >= maxFiles) break;
    const path = join(directory, name);
    if (name.endsWith('.md')) found.push(path);
    else if (kind === 'directory' && depth > 1) found.push(...(await markdownBelow(files, path, depth - 1)));
  }
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
