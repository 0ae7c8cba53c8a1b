import * as z from 'zod/mini';
import type { Files } from '../../base/files.ts';
import type { PermissionKey } from '../guard/guard.ts';
import type { Tool, ToolContext, ToolPlan, ToolResult } from '../tools/tool.ts';
import { failedResult, isResult, parseInput, toolDefinition } from '../tools/tool-input.ts';
import { loadSkill, rulesOf } from './load-skill.ts';
import type { Skill } from './skill.ts';

const shape = z.strictObject({
  name: z.string().check(z.minLength(1)),
  arguments: z.optional(z.string().check(z.describe('What it is to work on, if it takes anything'))),
});

export interface SkillToolDependencies {
  readonly files: Files;
  readonly skills: readonly Skill[];
  /** Skills that a rule `Skill(name)` asks for before they are loaded. */
  readonly askFirst: ReadonlySet<string>;
  /** Adds a permission rule for the rest of the run. */
  readonly allow: (rule: string) => void;
}

/**
 * Loads the instructions of a skill, and lets the run read what lies in its folder. The folder is taken behind its
 * links, and so is what is read in it, so a link in it opens nothing else.
 */
export function createSkillTool(dependencies: SkillToolDependencies): Tool {
  return {
    definition: toolDefinition(
      'skill',
      'Load the instructions of a skill by its name, then follow them for the task.',
      shape,
    ),
    effect: 'read',
    plan: async (input, context) => {
      const parsed = parseInput('skill', shape, input);
      if (isResult(parsed)) return parsed;
      const skill = dependencies.skills.find(({ name }) => name === parsed.name);
      if (skill === undefined) return unknownSkill(dependencies.skills, parsed.name);
      if (!skill.modelMayUse)
        return failedResult(`The skill ${skill.name} is for a person to start; it is not loaded by a call.`);
      return planSkill(dependencies, skill, parsed.arguments, context);
    },
  };
}

function planSkill(
  dependencies: SkillToolDependencies,
  skill: Skill,
  given: string | undefined,
  context: ToolContext,
): ToolPlan {
  return {
    summary: `Load the skill ${skill.name}`,
    effect: 'read',
    permission: permissionOf(dependencies, skill, context),
    detail: skill.path,
    run: () => load(dependencies, skill, given),
  };
}

function permissionOf(
  { askFirst }: SkillToolDependencies,
  { name }: Skill,
  { root }: ToolContext,
): PermissionKey {
  // What was found stands as CLAUDE.md does and is loaded as that is, unless a rule says otherwise.
  return askFirst.has(name)
    ? { tool: 'Skill', effect: 'external', target: name }
    : { tool: 'skill', effect: 'read', path: root };
}

async function load(
  { files, allow }: SkillToolDependencies,
  skill: Skill,
  given: string | undefined,
): Promise<ToolResult> {
  const { ok, text } = await loadSkill(files, skill, given);
  if (ok) for (const rule of rulesOf(skill)) allow(rule);
  return { ok, text };
}

function unknownSkill(skills: readonly Skill[], name: string): ToolResult {
  const names = skills.filter(({ modelMayUse }) => modelMayUse).map((skill) => skill.name);
  const known = names.length === 0 ? 'There is none here.' : `There are: ${names.join(', ')}.`;
  return failedResult(`There is no skill "${name.slice(0, 100)}". ${known}`);
}
