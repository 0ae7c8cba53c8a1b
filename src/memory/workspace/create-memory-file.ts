import { basename, dirname } from 'node:path';
import { failure, type Result, success } from '../../base/result.ts';
import type { Scope } from '../hierarchy/hierarchy.ts';
import { relativePath } from '../hierarchy/places.ts';
import type { ReadNow } from '../ledger/ledger.ts';
import type { FileChange } from '../ledger/operation.ts';
import {
  type EditContext,
  editableScope,
  encode,
  readForEdit,
  shown,
  unsavedProblem,
} from './edit-context.ts';
import type { NewFileRequest, PlaceName } from './edit-requests.ts';
import { pathOfPlace } from './memory-places.ts';
import type { MemoryProblem } from './memory-workspace.ts';
import { excludeChange, firstLines, newFileNotes } from './new-file.ts';

export interface PlannedFile {
  readonly path: string;
  readonly changes: readonly FileChange[];
  readonly notes: readonly string[];
}

/** Plans a memory file that is not there yet; `conflict` with its path where it is. Writes nothing. */
export async function planNewFile(
  context: EditContext,
  { place, keepOutOfGit = false }: NewFileRequest,
  readNow: ReadNow,
): Promise<Result<PlannedFile, MemoryProblem>> {
  const found = await pathOfPlace(context, place);
  if (!found.ok) return found;
  const path = found.value;
  const scope = editableScope(context, path);
  if (!scope.ok) return scope;
  const edited = await readForEdit(context, path, readNow);
  if (!edited.ok) return edited;
  if (edited.value.bytes !== null) {
    const message = `${shown(context, path)} is there already; it stays as it is.`;
    return failure({ kind: 'conflict', message, path });
  }
  const after = encode(await textOf(context, place, scope.value, path));
  const exclude =
    keepOutOfGit && scope.value === 'local' ? await excludeChange(context, path, readNow) : undefined;
  const changes = [{ path, before: null, after }, ...(exclude === undefined ? [] : [exclude])];
  const unsaved = await unsavedProblem(context, changes);
  if (unsaved !== undefined) return failure(unsaved);
  const notes = await newFileNotes(context, path, keepOutOfGit);
  return success({ path, changes, notes });
}

async function textOf(context: EditContext, place: PlaceName, scope: Scope, path: string): Promise<string> {
  const first = await firstLines(context, path, place);
  if (first.startsWith('@')) return first;
  return `${first}${first === '' ? '' : '\n'}# ${heading(context, scope, path)}\n\n`;
}

function heading({ project }: EditContext, scope: Scope, path: string): string {
  switch (scope) {
    case 'user':
      return 'What agents should know about me';
    case 'local':
      return 'What agents should know about my copy of this project';
    case 'folder':
      return `What agents should know about ${relativePath(project.folder, folderOf(path))}`;
    case 'rules':
      return basename(path, '.md');
    default:
      return 'What agents should know about this project';
  }
}

function folderOf(path: string): string {
  const directory = dirname(path);
  return basename(directory) === '.claude' ? dirname(directory) : directory;
}
