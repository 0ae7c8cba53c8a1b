import { type PermissionMode, permissionModes } from '../guard/guard.ts';
import { readToolList } from '../skills/tool-list.ts';

/** A kind of helper that a run may hand a part of its work to. */
export interface AgentDefinition {
  readonly name: string;
  /** What it is for, in one line. */
  readonly description: string;
  /** What it is told beside the task. */
  readonly prompt: string;
  readonly source: 'built-in' | 'user' | 'project' | 'option';
  /** Tools by Claude Code's names or ours; all of the run's unless told. */
  readonly tools?: readonly string[];
  readonly disallowedTools: readonly string[];
  /** An alias or a name of a model; the run's own unless told. */
  readonly model?: string;
  /** Counts where it is stricter than the run's. */
  readonly permissionMode?: PermissionMode;
  readonly maxTurns?: number;
  /** Skills that are loaded from the start. */
  readonly skills: readonly string[];
  readonly memory?: AgentMemoryScope;
  /** It works in a worktree of its own. */
  readonly isolation?: 'worktree';
  /** Project memory is left out. */
  readonly omitsMemory: boolean;
}

export const agentMemoryScopes = ['user', 'project', 'local'] as const;
export type AgentMemoryScope = (typeof agentMemoryScopes)[number];

export interface AgentReading {
  /** Undefined where it cannot be used. */
  readonly agent: AgentDefinition | undefined;
  readonly problems: readonly string[];
}

/** Claude Code's fields (2.1.330) that we know and do not carry out. */
const unsupported = ['hooks', 'mcpServers', 'initialPrompt', 'effort'] as const;

/**
 * An agent from the fields of its front matter or of `--agents`. As in Claude Code 2.1.330 one without name or
 * description is not offered; what we do not carry out is told.
 */
export function readAgent(
  values: Readonly<Record<string, unknown>>,
  prompt: string,
  source: AgentDefinition['source'],
): AgentReading {
  const problems: string[] = [];
  const name = textOf(values['name']);
  const description = textOf(values['description']);
  if (name === '') return { agent: undefined, problems: ['It has no name.'] };
  if (!isName(name))
    return {
      agent: undefined,
      problems: [`Its name "${name.slice(0, 80)}" may have up to 64 letters, digits, - and _ only.`],
    };
  if (description === '') return { agent: undefined, problems: ['It has no description.'] };
  const one = <Word extends string>(field: string, words: readonly Word[]): Word | undefined => {
    const value = values[field];
    const found = words.find((word) => word === value);
    if (value !== undefined && found === undefined)
      problems.push(`Its ${field} is none of ${words.join(', ')} and does not count.`);
    return found;
  };
  const lists = listsOf(values, problems);
  if (lists === undefined) return { agent: undefined, problems };
  const model = textOf(values['model']);
  const permissionMode = one('permissionMode', permissionModes);
  const memory = one('memory', agentMemoryScopes);
  const isolation = one('isolation', ['worktree'] as const);
  const maxTurns = turnsOf(values['maxTurns'], problems);
  problems.push(...notCarriedOut(values));
  return {
    agent: {
      name,
      description,
      prompt: prompt.trim(),
      source,
      ...lists,
      ...(model !== '' && model !== 'inherit' && { model }),
      ...(permissionMode !== undefined && { permissionMode }),
      ...(maxTurns !== undefined && { maxTurns }),
      ...(memory !== undefined && { memory }),
      ...(isolation !== undefined && { isolation }),
      omitsMemory: values['omitClaudeMd'] === true,
    },
    problems,
  };
}

/** Undefined where the list of its tools cannot be read: to give it all of them would be a trap. */
function listsOf(values: Readonly<Record<string, unknown>>, problems: string[]) {
  const list = (field: string): readonly string[] | undefined => {
    const value = values[field];
    const read = value === undefined || value === null ? undefined : readToolList(value);
    if (value !== undefined && value !== null && read === undefined)
      problems.push(`Its ${field} are not a text or a list of texts.`);
    return read;
  };
  const [tools, disallowedTools, skills] = [list('tools'), list('disallowedTools'), list('skills')];
  if (problems.length > 0) return undefined;
  return {
    ...(tools !== undefined && !tools.includes('*') && { tools }),
    disallowedTools: disallowedTools ?? [],
    skills: skills ?? [],
  };
}

function turnsOf(value: unknown, problems: string[]): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return value;
  problems.push('Its maxTurns is not a number from 1 on and does not count.');
  return undefined;
}

function notCarriedOut(values: Readonly<Record<string, unknown>>): readonly string[] {
  const fields = unsupported.filter((field) => values[field] !== undefined);
  return [
    ...(values['background'] === true ? ['It runs in the foreground: background is not supported.'] : []),
    ...(fields.length > 0 ? [`It runs without ${fields.join(', ')}, which is not supported.`] : []),
  ];
}

function isName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u.test(name);
}

/** One line, without characters that steer a terminal or a screen. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : '';
}
