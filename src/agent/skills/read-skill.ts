import { readFrontMatter } from '../../memory/file/front-matter.ts';
import type { Skill } from './skill.ts';
import { readToolList } from './tool-list.ts';

/** What a `SKILL.md` says of itself, and in sentences where it is not as agentskills.io has it. */
export interface SkillReading {
  /** Undefined where it cannot be used. */
  readonly skill: Pick<Skill, 'description' | 'allowedTools' | 'modelMayUse'> | undefined;
  readonly problems: readonly string[];
}

const maxName = 64;
const maxDescription = 1024;
const maxCompatibility = 500;

/**
 * Reads the front matter as Claude Code 2.1.330 does, more leniently than the specification: a missing description is
 * the body's first line, a broken front matter says nothing. What the specification forbids is told all the same.
 */
export function readSkill(folder: string, text: string): SkillReading {
  const { frontMatter, bodyStart, problems: broken } = readFrontMatter(text);
  const values = frontMatter?.values ?? {};
  const body = text.slice(bodyStart);
  const given = wordsOf(values['description']);
  const description = [given || firstLine(body), wordsOf(values['when_to_use'])].filter(Boolean).join(' ');
  const problems = [
    ...broken.map(({ message }) => message),
    ...(broken.length > 0 ? [] : [...nameProblems(folder, values['name']), ...fieldProblems(values)]),
  ];
  if (body.trim() === '') return { skill: undefined, problems: ['It has no instructions.'] };
  if (description === '') return { skill: undefined, problems: ['It says nowhere what it is for.'] };
  return {
    skill: {
      description,
      allowedTools: readToolList(values['allowed-tools']) ?? [],
      modelMayUse: !isTrue(values['disable-model-invocation']),
    },
    problems,
  };
}

/** The instructions below the front matter. */
export function skillBody(text: string): string {
  return text.slice(readFrontMatter(text).bodyStart).trim();
}

function nameProblems(folder: string, name: unknown): readonly string[] {
  if (name === undefined) return ['It has no name; the name of its folder is used.'];
  if (typeof name !== 'string') return ['Its name is not a text; the name of its folder is used.'];
  if (name.length > maxName) return [`Its name has ${name.length} characters; ${maxName} is the most.`];
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name))
    return [`Its name "${name}" may have lower-case letters, digits and single hyphens between them only.`];
  if (name !== folder) return [`Its name "${name}" is not that of its folder, "${folder}", which is used.`];
  return [];
}

function fieldProblems(values: Readonly<Record<string, unknown>>): readonly string[] {
  const { description, compatibility, metadata } = values;
  const problems: string[] = [];
  if (wordsOf(description) === '')
    problems.push('It has no description; the first line of its instructions is used.');
  else if (typeof description === 'string' && description.length > maxDescription)
    problems.push(`Its description has ${description.length} characters; ${maxDescription} is the most.`);
  if (typeof compatibility === 'string' && compatibility.length > maxCompatibility)
    problems.push(
      `Its compatibility has ${compatibility.length} characters; ${maxCompatibility} is the most.`,
    );
  if (metadata !== undefined && !isTexts(metadata)) problems.push('Its metadata is not a map of texts.');
  if (values['allowed-tools'] !== undefined && readToolList(values['allowed-tools']) === undefined)
    problems.push('Its allowed-tools are not a text or a list of texts; they do not count.');
  return problems;
}

/** One line, without characters that steer a terminal or a screen. */
function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim() : '';
}

function firstLine(body: string): string {
  const line = body.split('\n').find((text) => text.trim() !== '') ?? '';
  return wordsOf(line.replace(/^#+\s*/, ''));
}

function isTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

function isTexts(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((item) => typeof item === 'string');
}
