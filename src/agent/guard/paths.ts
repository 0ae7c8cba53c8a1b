import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Files } from '../../base/files.ts';
import { gitignoreMatcher, matchGlob } from '../../base/glob.ts';
import type { Rule } from './rules.ts';

export interface PathScope {
  readonly files: Files;
  /** Real path of the workspace root. */
  readonly root: string;
  /** The user's home directory. */
  readonly home: string;
  /** Directories whose content is always asked for, e.g. Varve's own state. */
  readonly alsoProtected: readonly string[];
  /** Real paths of directories that count as the workspace beside its root. */
  readonly additionalRoots: readonly string[];
}

/** Where a path leads. */
export interface Place {
  /** As written, made absolute; links not followed. */
  readonly path: string;
  /** Behind all links; undefined where a link leads nowhere or cannot be followed. */
  readonly real: string | undefined;
  readonly isInside: boolean;
  /** What agents obey or tools execute lies here: writing it is always asked. */
  readonly isProtected: boolean;
}

/** Follows every link of the path, or of its nearest existing parent, before anything is compared. */
export async function findPlace(scope: PathScope, path: string): Promise<Place> {
  const absolute = resolve(scope.root, path);
  const real = await realOf(scope.files, absolute);
  const names = real === undefined ? [absolute] : [absolute, real];
  return {
    path: absolute,
    real,
    isInside:
      real !== undefined && [scope.root, ...scope.additionalRoots].some((root) => isWithin(root, real)),
    isProtected: names.some((name) => isProtectedPath(scope, name)),
  };
}

/** A path of a shell word, with `~` as the user's home. */
export function expandHome(home: string, text: string): string {
  if (text === '~') return home;
  return text.startsWith('~/') ? join(home, text.slice(2)) : text;
}

const protectedFiles = new Set(['claude.md', 'claude.local.md', 'agents.md', '.mcp.json']);
const protectedDirectories = new Set(['.claude', '.varve', '.git', '.vscode']);

/** Compared without case: some file systems do. */
function isProtectedPath(scope: PathScope, path: string): boolean {
  if (scope.alsoProtected.some((directory) => isWithin(directory, path))) return true;
  const home = [scope.root, ...scope.additionalRoots].find((root) => isWithin(root, path));
  const inside = home === undefined ? path : relative(home, path);
  const names = inside.toLowerCase().split(/[\\/]/);
  return protectedFiles.has(names.at(-1) ?? '') || names.some((name) => protectedDirectories.has(name));
}

/** Whether a text names something protected, for words that are not fully known. */
export function namesProtected(text: string): boolean {
  return /(^|[^\w.-])(claude(\.local)?\.md|agents\.md|\.mcp\.json)\b|(^|[^\w.-])\.(claude|varve|git|vscode)([\\/]|$|[^\w.-])/i.test(
    text,
  );
}

/** Whether a part of a glob with some letter in it, such as `*.md` or `.cl*`, covers something protected. */
export function globsProtected(text: string): boolean {
  const names = [...protectedFiles, ...protectedDirectories];
  return text
    .toLowerCase()
    .split('/')
    .filter((part) => /[*?[{]/.test(part) && /[a-z]/.test(part))
    .some((part) => names.some((name) => matchGlob(part, name, { dot: true })));
}

/** By path parts, never by text: `/work/app-evil` is not within `/work/app`. */
function isWithin(directory: string, path: string): boolean {
  const inside = relative(directory, path);
  return inside === '' || (inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside));
}

async function realOf(files: Files, path: string): Promise<string | undefined> {
  try {
    if ((await files.linkStatus(path)) !== undefined) return await files.realPath(path);
    const parent = dirname(path);
    if (parent === path) return path;
    const realParent = await realOf(files, parent);
    return realParent === undefined ? undefined : join(realParent, basename(path));
  } catch {
    return undefined;
  }
}

/**
 * Whether a path rule covers a path, in the terms of `.gitignore` as Claude Code 2.1.330 reads them: `//abs` from the
 * file system's root, `~/…` from the home directory, `/…` from the rule's base, anything else from the workspace.
 */
export function matchesPath(scope: PathScope, rule: Rule, path: string): boolean {
  const { spec } = rule;
  if (spec === undefined) return true;
  const { base, pattern } = anchored(scope, rule.base ?? scope.root, spec);
  if (!isWithin(base, path)) return false;
  const inside = relative(base, path).split(sep).join('/');
  if (inside === '') return pattern === '/' || pattern === '/**' || pattern === '**' || pattern === '/.';
  const matches = gitignoreMatcher(pattern);
  // The path may name a directory, which a pattern with a last slash covers.
  return matches(inside) || matches(`${inside}/`);
}

function anchored(
  scope: PathScope,
  ruleBase: string,
  spec: string,
): { readonly base: string; readonly pattern: string } {
  if (spec.startsWith('//')) return { base: resolve('/'), pattern: spec.slice(1) };
  if (spec === '~' || spec.startsWith('~/')) return { base: scope.home, pattern: spec.slice(1) || '/**' };
  if (spec.startsWith('/')) return { base: ruleBase, pattern: spec };
  if (spec === '.' || spec === './') return { base: scope.root, pattern: '/**' };
  if (spec.startsWith('./')) return { base: scope.root, pattern: spec.slice(1) };
  const ups = /^(\.\.\/)+/.exec(spec)?.[0];
  if (ups !== undefined) return { base: resolve(scope.root, ups), pattern: `/${spec.slice(ups.length)}` };
  return { base: scope.root, pattern: spec };
}
