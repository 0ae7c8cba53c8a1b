import { join } from 'node:path';
import type { DirectoryEntry, Files } from '../../base/files.ts';
import { isWithin, readContained, upTo } from './contained-file.ts';
import { readSkill } from './read-skill.ts';
import type { Skill } from './skill.ts';

/** Where what steers a run is looked for. */
export interface SteeringPlace {
  readonly files: Files;
  /** Where the run works, and the root of its worktree: project files are looked for from the one up to the other. */
  readonly cwd: string;
  readonly root: string;
  /** The user's home and Claude Code's directory in it. */
  readonly home: string;
  readonly configDirectory: string;
}

export interface FoundSkills {
  /** By name, each once. */
  readonly skills: readonly Skill[];
  /** Sentences about what is not as it should be; nothing here is fatal. */
  readonly problems: readonly string[];
}

interface SkillDirectory {
  readonly path: string;
  readonly source: Skill['source'];
  /** Real path that nothing of it may lead out of. */
  readonly within?: string;
}

/** Of one directory; more are an accident. */
const maxEntries = 500;

/**
 * The skills of this place: `.claude/skills` and `.agents/skills` of the user, then of each directory from `cwd` up to
 * `root`. Of two with one name the first counts, so a repository cannot stand in for the user's own (Claude Code
 * 2.1.330, which knows no `.agents/skills`). Never throws.
 */
export async function findSkills(place: SteeringPlace): Promise<FoundSkills> {
  const { files } = place;
  const skills = new Map<string, Skill>();
  const problems: string[] = [];
  const known = new Set<string>();
  for (const directory of await skillDirectories(place)) {
    for (const { name } of await foldersOf(files, directory.path)) {
      const found = await skillIn(files, directory, name);
      if (found === undefined || known.has(found.path)) continue;
      known.add(found.path);
      problems.push(...found.problems);
      const { skill } = found;
      const first = skills.get(name);
      if (skill !== undefined && first !== undefined)
        problems.push(`${skill.path} is not offered: ${first.path} has the same name and comes first.`);
      else if (skill !== undefined) skills.set(name, skill);
    }
  }
  return { skills: [...skills.values()].sort((one, other) => (one.name < other.name ? -1 : 1)), problems };
}

async function skillDirectories(place: SteeringPlace): Promise<readonly SkillDirectory[]> {
  const within = await place.files.realPath(place.root).catch(() => place.root);
  const user = [join(place.configDirectory, 'skills'), join(place.home, '.agents', 'skills')];
  const project = upTo(place.root, place.cwd).flatMap((directory) => [
    join(directory, '.claude', 'skills'),
    join(directory, '.agents', 'skills'),
  ]);
  return [
    ...user.map((path) => ({ path, source: 'user' }) as const),
    // The user's home may be a repository: what is the user's stays so.
    ...project
      .filter((path) => !user.includes(path))
      .map((path) => ({ path, source: 'project', within }) as const),
  ];
}

async function foldersOf(files: Files, directory: string): Promise<readonly DirectoryEntry[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  return entries
    .filter(({ name, kind }) => (kind === 'directory' || kind === 'link') && isUsableName(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, maxEntries);
}

/** What a model can be told and can say; hidden folders are no skills. */
function isUsableName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u.test(name);
}

async function skillIn(
  files: Files,
  directory: SkillDirectory,
  name: string,
): Promise<{ path: string; skill: Skill | undefined; problems: readonly string[] } | undefined> {
  const folder = join(directory.path, name);
  const path = join(folder, 'SKILL.md');
  const read = await readContained(files, path, directory.within);
  if (read === undefined) return undefined;
  if (!read.ok) return { path, skill: undefined, problems: [read.error] };
  const { skill, problems } = readSkill(name, read.value.text);
  const real = await files.realPath(folder).catch(() => folder);
  const said = problems.map((problem) => `${path}: ${problem}`);
  // A link from one file out of its folder: what is beside the target is no part of the skill.
  if (directory.source === 'project' && !isWithin(real, read.value.path))
    return { path, skill: undefined, problems: [`${path} is a link out of its folder and does not count.`] };
  if (skill === undefined) return { path: read.value.path, skill, problems: said };
  return {
    path: read.value.path,
    skill: { ...skill, name, source: directory.source, path: read.value.path, directory: real },
    problems: said,
  };
}
