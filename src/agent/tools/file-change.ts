import { removeScratch, replaceFile } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { sha256 } from '../../base/hash.ts';
import { unifiedDiff } from '../../base/text-diff.ts';
import type { ReadState } from './read-state.ts';
import type { ToolContext, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, goodResult } from './tool-input.ts';
import type { UnsavedFiles } from './unsaved-files.ts';

export interface WriteDependencies {
  readonly files: Files;
  readonly readState: ReadState;
  readonly unsavedFiles: UnsavedFiles;
}

export interface FileChange {
  readonly tool: 'edit' | 'multi_edit' | 'write';
  /** What the model asked for, before links: what permission is asked for. */
  readonly asked: string;
  /** The file behind all links: what is written. */
  readonly path: string;
  readonly shown: string;
  /** Undefined for a new file. */
  readonly before: { readonly bytes: Uint8Array; readonly text: string } | undefined;
  readonly after: string;
  /** What the model is told when it is done. */
  readonly done: string;
}

/**
 * A planned change of one file. Refused when the file is open with unsaved edits, when planned and again when done;
 * when done the file must still hold what the plan was made from.
 */
export async function planChange(
  dependencies: WriteDependencies,
  change: FileChange,
): Promise<ToolPlan | ToolResult> {
  if (await dependencies.unsavedFiles.isUnsaved(change.path)) return unsavedResult(change.shown);
  const bytes = new TextEncoder().encode(change.after);
  const before = change.before === undefined ? null : sha256(change.before.bytes);
  return {
    summary: `${summaryVerb(change)} ${change.shown}`,
    effect: 'write',
    permission: { tool: change.tool, effect: 'write', path: change.asked },
    detail: unifiedDiff(change.shown, change.before?.text ?? '', change.after),
    write: { path: change.path, before, after: sha256(bytes) },
    run: (context) => carryOut(dependencies, change, before, bytes, context),
  };
}

/** Names what a write leaves beside its file when it is killed, so that it is found when the session goes on. */
export function scratchOf(callId: string, { before, after }: PlannedWrite): string {
  return sha256(`${callId}\n${before}\n${after}`).slice(0, 12);
}

type PlannedWrite = Pick<NonNullable<ToolPlan['write']>, 'before' | 'after'>;

async function carryOut(
  { files, readState, unsavedFiles }: WriteDependencies,
  change: FileChange,
  before: string | null,
  bytes: Uint8Array,
  context: ToolContext,
): Promise<ToolResult> {
  if (context.signal.aborted)
    return failedResult(`Stopped before ${change.shown} was written. Nothing was changed.`);
  if (await unsavedFiles.isUnsaved(change.path)) return unsavedResult(change.shown);
  const { path } = change;
  const scratch = scratchOf(context.callId ?? '', { before, after: sha256(bytes) });
  // An earlier try of this very call may have been killed, and its session never gone on with.
  await removeScratch(files, path, scratch, new Set(before === null ? [] : [before]));
  const replaced = await replaceFile(files, { path, expected: before, bytes, scratch });
  if (replaced.ok) {
    readState.remember(path, sha256(bytes));
    return goodResult(change.done);
  }
  if (replaced.error.kind === 'changed') return changedResult(change.shown);
  return failedResult(`${change.shown} was not written: ${replaced.error.message}`);
}

/** Why a standing file may not be changed now, or undefined: the model must have seen what it changes. */
export function staleness(
  readState: ReadState,
  path: string,
  bytes: Uint8Array,
  shown: string,
): ToolResult | undefined {
  const seen = readState.hashOf(path);
  if (seen === undefined)
    return failedResult(`${shown} has not been read in this run. Read it first, then change it.`);
  return seen === sha256(bytes) ? undefined : changedResult(shown);
}

function changedResult(shown: string): ToolResult {
  return failedResult(
    `${shown} has changed since it was read. Read it again, then make the change on what it holds now.`,
  );
}

function unsavedResult(shown: string): ToolResult {
  return failedResult(
    `${shown} is open in the editor with unsaved edits and was not changed. Ask the person to save or close it.`,
  );
}

function summaryVerb(change: FileChange): string {
  if (change.before === undefined) return 'Create';
  return change.tool === 'write' ? 'Replace' : 'Edit';
}
