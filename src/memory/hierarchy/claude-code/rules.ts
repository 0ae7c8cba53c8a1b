import { join } from 'node:path';
import { gitignoreMatcher } from '../../../base/glob.ts';
import type { MemoryFile } from '../../file/memory-file.ts';
import { expandBraces, splitList } from '../expand-braces.ts';
import type { HierarchyReader } from '../hierarchy.ts';
import { isInside, relativePath } from '../places.ts';

const MAX_RULES = 1000;
const MAX_RULE_DEPTH = 20;
const MAX_PATTERNS = 1000;

export interface RulesListing {
  readonly files: readonly string[];
  /** The rules directory and all directories in it, where they exist. */
  readonly directories: readonly string[];
}

/** All `.md` files below a rules directory, sorted; links are followed, circles are not. Bounded in number and depth. */
export async function listRules(
  reader: HierarchyReader,
  directory: string,
  mayRead: (realPath: string) => boolean,
): Promise<RulesListing> {
  const files: string[] = [];
  const directories: string[] = [];
  const seen = new Set<string>();
  const walk = async (current: string, depth: number): Promise<void> => {
    const real = await reader.realPath(current);
    if (real === undefined || seen.has(real) || !mayRead(real) || depth > MAX_RULE_DEPTH) return;
    seen.add(real);
    directories.push(current);
    for (const { name, kind } of await reader.list(current)) {
      if (files.length >= MAX_RULES) return;
      if (kind === 'directory') await walk(join(current, name), depth + 1);
      else if (name.endsWith('.md')) files.push(join(current, name));
    }
  };
  await walk(directory, 0);
  return { files, directories };
}

/** The patterns of a rule's `paths:` as written, or undefined where the rule always loads. */
export function rulePatterns(file: MemoryFile): readonly string[] | undefined {
  const paths = file.frontMatter?.values['paths'];
  const written =
    typeof paths === 'string'
      ? splitList(paths)
      : Array.isArray(paths)
        ? paths.flatMap((item) => (typeof item === 'string' ? splitList(item) : []))
        : [];
  if (written.length === 0 || written.every((pattern) => pattern === '**')) return undefined;
  return written;
}

/**
 * The first of `targets` that a rule governs. Patterns are read as in a `.gitignore` in `base` (so `*.md` means any
 * depth, as Claude Code 2.1.330 does, whatever its documentation says), braces are expanded, a trailing `/**` is dropped.
 */
export function findMatch(
  patterns: readonly string[],
  base: string,
  targets: readonly string[],
): string | undefined {
  const matches = gitignoreMatcher(expandAll(patterns));
  return targets.find((target) => {
    const path = relativePath(base, target);
    return path !== '' && isInside(target, base) && matches(path);
  });
}

function expandAll(patterns: readonly string[]): string[] {
  let left = MAX_PATTERNS;
  return patterns.flatMap((pattern) => {
    const expanded = expandBraces(pattern, left);
    left -= expanded.length;
    return expanded.map((each) => each.replace(/\/\*\*$/, ''));
  });
}
