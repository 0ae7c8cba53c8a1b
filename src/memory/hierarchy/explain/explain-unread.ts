import { basename, dirname } from 'node:path';
import type { ResolveInput } from '../hierarchy.ts';
import { isInside, shortPath } from '../places.ts';
import { programNames } from '../program-names.ts';
import { hasTextExtension } from '../text-extensions.ts';
import type { Explanation } from './explanation.ts';
import type { ClaudeFacts } from './file-facts.ts';

export interface UnreadPath {
  readonly input: ResolveInput;
  readonly path: string;
  readonly what: Explanation['what'];
  readonly facts: ClaudeFacts | undefined;
}

type Unread = Omit<Explanation, 'path' | 'dialect' | 'activeFile' | 'what' | 'readBy'>;

/** Why a program does not look at a path at all, and what would make it. */
export function explainUnread(unread: UnreadPath): Unread {
  return {
    state: 'not-read',
    reason: reasonOf(unread),
    chain: [],
    patterns: [],
    facts: [],
    remedies: remediesOf(unread),
    below: [],
  };
}

const instructionNames = ['CLAUDE.md', 'CLAUDE.local.md', 'AGENTS.md'];

function reasonOf({ input, path, what, facts }: UnreadPath): string {
  const program = programNames[input.dialect];
  if (!isLookedAt(input, path)) return 'it stands outside the workspace: not looked at in Restricted Mode';
  if (what === 'missing') return 'nothing is there';
  if (what === 'neither') return 'it is no regular file, so it is never opened';
  if (facts === undefined) {
    return `${program} reads no file of this name at this place, and nothing that it reads imports it`;
  }
  const name = basename(path);
  if (instructionNames.includes(name) || isRulePlace(path)) return reasonOfPlace(input, path);
  const meant = instructionNames.find((known) => known.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return `${program} reads ${meant}: upper and lower case count`;
  return `${program} reads no file of this name by itself, and no file that loads imports it`;
}

function reasonOfPlace(input: ResolveInput, path: string): string {
  if (isRulePlace(path) && !path.endsWith('.md'))
    return 'of the files in .claude/rules only those in .md are read';
  const directory = shortPath(dirname(path), { root: input.cwd, homeDirectory: input.homeDirectory });
  if (!isInside(path, input.cwd)) {
    return `${directory} is neither the folder where the session starts nor above or below it`;
  }
  return `no file of this name is looked for in ${directory}`;
}

function remediesOf({ input, path, what, facts }: UnreadPath): readonly string[] {
  if (what !== 'file' || facts === undefined) return what === 'missing' ? ['Create the file.'] : [];
  const isInstruction = instructionNames.includes(basename(path)) || isRulePlace(path);
  const importable = hasTextExtension(path)
    ? [`Import it: a line with @ and its path in a CLAUDE.md that loads.`]
    : [];
  if (!isInstruction) return importable;
  return isInside(path, input.cwd)
    ? importable
    : [`Start the session in ${dirname(path)} or below it.`, ...importable];
}

function isRulePlace(path: string): boolean {
  return /[/\\]\.claude[/\\]rules[/\\]/.test(path);
}

/** False in Restricted Mode for what stands outside the workspace. */
export function isLookedAt({ trusted, cwd, repositoryRoot }: ResolveInput, path: string): boolean {
  return trusted || isInside(path, cwd) || (repositoryRoot !== undefined && isInside(path, repositoryRoot));
}
