import type { Guard } from '../../agent/guard/guard.ts';
import { findSkills, type SteeringPlace } from '../../agent/skills/find-skills.ts';
import type { Skill } from '../../agent/skills/skill.ts';
import { skillListing } from '../../agent/skills/skill-listing.ts';
import { createSkillTool } from '../../agent/skills/skill-tool.ts';
import type { Tool } from '../../agent/tools/tool.ts';
import { ruledBy } from './ruled-by.ts';

export interface ComposedSkills {
  readonly skills: readonly Skill[];
  /** None where no skill is there for a model to use. */
  readonly tools: readonly Tool[];
  readonly listing: string | undefined;
  readonly problems: readonly string[];
}

/** The skills of a run, without those that a rule denies. */
export async function composeSkills(place: SteeringPlace, guard: Guard): Promise<ComposedSkills> {
  const found = await findSkills(place);
  const { left, askFirst } = await ruledBy(guard, 'Skill', found.skills);
  const listing = skillListing(left);
  const { files } = place;
  const allow = (rule: string): void => guard.remember(rule);
  return {
    skills: left,
    tools: listing === undefined ? [] : [createSkillTool({ files, skills: left, askFirst, allow })],
    listing,
    problems: found.problems,
  };
}
