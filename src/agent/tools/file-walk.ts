import { join, relative, sep } from 'node:path';
import type { DirectoryEntry, Files } from '../../base/files.ts';
import { gitignoreMatcher } from '../../base/glob.ts';

/** Entries looked at, at most; a walk that meets more ends and says so. */
const maxWalkEntries = 200_000;

export interface WalkedFile {
  readonly path: string;
  /** From the root, with `/`. */
  readonly shown: string;
}

export interface WalkEnd {
  readonly complete: boolean;
}

interface IgnoreRules {
  /** Directory of the `.gitignore`, from the root with `/`, empty for the root. */
  readonly base: string;
  readonly ignores: (relativePath: string) => boolean;
}

interface WalkState {
  readonly files: Files;
  readonly root: string;
  readonly signal: AbortSignal;
  seen: number;
}

/**
 * Regular files below `start`, in order of name, without what the `.gitignore` files from `root` down leave out and
 * without `.git`. Links are not followed; a directory that cannot be read is passed over. `start` outside `root`:
 * the rules begin at `start`.
 */
export async function* walkFiles(
  files: Files,
  root: string,
  start: string,
  signal: AbortSignal,
): AsyncGenerator<WalkedFile, WalkEnd> {
  const state: WalkState = { files, root: isInside(root, start) ? root : start, signal, seen: 0 };
  const rules = await rulesAbove(state, start);
  yield* walkDirectory(state, start, rules);
  return { complete: state.seen <= maxWalkEntries && !signal.aborted };
}

async function* walkDirectory(
  state: WalkState,
  directory: string,
  outer: readonly IgnoreRules[],
): AsyncGenerator<WalkedFile> {
  const entries = await readDirectory(state.files, directory);
  const rules = entries.some((entry) => entry.name === '.gitignore')
    ? [...outer, ...(await rulesOf(state, directory))]
    : outer;
  for (const entry of entries) {
    state.seen += 1;
    if (state.seen > maxWalkEntries || state.signal.aborted) return;
    const path = join(directory, entry.name);
    if (entry.name === '.git' || isIgnored(rules, fromRoot(state.root, path), entry)) continue;
    if (entry.kind === 'directory') yield* walkDirectory(state, path, rules);
    if (entry.kind === 'file') yield { path, shown: fromRoot(state.root, path) };
  }
}

async function readDirectory(files: Files, directory: string): Promise<readonly DirectoryEntry[]> {
  try {
    return [...(await files.readDirectory(directory))].sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** Rules of the directories above the start; the walk itself reads the start's own. */
async function rulesAbove(state: WalkState, start: string): Promise<readonly IgnoreRules[]> {
  const parts = relative(state.root, start)
    .split(sep)
    .filter((part) => part !== '');
  const directories = parts.map((_, index) => join(state.root, ...parts.slice(0, index)));
  const found: IgnoreRules[] = [];
  for (const directory of directories) found.push(...(await rulesOf(state, directory)));
  return found;
}

async function rulesOf(state: WalkState, directory: string): Promise<readonly IgnoreRules[]> {
  try {
    const text = new TextDecoder().decode(await state.files.readFile(join(directory, '.gitignore')));
    return [{ base: fromRoot(state.root, directory), ignores: gitignoreMatcher(text) }];
  } catch {
    return [];
  }
}

function isIgnored(rules: readonly IgnoreRules[], path: string, entry: DirectoryEntry): boolean {
  const asked = entry.kind === 'directory' ? `${path}/` : path;
  return rules.some(({ base, ignores }) => ignores(base === '' ? asked : asked.slice(base.length + 1)));
}

function fromRoot(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function isInside(root: string, path: string): boolean {
  const inside = relative(root, path);
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !/^([a-zA-Z]:)?[\\/]/.test(inside);
}
