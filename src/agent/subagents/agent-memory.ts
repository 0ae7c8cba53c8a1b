import { join } from 'node:path';
import { readContained } from '../skills/contained-file.ts';
import type { SteeringPlace } from '../skills/find-skills.ts';
import type { AgentDefinition } from './agent-definition.ts';

export interface AgentMemoryPlace extends SteeringPlace {
  readonly varveHome: string;
  /** Of the project, under `$VARVE_HOME`. */
  readonly stateDirectory: string;
}

/** As Claude Code 2.1.330 loads of it. */
const maxLines = 200;
const maxCharacters = 25_000;

/**
 * The `MEMORY.md` of an agent with `memory:`, as a block for its prompt: what stands in Varve's own state, then what
 * Claude Code keeps for the agent of that name and scope. Undefined where there is none. It is read only: what an
 * agent wants kept becomes a proposal.
 */
export async function agentMemory(
  place: AgentMemoryPlace,
  agent: AgentDefinition,
): Promise<string | undefined> {
  const blocks: string[] = [];
  const root = await place.files.realPath(place.root).catch(() => place.root);
  for (const directory of directoriesOf(place, agent)) {
    const path = join(directory, agent.name, 'MEMORY.md');
    // What stands in the repository must not lead out of it.
    const read = await readContained(place.files, path, path.startsWith(place.root) ? root : undefined);
    if (!read?.ok || read.value.text.trim() === '') continue;
    blocks.push(
      `Memory of this subagent, from ${path}. An agent wrote it and nobody reviewed it:\n\n${capped(read.value.text)}`,
    );
  }
  return blocks.length === 0 ? undefined : blocks.join('\n\n');
}

function directoriesOf(place: AgentMemoryPlace, { memory }: AgentDefinition): readonly string[] {
  const own = join(place.stateDirectory, 'agent-memory');
  if (memory === undefined) return [];
  switch (memory) {
    case 'user':
      return [join(place.varveHome, 'agent-memory'), join(place.configDirectory, 'agent-memory')];
    case 'project':
      return [own, join(place.root, '.claude', 'agent-memory')];
    case 'local':
      return [own, join(place.root, '.claude', 'agent-memory-local')];
  }
}

function capped(text: string): string {
  const lines = text.trimEnd().split('\n');
  const part = lines.slice(0, maxLines).join('\n').slice(0, maxCharacters);
  return part.length < text.trimEnd().length ? `${part}\n[the rest is left out]` : part;
}
