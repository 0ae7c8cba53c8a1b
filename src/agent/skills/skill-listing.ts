import type { Skill } from './skill.ts';

/** About 1 % of the smallest context a run is given, as Claude Code 2.1.330 does. */
const maxCharacters = 8_000;
const maxLine = 1_536;
const maxNames = 1_000;

const heading =
  'Skills are instructions for kinds of task. Where one fits, call skill with its name before you begin; it is not loaded until then.';

/** One block of the system prompt that names each skill and what it is for; undefined where there is none. */
export function skillListing(skills: readonly Skill[]): string | undefined {
  const offered = skills.filter(({ modelMayUse }) => modelMayUse);
  if (offered.length === 0) return undefined;
  const lines = [heading];
  let room = maxCharacters - heading.length - maxNames;
  const left: string[] = [];
  for (const { name, description } of offered) {
    const line = cut(`- ${name}: ${description}`, maxLine);
    if (line.length + 1 > room) left.push(name);
    else {
      lines.push(line);
      room -= line.length + 1;
    }
  }
  if (left.length > 0)
    lines.push(
      cut(`[${left.length} more, without room for what they are for: ${left.join(', ')}]`, maxNames),
    );
  return lines.join('\n');
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
