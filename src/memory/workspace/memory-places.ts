import { basename, dirname, join, resolve } from 'node:path';
import type { Files } from '../../base/files.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { ResolvedFile, Scope } from '../hierarchy/hierarchy.ts';
import { isInside } from '../hierarchy/places.ts';
import { directoriesOf, type EditContext, editableScope, shown } from './edit-context.ts';
import type { MemoryPlace, PlaceName } from './edit-requests.ts';
import type { MemoryProblem } from './memory-workspace.ts';

/**
 * The memory files that an entry can be moved to, broadest scope first: those that are there and those that could be.
 * What is generated, managed, Claude Code's own or outside is left out.
 */
export async function memoryPlaces(context: EditContext): Promise<readonly MemoryPlace[]> {
  const { hierarchy, project, surroundings } = context;
  const usual: { readonly scope: Scope; readonly path: string }[] = [
    { scope: 'user', path: join(directoriesOf(surroundings).configDirectory, 'CLAUDE.md') },
    { scope: 'project', path: projectFile(context) },
    { scope: 'local', path: join(project.folder, 'CLAUDE.local.md') },
  ];
  const loaded = hierarchy.files.filter(
    (file) => file.state !== 'skipped' && file.path.endsWith('.md') && isOffered(context, file),
  );
  const others = loaded.filter((file) => !usual.some(({ path }) => path === file.path));
  const order: readonly Scope[] = ['user', 'project', 'local', 'folder', 'rules'];
  const all = [...usual, ...others].sort((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope));
  return Promise.all(all.map(({ scope, path }) => placeOf(context, scope, path)));
}

/** The path of a named place. */
export async function pathOfPlace(
  context: EditContext,
  place: PlaceName,
): Promise<Result<string, MemoryProblem>> {
  if ('path' in place) return success(resolve(context.project.folder, place.path));
  switch (place.scope) {
    case 'user':
      return success(join(directoriesOf(context.surroundings).configDirectory, 'CLAUDE.md'));
    case 'project':
      return success(projectFile(context));
    case 'local':
      return success(join(context.project.folder, 'CLAUDE.local.md'));
    case 'folder':
      return folderFile(context, resolve(context.project.folder, place.folder));
    case 'rules':
      return ruleFile(context, place.name);
  }
}

/** Where the project's own instructions stand: the file that loads, CLAUDE.md where there is none. */
function projectFile({ hierarchy, project }: EditContext): string {
  const { folder, root } = project;
  const names = ['CLAUDE.md', join('.claude', 'CLAUDE.md'), 'AGENTS.md', join('.claude', 'AGENTS.md')];
  const candidates = [folder, root].flatMap((directory) => names.map((name) => join(directory, name)));
  const loaded = hierarchy.files.filter(({ state }) => state === 'loaded');
  return candidates.find((path) => loaded.some((file) => file.path === path)) ?? join(folder, 'CLAUDE.md');
}

function isOffered(context: EditContext, file: ResolvedFile): boolean {
  if (!editableScope(context, file.path).ok) return false;
  const { configDirectory } = directoriesOf(context.surroundings);
  return isInside(file.path, context.project.root) || isInside(file.path, configDirectory);
}

async function placeOf(context: EditContext, scope: Scope, path: string): Promise<MemoryPlace> {
  const known = context.hierarchy.files.find((file) => file.path === path);
  const exists = known !== undefined || (await isThere(context.surroundings.files, path));
  return {
    scope,
    path,
    label: shown(context, path),
    exists,
    effect: effectOf(context, scope, path, known),
    tokens: known?.state === 'loaded' ? known.tokens : 0,
  };
}

function effectOf(context: EditContext, scope: Scope, path: string, known: ResolvedFile | undefined): string {
  const isMine = isInside(path, directoriesOf(context.surroundings).configDirectory);
  if (known?.globs !== undefined) {
    return `Read when an agent reads a file matching ${known.globs.join(', ')}${isMine ? '; yours alone' : ''}.`;
  }
  switch (scope) {
    case 'user':
      return 'Read at every start, in every project of yours on this machine; nobody else gets it.';
    case 'local':
      return 'Read at every start in this project, by you alone.';
    case 'folder':
      return `Read when an agent reads a file in ${shown(context, directoryOf(path))}; everyone on this project gets it.`;
    case 'rules':
      return isMine
        ? 'Read at every start, in every project of yours on this machine; nobody else gets it.'
        : 'Read at every start in this project, by everyone on it.';
    default:
      return basename(path) === 'AGENTS.md'
        ? 'Read at every start in this project by everyone on it, also by other agents.'
        : 'Read at every start in this project, by everyone on it.';
  }
}

function directoryOf(path: string): string {
  const directory = dirname(path);
  return basename(directory) === '.claude' ? dirname(directory) : directory;
}

async function folderFile(context: EditContext, folder: string): Promise<Result<string, MemoryProblem>> {
  const { files } = context.surroundings;
  const isFolder = (await files.status(folder).catch(() => undefined))?.kind === 'directory';
  if (!isFolder || !isInside(folder, context.project.root)) {
    const message = `${shown(context, folder)} is not a folder of this project.`;
    return failure({ kind: 'invalid', message, path: folder });
  }
  return success(join(folder, 'CLAUDE.md'));
}

function ruleFile({ project }: EditContext, name: string): Result<string, MemoryProblem> {
  const parts = name.replace(/\.md$/i, '').split('/');
  if (!parts.every((part) => /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u.test(part))) {
    const message = `"${name}" is no name for a rule: use letters, digits, dots, dashes and / for a folder.`;
    return failure({ kind: 'invalid', message });
  }
  return success(`${join(project.folder, '.claude', 'rules', ...parts)}.md`);
}

async function isThere(files: Files, path: string): Promise<boolean> {
  return (await files.linkStatus(path).catch(() => undefined)) !== undefined;
}
