import { planChange, staleness, type WriteDependencies } from './file-change.ts';
import type { ToolContext, ToolPlan, ToolResult } from './tool.ts';
import { failedResult, isResult } from './tool-input.ts';
import { absolutePath, decodeText, loadFile, shownPath } from './tool-paths.ts';

interface PlannedEdit {
  readonly tool: 'edit' | 'multi_edit';
  /** As the model wrote it. */
  readonly path: string;
  /** The text after the edit and what the model is told when it is done, or why it cannot be made. */
  readonly change: (
    text: string,
    shown: string,
  ) => { readonly after: string; readonly done: string } | ToolResult;
}

/** A change of a text file that the model has seen as it stands. */
export async function planEdit(
  dependencies: WriteDependencies,
  { tool, path, change }: PlannedEdit,
  context: ToolContext,
): Promise<ToolPlan | ToolResult> {
  const asked = absolutePath(context.root, path);
  const shown = shownPath(context.root, asked);
  const loaded = await loadFile(dependencies.files, asked, shown);
  if (isResult(loaded)) return loaded;
  const stale = staleness(dependencies.readState, loaded.path, loaded.bytes, shown);
  if (stale !== undefined) return stale;
  const text = decodeText(loaded.bytes);
  if (text === undefined) return failedResult(`${shown} is not UTF-8 text and cannot be edited.`);
  const changed = change(text, shown);
  if (isResult(changed)) return changed;
  const before = { bytes: loaded.bytes, text };
  return planChange(dependencies, { tool, asked, path: loaded.path, shown, before, ...changed });
}
