import { parseMemoryFile } from '../file/parse-memory-file.ts';
import {
  type Dialect,
  dialects,
  type HierarchyReader,
  type HierarchyReading,
  type ResolvedFile,
  type ResolvedHierarchy,
  type ResolveInput,
} from './hierarchy.ts';
import { readHierarchy } from './read-hierarchy.ts';

/** A file that other programs read and that Claude Code does not even consider. */
export interface OtherFile {
  readonly path: string;
  /** In the order of `dialects`: the programs that read it and what they make of it. Never empty. */
  readonly readings: readonly Reading[];
}

interface Reading {
  readonly dialect: Dialect;
  readonly file: ResolvedFile;
}

export interface ReaderSurvey {
  /** By path: the programs that would read it, from the start or on demand, in the order of `dialects`. */
  readonly readers: ReadonlyMap<string, readonly Dialect[]>;
  /** Sorted by path. */
  readonly others: readonly OtherFile[];
  /** Every path whose appearance, change or end can alter the answer, but for those of `knownNested`. */
  readonly watch: readonly string[];
}

type SurveyInput = Omit<ResolveInput, 'dialect'>;

/**
 * Who reads what here: the reading of every dialect over one reader that remembers, so that each file is opened once.
 * A reading of Claude Code that was made already, of the same input, is taken instead of another. Never throws. In
 * Restricted Mode it covers the workspace only.
 */
export async function surveyReaders(
  input: SurveyInput,
  claudeCode?: Pick<HierarchyReading, 'hierarchy'>,
): Promise<ReaderSurvey> {
  const reader = rememberReads(input.reader);
  const made = await Promise.all(
    dialects.map(async (dialect) => {
      const isMade = dialect === 'claude-code' && claudeCode !== undefined;
      const { hierarchy } = isMade ? claudeCode : await readHierarchy({ ...input, reader, dialect });
      return { dialect, hierarchy };
    }),
  );
  const own = new Set(ofClaudeCode(made).map(({ path }) => path));
  const byPath = new Map<string, Reading[]>();
  for (const { dialect, hierarchy } of made) {
    for (const file of hierarchy.files) {
      if (file.state === 'skipped') continue;
      const known = byPath.get(file.path) ?? [];
      // An import can stand twice in one program's reading.
      if (known.at(-1)?.dialect !== dialect) byPath.set(file.path, [...known, { dialect, file }]);
    }
  }
  const readers = [...byPath].map(
    ([path, readings]) => [path, readings.map(({ dialect }) => dialect)] as const,
  );
  const others = [...byPath]
    .filter(([path]) => !own.has(path))
    .map(([path, readings]) => ({ path, readings }));
  const watch = new Set(made.flatMap(({ hierarchy }) => hierarchy.watch));
  for (const path of input.knownNested ?? []) watch.delete(path);
  return {
    readers: new Map(readers),
    others: others.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    watch: [...watch].sort(),
  };
}

function ofClaudeCode(
  made: readonly { readonly dialect: Dialect; readonly hierarchy: ResolvedHierarchy }[],
): readonly ResolvedFile[] {
  return made.find(({ dialect }) => dialect === 'claude-code')?.hierarchy.files ?? [];
}

type Text = Awaited<ReturnType<HierarchyReader['readText']>>;

/** A reader that asks the one below it once for each path. It remembers as long as it lives: one for each survey. */
function rememberReads(reader: HierarchyReader): HierarchyReader {
  const texts = new Map<string, { readonly limit: number; readonly text: Promise<Text> }>();
  const lists = new Map<string, ReturnType<HierarchyReader['list']>>();
  const realPaths = new Map<string, Promise<string | undefined>>();
  return {
    readText: async (path, limit) => {
      const known = texts.get(path);
      // What was too large for a smaller limit may fit a larger one.
      if (known === undefined || (known.limit < limit && (await known.text) === 'too-large'))
        texts.set(path, { limit, text: reader.readText(path, limit) });
      const text = await texts.get(path)?.text;
      return typeof text === 'object' && text.bytes > limit ? 'too-large' : text;
    },
    list: (path) => remember(lists, path, () => reader.list(path)),
    realPath: (path) => remember(realPaths, path, () => reader.realPath(path)),
    parse: (path, text) => reader.parse?.(path, text) ?? parseMemoryFile(text),
  };
}

function remember<T>(known: Map<string, T>, path: string, ask: () => T): T {
  const answer = known.get(path) ?? ask();
  known.set(path, answer);
  return answer;
}
