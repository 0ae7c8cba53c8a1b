import { isAbsolute, join, resolve } from 'node:path';
import type { HierarchyReader, ResolveInput } from '../hierarchy.ts';
import { settingsProblem, withoutWrongKeys } from './settings-schema.ts';
import { canonicalRoot } from './worktree.ts';

const MAX_SETTINGS_BYTES = 2 * 1024 * 1024;

export type Json = Readonly<Record<string, unknown>>;

export interface Layer {
  readonly path: string;
  readonly kind: 'managed' | 'flag' | 'local' | 'project' | 'user';
  readonly values: Json;
}

export interface SettingsProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * The settings files that are there and can be used, strongest first: managed (the last drop-in before the base),
 * what `--settings` names, local, project, user (Claude Code 2.1.330). Local settings stand in the main checkout
 * whatever folder or worktree the session starts in, and in the folder itself too; project settings only in the
 * folder. A file with one wrong value is not used at all, but for a managed one.
 */
export async function readLayers(
  input: ResolveInput,
): Promise<{ readonly layers: readonly Layer[]; readonly problems: readonly SettingsProblem[] }> {
  const problems: SettingsProblem[] = [];
  const layers: Layer[] = [];
  for (const { path, kind, text } of await settingsPlaces(input)) {
    const values =
      text === undefined ? await readJson(input.reader, path, problems) : parseJson({ path, text, problems });
    if (values === undefined) continue;
    const problem = settingsProblem(values);
    if (problem === undefined) layers.push({ path, kind, values });
    else {
      const isManaged = kind === 'managed';
      const what = isManaged ? 'all of this settings file' : 'this settings file';
      problems.push({
        path,
        message: `Claude Code does not use ${what}: ${problem}. Correct it in an editor.`,
      });
      layers.push({ path, kind, values: isManaged ? withoutWrongKeys(values) : {} });
    }
  }
  return { layers, problems };
}

interface Place {
  readonly path: string;
  readonly kind: Layer['kind'];
  /** Where the settings are no file. */
  readonly text?: string;
}

async function settingsPlaces(input: ResolveInput): Promise<readonly Place[]> {
  const { managedDirectory, cwd, reader, repositoryRoot, configDirectory } = input;
  const sources = input.settingSources ?? ['user', 'project', 'local'];
  const dropIns = join(managedDirectory, 'managed-settings.d');
  const names = (await reader.list(dropIns)).filter(
    ({ name, kind }) => kind === 'file' && name.endsWith('.json') && !name.startsWith('.'),
  );
  const main = repositoryRoot === undefined ? cwd : await canonicalRoot(reader, repositoryRoot);
  const local = [...new Set([main, cwd])].map((directory) => join(directory, '.claude/settings.local.json'));
  const named: readonly Place[] = [
    ...local.map((path) => ({ path, kind: 'local' as const })),
    { path: join(cwd, '.claude', 'settings.json'), kind: 'project' },
    { path: join(configDirectory, 'settings.json'), kind: 'user' },
  ];
  return [
    ...names.toReversed().map(({ name }) => ({ path: join(dropIns, name), kind: 'managed' as const })),
    { path: join(managedDirectory, 'managed-settings.json'), kind: 'managed' },
    ...flagPlace(input),
    ...named.filter(({ kind }) => sources.some((source) => source === kind)),
  ];
}

function flagPlace({ cwd, settingsArgument }: ResolveInput): readonly Place[] {
  if (settingsArgument === undefined) return [];
  if (settingsArgument.trimStart().startsWith('{'))
    return [{ path: '--settings', kind: 'flag', text: settingsArgument }];
  const path = isAbsolute(settingsArgument) ? settingsArgument : resolve(cwd, settingsArgument);
  return [{ path, kind: 'flag' }];
}

/** A JSON object of at most 2 MiB (unless told), or undefined where there is no such file; `{}` where it is none. */
export async function readJson(
  reader: HierarchyReader,
  path: string,
  problems: SettingsProblem[],
  maxBytes = MAX_SETTINGS_BYTES,
): Promise<Json | undefined> {
  const read = await reader.readText(path, maxBytes);
  if (read === undefined) return undefined;
  if (read === 'too-large') {
    problems.push({ path, message: 'The settings file is too large to be read.' });
    return {};
  }
  return parseJson({ path, text: read.text, problems });
}

function parseJson({
  path,
  text,
  problems,
}: {
  path: string;
  text: string;
  problems: SettingsProblem[];
}): Json {
  try {
    return asMap(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    const message = 'The settings file is not valid JSON and was not used. Correct it in an editor.';
    problems.push({ path, message });
    return {};
  }
}

export function asMap(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function asStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
