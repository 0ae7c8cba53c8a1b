import { join } from 'node:path';
import type { HierarchyReader, ResolveInput } from '../hierarchy.ts';

const MAX_SETTINGS_BYTES = 2 * 1024 * 1024;

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
  readonly excludes: readonly string[];
  readonly additionalDirectories: readonly string[];
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
  additionalDirectories: [],
  paths: [],
  problems: [],
};

type Json = Readonly<Record<string, unknown>>;

interface Layer {
  readonly path: string;
  readonly kind: 'managed' | 'local' | 'project' | 'user';
  readonly values: Json;
}

/**
 * Reads the settings that decide what loads, strongest layer first: managed, local, project, user (Claude Code
 * 2.1.330). Lists merge over all layers; plugin options count from managed and user settings only.
 */
export async function readSettings(input: ResolveInput): Promise<MemorySettings> {
  const problems: { path: string; message: string }[] = [];
  const layers: Layer[] = [];
  for (const { path, kind } of await settingsPlaces(input)) {
    const values = await readJson(input.reader, path, problems);
    if (values !== undefined) layers.push({ path, kind, values });
  }
  const autoMemoryEnabled = firstOf(layers, (values) => asBoolean(values['autoMemoryEnabled']));
  const autoMemoryDirectory = firstOf(layers, (values) => asPlace(values['autoMemoryDirectory']));
  const managedText = managedTextOf(layers);
  return {
    instructionMode: instructionMode(layers),
    excludes: layers.flatMap(({ values }) => asStrings(values['claudeMdExcludes'])),
    additionalDirectories: layers.flatMap(({ values }) =>
      asStrings(asMap(values['permissions'])['additionalDirectories']),
    ),
    ...(autoMemoryEnabled === undefined ? {} : { autoMemoryEnabled }),
    ...(autoMemoryDirectory === undefined ? {} : { autoMemoryDirectory }),
    ...(managedText === undefined ? {} : { managedText }),
    paths: layers.map(({ path }) => path),
    problems,
  };
}

/** Whether the user once allowed Claude Code the imports from outside `cwd`: kept in its state file, per project. */
export async function readExternalApproval(input: ResolveInput): Promise<boolean> {
  if (input.externalImportsApproved !== undefined) return input.externalImportsApproved;
  const isConfigured = input.environment['CLAUDE_CONFIG_DIR'];
  const path = join(isConfigured ? input.configDirectory : input.homeDirectory, '.claude.json');
  const projects = asMap((await readJson(input.reader, path, []))?.['projects']);
  return [input.cwd, input.repositoryRoot].some(
    (root) => root !== undefined && asMap(projects[root])['hasClaudeMdExternalIncludesApproved'] === true,
  );
}

async function settingsPlaces(input: ResolveInput): Promise<{ path: string; kind: Layer['kind'] }[]> {
  const dropIns = join(input.managedDirectory, 'managed-settings.d');
  const names = (await input.reader.list(dropIns)).filter(
    ({ name, kind }) => kind === 'file' && name.endsWith('.json'),
  );
  return [
    ...names.toReversed().map(({ name }) => ({ path: join(dropIns, name), kind: 'managed' as const })),
    { path: join(input.managedDirectory, 'managed-settings.json'), kind: 'managed' },
    { path: join(input.cwd, '.claude', 'settings.local.json'), kind: 'local' },
    { path: join(input.cwd, '.claude', 'settings.json'), kind: 'project' },
    { path: join(input.configDirectory, 'settings.json'), kind: 'user' },
  ];
}

async function readJson(
  reader: HierarchyReader,
  path: string,
  problems: { path: string; message: string }[],
): Promise<Json | undefined> {
  const read = await reader.readText(
    path,
    path.endsWith('.claude.json') ? 64 * MAX_SETTINGS_BYTES : MAX_SETTINGS_BYTES,
  );
  if (read === undefined) return undefined;
  if (read === 'too-large') {
    problems.push({ path, message: 'The settings file is too large to be read.' });
    return {};
  }
  try {
    return asMap(JSON.parse(read.text.replace(/^\uFEFF/, '')));
  } catch {
    problems.push({
      path,
      message: 'The settings file is not valid JSON and was not used. Correct it in an editor.',
    });
    return {};
  }
}

function instructionMode(layers: readonly Layer[]): InstructionMode {
  const trusted = layers.filter(({ kind }) => kind === 'managed' || kind === 'user');
  return firstOf(trusted, modeOf) ?? defaultSettings.instructionMode;
}

// Both names of the plugin and of its option are read: they changed between 2.1.277 and 2.1.330.
function modeOf(values: Json): InstructionMode | undefined {
  const configs = asMap(values['pluginConfigs']);
  for (const plugin of ['cc-plugin-agents-md@builtin', 'agents-md@builtin']) {
    const options = asMap(asMap(configs[plugin])['options']);
    const mode = instructionModes.find((known) => known === options['instructionFiles']);
    if (mode !== undefined) return mode;
    const legacy = legacyMode(options['projectInstructions']);
    if (legacy !== undefined) return legacy;
  }
  return undefined;
}

function legacyMode(value: unknown): InstructionMode | undefined {
  if (value === 'claude') return 'claude-md';
  if (value === 'agents-fallback') return 'claude-md-or-agents-md';
  if (value === 'both') return 'claude-md-and-agents-md';
  return value === 'none' ? 'managed-only' : undefined;
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

function asMap(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function asPlace(value: unknown): string | undefined {
  return typeof value === 'string' && /^(?:~\/|[/\\]|[a-zA-Z]:[/\\])/.test(value) ? value : undefined;
}
