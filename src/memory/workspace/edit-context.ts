import { extname, join, sep } from 'node:path';
import { resolveLinks } from '../../base/atomic-write.ts';
import type { Git } from '../../base/git.ts';
import { ioProblem } from '../../base/io-problem.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { MemoryFile } from '../file/memory-file.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import { claudeDirectories } from '../hierarchy/claude-code/claude-directories.ts';
import type { ResolvedHierarchy, Scope } from '../hierarchy/hierarchy.ts';
import { isInside, relativePath, shortPath } from '../hierarchy/places.ts';
import type { Places } from '../inbox/places.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import type { Project } from '../project/project.ts';
import { deliveryMark } from '../record/delivery.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { isMemoryFilePath } from './nested-files.ts';
import type { WorkspaceSurroundings } from './surroundings.ts';

/** What an edit of memory files by a person has to know. */
export interface EditContext {
  readonly surroundings: WorkspaceSurroundings;
  readonly project: Project;
  readonly places: Places;
  readonly hierarchy: ResolvedHierarchy;
  /** Undefined outside a repository. */
  readonly git: Git | undefined;
}

/** A memory file as an edit sees it. */
export interface EditedFile {
  readonly path: string;
  /** The file behind all links. */
  readonly real: string;
  /** null: not there yet. */
  readonly bytes: Uint8Array | null;
  readonly text: string;
  readonly file: MemoryFile;
}

// Claude Code 2.1.330 skips a larger file as a whole.
const MAX_BYTES = 4 * 1024 * 1024;

export function directoriesOf({
  environment,
  homeDirectory,
  platform,
  managedDirectory,
}: WorkspaceSurroundings) {
  const claude = claudeDirectories(environment, homeDirectory, platform);
  return {
    configDirectory: claude.configDirectory,
    managedDirectory: managedDirectory ?? claude.managedDirectory,
  };
}

/** The path for people. */
export function shown({ surroundings, project }: EditContext, path: string): string {
  return shortPath(path, { root: project.root, homeDirectory: surroundings.homeDirectory });
}

/** The scope of a file that a person may edit through Varve, or the sentence why not. */
export function editableScope(context: EditContext, path: string): Result<Scope, MemoryProblem> {
  const { project, places, hierarchy, surroundings } = context;
  const { configDirectory, managedDirectory } = directoriesOf(surroundings);
  const name = shown(context, path);
  const refuse = (message: string) => failure<MemoryProblem>({ kind: 'invalid', message, path });
  const known = hierarchy.files.find((file) => file.path === path)?.scope;
  if (known === 'managed' || isInside(path, managedDirectory))
    return refuse(`${name} is set by your organization: it is changed there, not here.`);
  if (path === places.delivery)
    return refuse(`${name} is generated from the accepted records. Change the record, not this file.`);
  if (isInside(path, join(project.root, '.varve')) || isInside(path, project.stateDirectory))
    return refuse(`${name} is kept by Varve: records change by accept, edit and reject.`);
  if (isAutoMemory(context, path))
    return refuse(
      `${name} is Claude Code's own memory: Varve never writes there. Promote it to project memory instead.`,
    );
  if (known !== undefined) return success(known);
  if (path === join(configDirectory, 'CLAUDE.md')) return success('user');
  if (isInside(path, join(configDirectory, 'rules')) && path.endsWith('.md')) return success('rules');
  if (isInside(path, project.root) && isOfOtherProgram(relativePath(project.root, path)))
    return success('project');
  if (!isInside(path, project.root) || !isMemoryFilePath(path) || !path.endsWith('.md'))
    return refuse(`${name} is not a memory file that agents read here.`);
  if (path.endsWith(`${sep}CLAUDE.local.md`)) return success('local');
  if (path.includes(`${sep}.claude${sep}rules${sep}`)) return success('rules');
  return success(isDeeper(project.folder, path) ? 'folder' : 'project');
}

/** Whether a path stands in Claude Code's own memory. */
export function isAutoMemory({ hierarchy, surroundings }: EditContext, path: string): boolean {
  const projects = join(directoriesOf(surroundings).configDirectory, 'projects');
  return (
    isInside(path, projects) || hierarchy.files.some((file) => file.scope === 'auto' && file.path === path)
  );
}

/** Whether others get what stands there: in the repository, and not by its name one's own. */
export function isShared({ project }: EditContext, path: string): boolean {
  return isInside(path, project.root) && !path.endsWith(`${sep}CLAUDE.local.md`);
}

/** Reads a memory file for an edit. Refuses what an edit of its text would damage or what a link leads astray. */
export async function readForEdit(
  context: EditContext,
  path: string,
  readNow: ReadNow,
): Promise<Result<EditedFile, MemoryProblem>> {
  const name = shown(context, path);
  const refuse = (message: string) => failure<MemoryProblem>({ kind: 'invalid', message, path });
  try {
    const real = await resolveLinks(context.surroundings.files, path);
    if (isLedAstray(context, path, real))
      return refuse(`${name} is a link to ${real}. Edit that file itself if you mean it.`);
    if (((await context.surroundings.files.status(real))?.size ?? 0) > MAX_BYTES)
      return refuse(`${name} is larger than 4 MiB: agents skip it, and it is not edited here.`);
    const bytes = await readNow(path);
    const text = bytes === null ? '' : decode(bytes);
    if (text === undefined)
      return refuse(
        `${name} is not valid UTF-8: an edit would change other bytes too. Save it as UTF-8 first.`,
      );
    if (text.startsWith(deliveryMark))
      return refuse(`${name} is generated from the accepted records. Change the record, not this file.`);
    return success({ path, real, bytes, text, file: parseMemoryFile(text) });
  } catch (error) {
    return failure({ ...ioProblem(error, `read ${name}`), path });
  }
}

/** What another program left meanwhile is told by the ledger; what an editor holds unsaved, here. */
export async function unsavedProblem(
  { surroundings }: EditContext,
  changes: readonly FileChange[],
): Promise<MemoryProblem | undefined> {
  for (const { path } of changes) {
    if (!(await surroundings.unsavedFiles.isUnsaved(path))) continue;
    return {
      kind: 'unsaved',
      message: 'A file this would change has unsaved edits. Save it, then try again.',
      path,
    };
  }
  return undefined;
}

export function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

// A repository can bring a link: it must not turn an edit of CLAUDE.md into one of a hook or a file at home.
function isLedAstray({ project }: EditContext, path: string, real: string): boolean {
  if (extname(real) !== extname(path) || real.includes(`${sep}.git${sep}`)) return true;
  return isInside(path, project.root) && !isInside(real, project.root);
}

/** Files that Copilot, Cursor, Windsurf, Cline and Gemini CLI read and Claude Code does not. */
function isOfOtherProgram(name: string): boolean {
  return /(?:^|\/)(?:GEMINI\.md|\.github\/copilot-instructions\.md|\.github\/instructions\/.+\.instructions\.md|\.cursor\/rules\/.+\.mdc|\.windsurf\/rules\/.+\.md|\.clinerules\/.+\.md)$/.test(
    name,
  );
}

function isDeeper(folder: string, path: string): boolean {
  const own = [join(folder, 'CLAUDE.md'), join(folder, 'AGENTS.md')];
  const hidden = own.map((one) => join(folder, '.claude', one.slice(folder.length + 1)));
  return isInside(path, folder) && ![...own, ...hidden].includes(path);
}
