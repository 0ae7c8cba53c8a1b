import type { CheckReport } from '../check/check-problem.ts';
import { renderEffectiveDocument } from '../hierarchy/effective-document.ts';
import type { EffectiveNote } from '../hierarchy/effective-notes.ts';
import { renderEffectivePrompt } from '../hierarchy/effective-prompt.ts';
import { explain } from '../hierarchy/explain/explain.ts';
import { renderExplanation } from '../hierarchy/explain/explain-document.ts';
import type { Dialect, HierarchyReading, ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import { readHierarchy } from '../hierarchy/read-hierarchy.ts';
import { type FilePreview, previewFile } from './file-preview.ts';
import type { HierarchyView } from './hierarchy-view.ts';
import type { EffectiveMemory, ExplainedMemory } from './memory-workspace.ts';
import { isMemoryFilePath } from './nested-files.ts';

export interface EffectivePlace {
  /** Where an agent would be started. */
  readonly cwd: string;
  readonly root: string;
  readonly homeDirectory: string;
  /** Never rejects; undefined where nothing is there. */
  readonly realPath: (path: string) => Promise<string | undefined>;
}

export interface EffectiveQuestion {
  readonly activeFile?: string | undefined;
  readonly filesRead?: readonly string[];
  readonly dialect?: Dialect | undefined;
}

/** What an agent of the dialect reads. `check` finds what repeats and what contradicts each other; it costs a reading. */
export async function readEffective(
  view: HierarchyView,
  place: EffectivePlace,
  { activeFile, filesRead = [], dialect = 'claude-code' }: EffectiveQuestion,
  check?: () => Promise<CheckReport>,
): Promise<EffectiveMemory> {
  const isStart = activeFile === undefined && filesRead.length === 0 && dialect === 'claude-code';
  const reading = isStart ? await view.start() : await view.read(activeFile, filesRead, dialect);
  const notes = check === undefined ? [] : notesOf(await check(), reading.hierarchy);
  return effectiveOf(reading, place, { activeFile, dialect }, notes);
}

/** A reading as what an agent of the dialect reads. */
export function effectiveOf(
  reading: HierarchyReading,
  place: EffectivePlace,
  { activeFile, dialect = 'claude-code' }: EffectiveQuestion,
  notes: readonly EffectiveNote[],
): EffectiveMemory {
  const { hierarchy } = reading;
  const { root, homeDirectory } = place;
  return {
    dialect,
    cwd: place.cwd,
    ...(activeFile === undefined ? {} : { activeFile }),
    hierarchy,
    notes,
    // Made when asked for: a tree that shows a number needs no text.
    get document() {
      return renderEffectiveDocument(reading, { dialect, activeFile, root, homeDirectory, notes });
    },
    get prompt() {
      return renderEffectivePrompt(hierarchy);
    },
  };
}

/** Why a path is or is not part of it. */
export async function explainEffective(
  view: HierarchyView,
  place: EffectivePlace,
  path: string,
  { activeFile, dialect = 'claude-code' }: EffectiveQuestion,
): Promise<ExplainedMemory> {
  const input = await view.input(activeFile, [], dialect);
  const explanation = await explain(input, await readHierarchy(input), path);
  return { explanation, document: renderExplanation(explanation, place) };
}

/** What a preview of a file shows beside its text; a nested file that nobody listed is found by its own folder. */
export async function previewEffective(
  view: HierarchyView,
  place: EffectivePlace,
  path: string,
): Promise<FilePreview | undefined> {
  const started = await previewFile(await view.start(), path, place);
  if (started !== undefined || !isMemoryFilePath(path)) return started;
  return previewFile(await view.read(path, []), path, place);
}

const kinds: Readonly<Record<string, EffectiveNote['kind']>> = {
  'duplicate-entry': 'repeat',
  'near-duplicate-entry': 'repeat',
  contradiction: 'conflict',
};

/** What the check says of files that load here, where the other place loads too. */
function notesOf({ problems }: CheckReport, hierarchy: ResolvedHierarchy): readonly EffectiveNote[] {
  const loaded = new Set(hierarchy.files.flatMap(({ path, state }) => (state === 'loaded' ? [path] : [])));
  return problems.flatMap(({ rule, path, range, message, related = [] }) => {
    const kind = kinds[rule];
    const loads = loaded.has(path) && (related.length === 0 || related.some((one) => loaded.has(one.path)));
    if (kind === undefined || !loads) return [];
    return [{ kind, path, ...(range === undefined ? {} : { line: range.start.line + 1 }), text: message }];
  });
}
