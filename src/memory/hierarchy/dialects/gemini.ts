import { dirname, join, resolve } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { isInside } from '../places.ts';
import {
  directoriesFromMarker,
  directoriesToFiles,
  filesInUse,
  namedBelow,
  placeWords,
  scopeOf,
} from './directories.ts';
import { geminiImports } from './gemini-imports.ts';
import { type GeminiSettings, readGeminiSettings } from './gemini-settings.ts';
import { asObject, parseSettings } from './json-with-comments.ts';
import { type PlainCandidate, PlainReading } from './plain-reading.ts';

/** The default of Gemini CLI's import processor: the file itself, then five levels of imports. */
const MAX_IMPORT_DEPTH = 5;
/** Of all files together: a file imported again counts again. */
const MAX_IMPORTS = 1000;

/**
 * Gemini CLI (`memoryDiscovery.js`, `memoryContextManager.js` and `memoryImportProcessor.js` of
 * @google/gemini-cli-core 0.61.0, read and tried 2026-11; geminicli.com/docs/cli/gemini-md): `~/.gemini/GEMINI.md`, then
 * those from the git root down to `cwd`, sorted by path, then its own memory of the project; those below when a tool
 * touches a file there. Imports stay within the project (a global file's within its own directory). A file that is
 * imported twice is put in twice; here it stands once. Extensions' files are not looked at, and the folder is taken for
 * trusted.
 */
export async function readGemini(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input, 'file');
  const settings = await readGeminiSettings(reading);
  const imports: Imports = { left: MAX_IMPORTS, found: new Map() };
  for (const name of settings.names) {
    const reason = 'yours, in every project';
    const candidate = { path: join(settings.home, name), scope: 'user', state: 'loaded', reason } as const;
    await visitWithImports(reading, candidate, { root: settings.home, imports });
  }
  await visitProject(reading, settings, imports);
  await visitOwnMemory(reading, settings, imports);
  await visitBelow(reading, settings, imports);
  await reading.watchDirectory(settings.home);
  return reading.finish();
}

async function visitProject(
  reading: PlainReading,
  { names, boundaryMarkers }: GeminiSettings,
  imports: Imports,
): Promise<void> {
  const { input } = reading;
  const directories = await directoriesFromMarker(reading, boundaryMarkers);
  for (const directory of directories) await reading.watchDirectory(directory);
  const paths = directories.flatMap((directory) => names.map((name) => join(directory, name)));
  for (const path of paths.sort()) {
    const directory = dirname(path);
    const [reason, scope] = [placeWords(input, directory), scopeOf(input, directory)];
    const candidate = { path, scope, state: 'loaded', reason } as const;
    await visitWithImports(reading, candidate, { root: projectRoot(input, directory), imports });
  }
}

// `projects.json` says under which name the project's own memory stands.
async function visitOwnMemory(
  reading: PlainReading,
  { home, names }: GeminiSettings,
  imports: Imports,
): Promise<void> {
  const registry = parseSettings((await reading.text(join(home, 'projects.json'))) ?? '');
  const name = asObject(registry?.['projects'])?.[reading.input.cwd];
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(name)) return;
  const directory = join(home, 'tmp', name, 'memory');
  const reason = 'written by Gemini CLI for this project, on this machine';
  const hasIndex = await reading.exists(join(directory, 'MEMORY.md'));
  for (const each of hasIndex ? ['MEMORY.md'] : names) {
    const candidate = { path: join(directory, each), scope: 'auto', state: 'loaded', reason } as const;
    await visitWithImports(reading, candidate, { root: directory, imports });
  }
}

async function visitBelow(reading: PlainReading, { names }: GeminiSettings, imports: Imports): Promise<void> {
  const { input } = reading;
  const files = await filesInUse(reading);
  const onTheWay = new Set(directoriesToFiles(input.cwd, files));
  for (const path of namedBelow(reading, names, files)) {
    const directory = dirname(path);
    const candidate = {
      path,
      scope: scopeOf(input, directory),
      state: onTheWay.has(directory) ? 'loaded' : 'on-demand',
      trigger: 'read',
      reason: `read once a tool touches a file in ${reading.short(directory)}`,
    } as const;
    await visitWithImports(reading, candidate, { root: projectRoot(input, directory), imports });
  }
}

function projectRoot({ repositoryRoot }: ResolveInput, directory: string): string {
  return repositoryRoot !== undefined && isInside(directory, repositoryRoot) ? repositoryRoot : directory;
}

interface Imports {
  left: number;
  /** By importing file: what it names, found once. */
  readonly found: Map<string, ReturnType<typeof geminiImports>>;
}

interface ImportContext {
  /** Imports from outside are refused. */
  readonly root: string;
  readonly imports: Imports;
}

async function visitWithImports(
  reading: PlainReading,
  candidate: PlainCandidate,
  context: ImportContext,
): Promise<void> {
  const file = await reading.visit(candidate);
  if (file !== undefined) await visitImports(reading, candidate, { ...context, text: file.text, chain: [] });
}

interface Importer extends ImportContext {
  readonly text: string;
  /** The imports that led here, which are not put in again; the file they started from is, once. */
  readonly chain: readonly string[];
}

// What was put in elsewhere already is walked again: what it imports may stand here for the first time.
async function visitImports(
  reading: PlainReading,
  candidate: PlainCandidate,
  { text, chain, ...context }: Importer,
): Promise<void> {
  const { imports } = context;
  const found = imports.found.get(candidate.path) ?? geminiImports(text);
  imports.found.set(candidate.path, found);
  for (const { target, line } of found) {
    if (imports.left-- <= 0) return;
    const path = resolve(dirname(candidate.path), target);
    if (chain.includes(path)) continue;
    const skip = await reasonToSkip(reading, path, { ...context, depth: chain.length + 1 });
    if (skip === undefined && !(await reading.exists(path))) {
      if (/[/\\]|\.[a-z]{1,5}$/i.test(target))
        reading.addProblem(candidate.path, `Imports ${target}, which is not there (line ${line}).`);
      continue;
    }
    const reason = `imported by ${reading.short(candidate.path)}`;
    const imported = { ...candidate, path, reason, parent: candidate.path, skip };
    await reading.visit(imported);
    const inner = skip === undefined ? await reading.text(path) : undefined;
    if (inner !== undefined)
      await visitImports(reading, imported, { ...context, text: inner, chain: [...chain, path] });
  }
}

async function reasonToSkip(
  reading: PlainReading,
  path: string,
  { root, depth }: { readonly root: string; readonly depth: number },
): Promise<string | undefined> {
  const [real, realRoot] = [await reading.realPath(path), await reading.realPath(root)];
  if (!isInside(real ?? path, realRoot ?? root))
    return 'imported from outside the project, which Gemini CLI refuses';
  return depth > MAX_IMPORT_DEPTH ? `more than ${MAX_IMPORT_DEPTH} imports deep` : undefined;
}
