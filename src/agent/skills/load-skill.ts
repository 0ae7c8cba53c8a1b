import { sep } from 'node:path';
import type { Files } from '../../base/files.ts';
import { readContained } from './contained-file.ts';
import { skillBody } from './read-skill.ts';
import type { Skill } from './skill.ts';

/** The specification recommends less than half of it. */
const maxBody = 40_000;

/** The instructions of a skill as they stand now, or a sentence that says why there are none. */
export async function loadSkill(
  files: Files,
  skill: Skill,
  given: string | undefined,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const within = skill.source === 'project' ? skill.directory : undefined;
  const read = await readContained(files, skill.path, within);
  if (read === undefined) return { ok: false, text: `${skill.path} is not there any more.` };
  if (!read.ok) return { ok: false, text: read.error };
  return { ok: true, text: skillText(skill, skillBody(read.value.text), given) };
}

/**
 * Permission rules that come with a loaded skill: what lies in its folder may be read. What it asks for itself counts
 * for the user's own only: the text of a project's skill changes with every pull.
 */
export function rulesOf({ directory, source, allowedTools }: Skill): readonly string[] {
  const path = directory.split(sep).join('/');
  // The directory's own name is taken as it is.
  const pattern = path.replace(/[\\*?[\]!#]/g, '\\$&');
  const reading = `Read(/${path.startsWith('/') ? '' : '/'}${pattern}/**)`;
  return source === 'user' ? [reading, ...allowedTools] : [reading];
}

function skillText(skill: Skill, body: string, given: string | undefined): string {
  const owner = skill.source === 'user' ? 'the person you work for' : 'this repository';
  const head = `Skill ${skill.name} of ${owner}. Paths in it are relative to ${skill.directory}`;
  const text = given === undefined ? body : withArguments(body, given);
  if (text.length <= maxBody) return `${head}\n\n${text}`;
  return `${head}\n\n${text.slice(0, maxBody)}\n[${text.length - maxBody} more characters; read ${skill.path} for them]`;
}

/** As Claude Code 2.1.330: in the place of `$ARGUMENTS`, else at the end. */
function withArguments(body: string, given: string): string {
  if (body.includes('$ARGUMENTS')) return body.replaceAll('$ARGUMENTS', () => given);
  return given.trim() === '' ? body : `${body}\n\nARGUMENTS: ${given}`;
}
