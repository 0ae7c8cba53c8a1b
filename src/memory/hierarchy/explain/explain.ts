import { basename, dirname } from 'node:path';
import { readExternalApproval } from '../claude-code/settings.ts';
import {
  type Dialect,
  dialects,
  type HierarchyReading,
  type ResolvedFile,
  type ResolveInput,
} from '../hierarchy.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { isInside, shortPath } from '../places.ts';
import { readHierarchy } from '../read-hierarchy.ts';
import { surveyReaders } from '../readers.ts';
import { explainUnread, isLookedAt } from './explain-unread.ts';
import type { Explanation, ExplanationStep } from './explanation.ts';
import { type ClaudeFacts, claudeFacts, factsOf, patternsOf } from './file-facts.ts';

/**
 * Why `path` (absolute; also one that is no memory file, or not there) is or is not part of what `reading`, made from
 * `input`, found. Reads what `input` may read and nothing else; never throws.
 */
export async function explain(
  input: ResolveInput,
  reading: HierarchyReading,
  path: string,
): Promise<Explanation> {
  const what = isLookedAt(input, path) ? await kindOf(input, path) : 'neither';
  const common = {
    path,
    dialect: input.dialect,
    ...(input.activeFile === undefined ? {} : { activeFile: input.activeFile }),
    what,
  };
  if (what === 'directory') return { ...common, ...directory(reading, path) };
  const paths = what === 'neither' ? [path] : [path, (await input.reader.realPath(path)) ?? path];
  const readBy = what === 'file' ? await programsReading(input, reading, paths) : [];
  const file = bestOf(reading, paths) ?? (await onceItsFolderIsRead(input, paths));
  const facts = await claudeFacts(input);
  if (file === undefined) {
    return { ...common, ...explainUnread({ input, path, what, facts }), readBy };
  }
  return {
    ...common,
    state: file.state,
    reason: file.reason,
    chain: chainOf(reading, file),
    patterns: patternsOf(input, file),
    facts: factsOf(file, reading.files.get(file.path), facts),
    remedies: await remedies(input, file, facts),
    readBy,
    below: [],
  };
}

async function kindOf({ reader }: ResolveInput, path: string): Promise<Explanation['what']> {
  if ((await reader.realPath(path)) === undefined) return 'missing';
  if (dirname(path) === path) return 'directory';
  const listed = (await reader.list(dirname(path))).find(({ name }) => name === basename(path));
  if (listed !== undefined) return listed.kind;
  // A list is bounded: among very many siblings it may not be named.
  if ((await reader.readText(path, MAX_FILE_BYTES)) !== undefined) return 'file';
  return (await reader.list(path)).length > 0 ? 'directory' : 'neither';
}

function directory(reading: HierarchyReading, path: string) {
  const files = reading.hierarchy.files.filter((file) => isInside(file.path, path));
  const number = (state: ResolvedFile['state']) => files.filter((file) => file.state === state).length;
  const states = (['loaded', 'on-demand', 'skipped'] as const).filter((state) => number(state) > 0);
  const words = { loaded: 'loaded', 'on-demand': 'on demand', skipped: 'skipped' };
  return {
    state: states[0] ?? ('not-read' as const),
    reason:
      files.length === 0
        ? 'no memory file is known in this folder'
        : `memory files in this folder: ${states.map((state) => `${number(state)} ${words[state]}`).join(', ')}`,
    chain: [],
    patterns: [],
    facts: [],
    remedies: [],
    readBy: [],
    below: files.map(({ path: at, scope, state, reason, tokens }) => ({
      path: at,
      kind: scope,
      state,
      reason,
      tokens,
    })),
  };
}

// The same path may be a candidate more than once: by its place and as an import.
function bestOf({ hierarchy }: HierarchyReading, paths: readonly string[]): ResolvedFile | undefined {
  const own = hierarchy.files.filter((file) => paths.includes(file.path));
  return (
    own.find(({ state }) => state === 'loaded') ?? own.find(({ state }) => state === 'on-demand') ?? own[0]
  );
}

// A nested file that nobody listed (ignored by git, say) is found once its own folder is asked about.
async function onceItsFolderIsRead(
  input: ResolveInput,
  paths: readonly string[],
): Promise<ResolvedFile | undefined> {
  const activeFile = paths.find((path) => isInside(path, input.cwd));
  if (activeFile === undefined) return undefined;
  const found = bestOf(await readHierarchy({ ...input, activeFile }), paths);
  if (found === undefined || found.trigger !== 'read' || found.state !== 'loaded') return found;
  const bases = { root: input.repositoryRoot ?? input.cwd, homeDirectory: input.homeDirectory };
  const reason = `loads when a file in ${shortPath(folderOf(found.path), bases)} is read`;
  return { ...found, state: 'on-demand', reason };
}

function folderOf(path: string): string {
  const directory = dirname(path);
  return basename(directory) === '.claude' ? dirname(directory) : directory;
}

async function programsReading(
  input: ResolveInput,
  reading: HierarchyReading,
  paths: readonly string[],
): Promise<readonly Dialect[]> {
  const { readers } = await surveyReaders(input, input.dialect === 'claude-code' ? reading : undefined);
  return dialects.filter((dialect) => paths.some((path) => readers.get(path)?.includes(dialect)));
}

function chainOf(reading: HierarchyReading, file: ResolvedFile): readonly ExplanationStep[] {
  const chain: ResolvedFile[] = [];
  let step: ResolvedFile | undefined = file;
  while (step !== undefined && !chain.includes(step)) {
    chain.unshift(step);
    step = step.parent === undefined ? undefined : bestOf(reading, [step.parent]);
  }
  return chain.map(({ path, state, reason }) => ({ path, state, reason }));
}

async function remedies(
  input: ResolveInput,
  file: ResolvedFile,
  facts: ClaudeFacts | undefined,
): Promise<readonly string[]> {
  if (file.state === 'loaded') return [];
  // What other programs wait for is said by their reasons.
  if (facts === undefined) return [];
  if (file.state === 'on-demand') return [whatCalls(file)];
  const { path, parent, scope } = file;
  const excluded = scope === 'managed' ? [] : facts.excludesOf(path);
  const isSilenced = basename(path) === 'AGENTS.md' && facts.instructionMode !== 'claude-md-and-agents-md';
  const isOutside = parent !== undefined && scope !== 'user' && !isInside(path, input.cwd);
  return [
    ...facts.switches.map((name) => `Unset the environment variable ${name}.`),
    ...excluded.map((pattern) => `Take ${pattern} out of claudeMdExcludes in Claude Code's settings.`),
    ...(isSilenced
      ? [
          'Add a line @AGENTS.md to the CLAUDE.md that stands before it, or choose both under Project instructions in /config of Claude Code.',
        ]
      : []),
    ...(isOutside && !(await readExternalApproval(input))
      ? [
          'Allow the import when Claude Code asks at its next start in this folder, or move the file into the folder.',
        ]
      : []),
    ...((await input.reader.readText(path, facts.maxBytes)) === 'too-large'
      ? ['Make it smaller than 4 MiB, or split it into files that are imported.']
      : []),
  ];
}

function whatCalls(file: ResolvedFile): string {
  if (file.globs !== undefined) return `Read a file that matches ${file.globs.join(', ')}.`;
  if (file.scope === 'auto') return 'Give a task that its description fits, or read the file itself.';
  return `Read a file in ${folderOf(file.path)} or below it.`;
}
