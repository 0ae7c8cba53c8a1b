import { basename, dirname, join, posix } from 'node:path';
import type { HierarchyReader, ResolveInput } from '../hierarchy.ts';
import { asMap, asStrings, type Json, type Layer, readJson, readLayers } from './settings-layers.ts';
import { canonicalRoot } from './worktree.ts';

// A state file holds what the user did in every project.
const MAX_STATE_BYTES = 128 * 1024 * 1024;

/** Setting *Project instructions*, since Claude Code 2.1.277. */
export const instructionModes = [
  'claude-md',
  'claude-md-or-agents-md',
  'claude-md-and-agents-md',
  'managed-only',
] as const;
export type InstructionMode = (typeof instructionModes)[number];

/** What Claude Code's settings say about memory, layers already merged. */
export interface MemorySettings {
  readonly instructionMode: InstructionMode;
  /** Patterns for absolute paths, `..` and links in their fixed beginnings resolved. */
  readonly excludes: readonly string[];
  readonly autoMemoryEnabled?: boolean;
  readonly autoMemoryDirectory?: string;
  /** Managed instructions given as text in the settings, with the file they stand in. */
  readonly managedText?: { readonly path: string; readonly text: string };
  /** Settings files that exist. */
  readonly paths: readonly string[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

export const defaultSettings: MemorySettings = {
  instructionMode: 'claude-md-or-agents-md',
  excludes: [],
  paths: [],
  problems: [],
};

/**
 * Reads the settings that decide what loads (Claude Code 2.1.330). Of single values the strongest layer counts, lists
 * merge over all; plugin options count from managed settings, `--settings` and user settings only.
 */
export async function readSettings(input: ResolveInput): Promise<MemorySettings> {
  const { layers, problems } = await readLayers(input);
  const autoMemoryEnabled = firstOf(layers, (values) => asBoolean(values['autoMemoryEnabled']));
  // A strong layer that names no usable place hides what a weaker one says.
  const autoMemoryDirectory = asPlace(firstOf(layers, (values) => values['autoMemoryDirectory']));
  const managedText = managedTextOf(layers);
  const patterns = layers.flatMap(({ values }) => asStrings(values['claudeMdExcludes']));
  return {
    instructionMode: instructionMode(layers),
    excludes: await resolvedPatterns(input.reader, patterns),
    ...(autoMemoryEnabled === undefined ? {} : { autoMemoryEnabled }),
    ...(autoMemoryDirectory === undefined ? {} : { autoMemoryDirectory }),
    ...(managedText === undefined ? {} : { managedText }),
    paths: layers.filter(({ path }) => path !== '--settings').map(({ path }) => path),
    problems,
  };
}

/**
 * Whether the user once allowed Claude Code the imports from outside `cwd`: kept in its state file under the main
 * checkout, or under `cwd` where there is no repository (2.1.330). An older state file beside the settings goes first.
 */
export async function readExternalApproval(input: ResolveInput): Promise<boolean> {
  if (input.externalImportsApproved !== undefined) return input.externalImportsApproved;
  const { reader, repositoryRoot, cwd } = input;
  const key = repositoryRoot === undefined ? cwd : await canonicalRoot(reader, repositoryRoot);
  for (const path of stateFiles(input)) {
    const state = await readJson(reader, path, [], MAX_STATE_BYTES);
    if (state === undefined) continue;
    return asMap(asMap(state['projects'])[key])['hasClaudeMdExternalIncludesApproved'] === true;
  }
  return false;
}

/** Where Claude Code keeps what it was once told, the first that exists. */
export function stateFiles({ environment, configDirectory, homeDirectory }: ResolveInput): readonly string[] {
  const home = environment['CLAUDE_CONFIG_DIR'] ? configDirectory : homeDirectory;
  return [join(configDirectory, '.config.json'), join(home, '.claude.json')];
}

function instructionMode(layers: readonly Layer[]): InstructionMode {
  if (!isAgentsPluginOn(layers)) return 'claude-md';
  const trusted = layers.filter(({ kind }) => kind !== 'project' && kind !== 'local');
  // Options of all layers are one set. The old option counts where the new one is missing or says the default.
  const mode = firstOf(trusted, (values) => optionOf(values, 'instructionFiles', newMode));
  if (mode !== undefined && mode !== defaultSettings.instructionMode) return mode;
  const legacy = firstOf(trusted, (values) => optionOf(values, 'projectInstructions', legacyMode));
  return legacy ?? defaultSettings.instructionMode;
}

// Both names of the plugin and of its option are read: they changed between 2.1.277 and 2.1.330.
const plugins = ['cc-plugin-agents-md@builtin', 'agents-md@builtin'];

// Unlike its options, the plugin can be switched off by any layer; AGENTS.md is then not read at all.
function isAgentsPluginOn(layers: readonly Layer[]): boolean {
  const told = firstOf(layers, (values) => {
    const enabled = asMap(values['enabledPlugins']);
    return plugins.map((plugin) => asBoolean(enabled[plugin])).find((value) => value !== undefined);
  });
  return told !== false;
}

function optionOf(
  values: Json,
  option: string,
  read: (value: unknown) => InstructionMode | undefined,
): InstructionMode | undefined {
  const configs = asMap(values['pluginConfigs']);
  return plugins
    .map((plugin) => read(asMap(asMap(configs[plugin])['options'])[option]))
    .find((mode) => mode !== undefined);
}

function newMode(value: unknown): InstructionMode | undefined {
  return instructionModes.find((known) => known === value);
}

function legacyMode(value: unknown): InstructionMode | undefined {
  if (value === 'claude') return 'claude-md';
  if (value === 'agents-fallback') return 'claude-md-or-agents-md';
  if (value === 'both') return 'claude-md-and-agents-md';
  return value === 'none' ? 'managed-only' : undefined;
}

// A pattern also speaks for the place its fixed beginning leads to, past `..` and links (Claude Code 2.1.330).
async function resolvedPatterns(
  reader: HierarchyReader,
  patterns: readonly string[],
): Promise<readonly string[]> {
  const all: string[] = [];
  for (const pattern of patterns) {
    const written = pattern.startsWith('/') ? posix.normalize(pattern) : pattern;
    const real = pattern.startsWith('/') ? await realPattern(reader, written) : written;
    all.push(...new Set([pattern, written, real]));
  }
  return all;
}

async function realPattern(reader: HierarchyReader, pattern: string): Promise<string> {
  const globAt = pattern.search(/[*?[\]{}()!+@]/);
  const fixed = globAt < 0 ? pattern : pattern.slice(0, globAt);
  const directory = globAt < 0 ? dirname(fixed) : fixed.slice(0, Math.max(fixed.lastIndexOf('/'), 1));
  const real = await reader.realPath(directory);
  if (real === undefined || real === directory) return pattern;
  return globAt < 0 ? join(real, basename(fixed)) : real + pattern.slice(directory.length);
}

function managedTextOf(layers: readonly Layer[]): MemorySettings['managedText'] {
  for (const { kind, path, values } of layers) {
    const text = values['claudeMd'];
    if (kind === 'managed' && typeof text === 'string' && text.trim() !== '') return { path, text };
  }
  return undefined;
}

function firstOf<T>(layers: readonly Layer[], pick: (values: Json) => T | undefined): T | undefined {
  for (const { values } of layers) {
    const found = pick(values);
    if (found !== undefined) return found;
  }
  return undefined;
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

// The root of a disk and a path of another system are no places for memory.
function asPlace(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const pattern = process.platform === 'win32' ? /^(?:~\/|[/\\]|[a-zA-Z]:[/\\])./ : /^(?:~\/|\/)./;
  return pattern.test(value) ? value : undefined;
}
