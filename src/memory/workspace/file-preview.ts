import { basename, dirname } from 'node:path';
import type { ImportLine } from '../file/memory-file.ts';
import { stripComments } from '../file/strip-comments.ts';
import type { HierarchyReading, LoadState, ResolvedFile } from '../hierarchy/hierarchy.ts';
import { indexLimits } from '../hierarchy/limits.ts';
import { lostText } from '../hierarchy/lost-text.ts';
import { resolvePlace, shortPath } from '../hierarchy/places.ts';

/** One `@path` of a memory file, and what it brings in. */
export interface ImportPreview {
  /** As written, escapes and fragment removed. */
  readonly target: string;
  /** For people. */
  readonly name: string;
  readonly state: LoadState | 'missing';
  /** In words; empty where the state says all. */
  readonly reason: string;
  readonly tokens: number;
  /** What loads of it, shortened where it is long; empty where nothing does. */
  readonly text: string;
  readonly isShortened: boolean;
  readonly imports: readonly ImportPreview[];
}

/** What a preview of one memory file shows beside its text. */
export interface FilePreview {
  readonly path: string;
  readonly state: LoadState;
  readonly trigger: ResolvedFile['trigger'];
  readonly reason: string;
  readonly tokens: number;
  readonly cutOff?: string;
  /** Lines that count towards a limit, and the limit, where one holds. */
  readonly lines?: { readonly count: number; readonly limit: number };
  /** Zero-based line of the file from which nothing loads. */
  readonly cutLine?: number;
  readonly imports: readonly ImportPreview[];
}

export interface FilePreviewOptions {
  readonly realPath: (path: string) => Promise<string | undefined>;
  readonly root: string;
  readonly homeDirectory: string;
}

/** What a preview can show; a file that imports more says so itself, in the effective memory. */
const maxImports = 200;
const maxUnits = 40_000;

/** What to show beside the text of a file; undefined where it is no candidate of this reading. */
export async function previewFile(
  reading: HierarchyReading,
  path: string,
  options: FilePreviewOptions,
): Promise<FilePreview | undefined> {
  const real = (await options.realPath(path)) ?? path;
  const file = candidate(reading, path) ?? candidate(reading, real);
  if (file === undefined) return undefined;
  const parsed = reading.files.get(file.path);
  const lost = lostText(file, parsed);
  const isIndex = file.scope === 'auto' && basename(path) === 'MEMORY.md' && parsed !== undefined;
  const lines = isIndex
    ? { count: lineCount(stripComments(parsed.text)), limit: indexLimits.lines }
    : undefined;
  return {
    path,
    state: file.state,
    trigger: file.trigger,
    reason: file.reason,
    tokens: file.tokens,
    ...(file.cutOff === undefined ? {} : { cutOff: file.cutOff }),
    ...(lines === undefined ? {} : { lines }),
    ...(lost === undefined ? {} : { cutLine: lost.line }),
    imports: await new ImportPreviews(reading, options).of(file),
  };
}

class ImportPreviews {
  readonly #reading: HierarchyReading;
  readonly #options: FilePreviewOptions;
  readonly #imported: ReadonlyMap<string, readonly ResolvedFile[]>;
  #left = maxImports;

  constructor(reading: HierarchyReading, options: FilePreviewOptions) {
    this.#reading = reading;
    this.#options = options;
    this.#imported = byParent(reading.hierarchy.files);
  }

  async of(importer: ResolvedFile): Promise<readonly ImportPreview[]> {
    // What does not load was not followed either.
    if (importer.state === 'skipped' || importer.scope === 'auto') return [];
    const lines = this.#reading.files.get(importer.path)?.imports ?? [];
    if (lines.length === 0) return [];
    const { realPath, homeDirectory } = this.#options;
    const base = dirname((await realPath(importer.path)) ?? importer.path);
    const previews: ImportPreview[] = [];
    for (const line of firstOfEach(lines)) {
      if (this.#left === 0) break;
      const path = resolvePlace(line.target, base, homeDirectory);
      const found = this.#imported.get(importer.path)?.find((one) => one.path === path);
      if (found === undefined && !looksLikeFile(line.target)) continue;
      this.#left -= 1;
      previews.push(await this.#preview(line.target, path, found));
    }
    return previews;
  }

  async #preview(target: string, path: string, found: ResolvedFile | undefined): Promise<ImportPreview> {
    const name = shortPath(path, this.#options);
    if (found === undefined) {
      const reason = 'nothing is there';
      return { target, name, state: 'missing', reason, tokens: 0, text: '', isShortened: false, imports: [] };
    }
    const { state, reason, tokens } = found;
    const text = found.text.slice(0, maxUnits).replace(/[\ud800-\udbff]$/, '');
    const isShortened = text.length < found.text.length;
    return { target, name, state, reason, tokens, text, isShortened, imports: await this.of(found) };
  }
}

// The same path may be a candidate more than once: by its place and as an import.
function candidate({ hierarchy }: HierarchyReading, path: string): ResolvedFile | undefined {
  const own = hierarchy.files.filter((file) => file.path === path);
  return (
    own.find(({ state }) => state === 'loaded') ?? own.find(({ state }) => state === 'on-demand') ?? own[0]
  );
}

function byParent(files: readonly ResolvedFile[]): ReadonlyMap<string, readonly ResolvedFile[]> {
  const found = new Map<string, ResolvedFile[]>();
  for (const file of files) {
    if (file.parent === undefined) continue;
    const own = found.get(file.parent);
    if (own === undefined) found.set(file.parent, [file]);
    else own.push(file);
  }
  return found;
}

function firstOfEach(lines: readonly ImportLine[]): readonly ImportLine[] {
  const seen = new Set<string>();
  return lines.filter(({ target }) => !seen.has(target) && seen.add(target));
}

// `@name` is often a person, not a path: only what looks like a file is missed, as the resolver has it.
function looksLikeFile(target: string): boolean {
  return /[/\\]/.test(target) || /\.[a-z]{1,5}$/i.test(target);
}

function lineCount(text: string): number {
  return text.trim().split('\n').length;
}
