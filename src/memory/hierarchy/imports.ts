import { dirname } from 'node:path';
import type { ImportLine } from '../file/memory-file.ts';
import { rulePaths } from '../file/rule-paths.ts';
import type { Candidate, LoadedCandidate } from './candidate.ts';
import { MAX_IMPORT_DEPTH, MAX_IMPORTS } from './limits.ts';
import { isInside, resolvePlace } from './places.ts';
import type { Resolution } from './resolution.ts';
import { hasTextExtension } from './text-extensions.ts';

/** Judges a candidate and, where it loads, all that it imports, each import right behind the file that names it. */
export async function visitWithImports(
  resolution: Resolution,
  candidate: Candidate,
  depth = 1,
): Promise<void> {
  const loaded = await resolution.visit(candidate);
  if (loaded !== undefined) await visitImports(resolution, loaded, depth);
}

/** All that a file imports, and what that imports. */
export async function visitImports(
  resolution: Resolution,
  loaded: LoadedCandidate,
  depth = 1,
): Promise<void> {
  const { candidate, parsed, realPath } = loaded;
  if (candidate.isAutoMemory) return;
  // Relative to where the file really stands.
  const base = dirname(realPath);
  const seen = new Set<string>();
  for (const line of parsed.imports) {
    const path = resolvePlace(line.target, base, resolution.input.homeDirectory);
    if (seen.has(path)) continue;
    if (seen.size >= MAX_IMPORTS) {
      const limit = MAX_IMPORTS.toLocaleString('en');
      resolution.addProblem(candidate.path, `Imports more than ${limit} files; the rest was not looked at.`);
      return;
    }
    seen.add(path);
    await visitImport(resolution, loaded, { line, path, depth: depth + 1 });
  }
}

interface Import {
  readonly line: ImportLine;
  readonly path: string;
  readonly depth: number;
}

async function visitImport(
  resolution: Resolution,
  importer: LoadedCandidate,
  { line, path, depth }: Import,
): Promise<void> {
  const { candidate: parent } = importer;
  const { scope, state, trigger, isRule, notAgain } = parent;
  const candidate: Candidate = {
    path,
    scope,
    state,
    reason: `imported by ${resolution.short(parent.path)}`,
    parent: parent.path,
    ...(trigger === undefined ? {} : { trigger }),
    ...(parent.globs === undefined ? {} : { globs: parent.globs }),
    ...(isRule === undefined ? {} : { isRule }),
    ...(notAgain === undefined ? {} : { notAgain }),
  };
  if (!resolution.mayRead(path)) {
    return resolution.skipUnseen(
      candidate,
      'imported from outside the workspace, not read in Restricted Mode',
    );
  }
  if (!(await resolution.exists(path))) return noteMissing(resolution, parent.path, { line, path });
  const skip = await reasonToSkip(resolution, candidate, depth);
  await visitWithImports(resolution, { ...candidate, skip }, depth);
}

async function reasonToSkip(
  resolution: Resolution,
  candidate: Candidate,
  depth: number,
): Promise<string | undefined> {
  const { path } = candidate;
  if (depth > MAX_IMPORT_DEPTH) return `more than ${MAX_IMPORT_DEPTH - 1} imports deep`;
  if (!hasTextExtension(path)) return 'imported, but not a text file by its name';
  const closed = await reasonAgainstExternal(resolution, candidate);
  if (closed !== undefined) return closed;
  if (candidate.isRule !== true) return undefined;
  const parsed = await resolution.parse(path);
  return parsed === undefined || rulePaths(parsed.text) === undefined
    ? undefined
    : 'imported by a rule, but it has paths: of its own';
}

/**
 * Why a file that was reached by an import or a link does not load: it stands, or really stands, outside the folder where
 * the session starts, and that was not allowed. What a read of a file brings in is never allowed there, but for AGENTS.md
 * (Claude Code 2.1.330). A user's own files may name anything.
 */
export async function reasonAgainstExternal(
  resolution: Resolution,
  { path, scope, trigger, notAgain }: Candidate,
): Promise<string | undefined> {
  const { cwd, reader } = resolution.input;
  if (scope === 'user') return undefined;
  const real = (await reader.realPath(path)) ?? path;
  if (isInside(path, cwd) && isInside(real, cwd)) return undefined;
  const isOnRead = trigger === 'read' && notAgain === undefined;
  if (!isOnRead && (await resolution.allowsExternal())) return undefined;
  return isOnRead
    ? 'imported from outside the folder where the session starts: a read brings in none of these'
    : 'imported from outside the folder where the session starts, and Claude Code was not allowed to read it';
}

// `@name` is often a person, not a path: only what looks like a file is missed.
async function noteMissing(
  resolution: Resolution,
  importer: string,
  { line, path }: Omit<Import, 'depth'>,
): Promise<void> {
  const looksLikeFile = /[/\\]/.test(line.target) || /\.[a-z]{1,5}$/i.test(line.target);
  if (looksLikeFile)
    resolution.addProblem(importer, `Imports ${line.target}, which is not there (line ${line.line + 1}).`);
  if (isInside(path, resolution.input.cwd)) await resolution.watchDirectory(dirname(path));
}
