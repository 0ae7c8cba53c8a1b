import { dirname } from 'node:path';
import type { ImportLine } from '../file/memory-file.ts';
import { readExternalApproval } from './claude-code/settings.ts';
import { MAX_IMPORT_DEPTH } from './limits.ts';
import { isInside, resolvePlace } from './places.ts';
import { type Candidate, importBase, type LoadedCandidate, type Resolution } from './resolution.ts';
import { hasTextExtension } from './text-extensions.ts';

/** Judges a candidate and, where it loads, all that it imports, each import right behind the file that names it. */
export async function visitWithImports(
  resolution: Resolution,
  candidate: Candidate,
  depth = 1,
): Promise<void> {
  const loaded = await resolution.visit(candidate);
  if (loaded === undefined || candidate.isAutoMemory) return;
  const seen = new Set<string>();
  for (const line of loaded.parsed.imports) {
    const path = resolvePlace(line.target, importBase(loaded), resolution.input.homeDirectory);
    if (seen.has(path)) continue;
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
  const candidate: Candidate = {
    path,
    scope: parent.scope,
    state: parent.state,
    reason: `imported by ${resolution.short(parent.path)}`,
    parent: parent.path,
    ...(parent.trigger === undefined ? {} : { trigger: parent.trigger }),
    ...(parent.globs === undefined ? {} : { globs: parent.globs }),
  };
  if (!resolution.mayRead(path)) {
    return resolution.skipUnseen(
      candidate,
      'imported from outside the workspace, not read in Restricted Mode',
    );
  }
  if (!(await resolution.exists(path))) return noteMissing(resolution, parent.path, { line, path });
  await visitWithImports(
    resolution,
    { ...candidate, skip: await reasonToSkip(resolution, parent, { path, depth }) },
    depth,
  );
}

async function reasonToSkip(
  resolution: Resolution,
  parent: Candidate,
  { path, depth }: { path: string; depth: number },
): Promise<string | undefined> {
  if (depth > MAX_IMPORT_DEPTH) return `more than ${MAX_IMPORT_DEPTH - 1} imports deep`;
  if (!hasTextExtension(path)) return 'imported, but not a text file by its name';
  const { input } = resolution;
  if (parent.scope === 'user' || isInside(path, input.cwd)) return undefined;
  if (await readExternalApproval(input)) return undefined;
  return 'imported from outside the folder where the session starts, and Claude Code was not allowed to read it';
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
