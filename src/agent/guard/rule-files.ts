import { join } from 'node:path';
import { readIfThere } from '../../base/atomic-write.ts';
import type { Files } from '../../base/files.ts';
import { isJsonObject, type JsonObject, textList } from '../../memory/project/json-format.ts';
import type { RuleSet, RuleText } from './rules.ts';
import { readTrust, readTrustedFile, type TrustedPath } from './trust.ts';

export interface RulePlace {
  /** Real path of the project's root. */
  readonly root: string;
  /** The user's directory of Claude Code. */
  readonly configDirectory: string;
  readonly varveHome: string;
  /** Settings of whoever looks after this machine; see `managedSettings`. */
  readonly managed: string;
}

/** One file of rules and what of it holds. */
export interface RuleFile {
  readonly path: string;
  readonly owner: 'organisation' | 'user' | 'project';
  readonly rules: RuleSet;
  /** Allow rules that stand there and do not count, because the project is not trusted. */
  readonly passedOver: readonly string[];
}

export interface RuleFiles {
  readonly files: readonly RuleFile[];
  /** Sentences about files that could not be read: a deny rule that is silently dropped would be a trap. */
  readonly problems: readonly string[];
  /** Why allow rules of the project do not count, for a person; set only where there are any. */
  readonly untrusted?: string;
}

/** Where Claude Code 2.1.330 looks for settings that no user can loosen. */
export function managedSettings(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return '/Library/Application Support/ClaudeCode/managed-settings.json';
  if (platform === 'win32') return 'C:\\Program Files\\ClaudeCode\\managed-settings.json';
  return '/etc/claude-code/managed-settings.json';
}

/**
 * Reads `permissions.allow`, `.deny` and `.ask` of the settings that Claude Code 2.1.330 reads, and nothing else of
 * them: modes, directories, hooks and variables of a settings file mean nothing here, so no project can loosen what its
 * reader set. A project's deny and ask rules always count; its allow rules only where a person trusts the project and
 * the file is byte for byte what was trusted. Never throws.
 */
export async function readRuleFiles(files: Files, place: RulePlace): Promise<RuleFiles> {
  const { root, configDirectory } = place;
  const project = (name: TrustedPath) => readProjectFile(files, place, name);
  const read = await Promise.all([
    readFile(files, { path: place.managed, base: root, owner: 'organisation' }),
    readFile(files, { path: join(configDirectory, 'settings.json'), base: configDirectory, owner: 'user' }),
    project('.claude/settings.json'),
    project('.claude/settings.local.json'),
  ]);
  const found = read.filter((item) => item !== undefined);
  const list = found.flatMap((item) => (typeof item === 'string' ? [] : [item]));
  const passedOver = list.some((file) => file.passedOver.length > 0);
  const untrusted = passedOver ? (await readTrust(files, place.varveHome, root)).message : undefined;
  return {
    files: list,
    problems: found.filter((item) => typeof item === 'string'),
    ...(untrusted !== undefined && { untrusted }),
  };
}

/** All rules of all files, as a guard takes them. */
export function rulesOf(read: RuleFiles): RuleSet {
  const all = (list: keyof RuleSet) => read.files.flatMap(({ rules }) => rules[list]);
  return { allow: all('allow'), deny: all('deny'), ask: all('ask') };
}

async function readProjectFile(
  files: Files,
  place: RulePlace,
  name: TrustedPath,
): Promise<RuleFile | string | undefined> {
  const path = join(place.root, name);
  const read = await readFile(files, { path, base: place.root, owner: 'project' });
  if (read === undefined || typeof read === 'string' || read.rules.allow.length === 0) return read;
  // What is compared and what is read are the same bytes: a file that changes in between allows nothing.
  const trusted = await readTrustedFile(files, place.varveHome, place.root, name);
  const allow = trusted === undefined ? [] : (rulesIn(trusted, place.root)?.allow ?? []);
  const counting = new Set(allow.map(textOf));
  return {
    ...read,
    rules: { ...read.rules, allow },
    passedOver: read.rules.allow.map(textOf).filter((text) => !counting.has(text)),
  };
}

async function readFile(
  files: Files,
  source: { readonly path: string; readonly base: string; readonly owner: RuleFile['owner'] },
): Promise<RuleFile | string | undefined> {
  const { path, base, owner } = source;
  const bytes = await readIfThere(files, path).catch(() => undefined);
  if (bytes === null) return undefined;
  const rules = bytes === undefined ? undefined : rulesIn(bytes, base);
  if (rules === undefined) return `${path} cannot be read; its deny and ask rules do not hold for this run.`;
  return { path, owner, rules, passedOver: [] };
}

/** Undefined for what is no JSON object. */
function rulesIn(bytes: Uint8Array, base: string): RuleSet | undefined {
  let value: unknown;
  try {
    value = JSON.parse(
      Buffer.from(bytes)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
    );
  } catch {
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const permissions: JsonObject = isJsonObject(value['permissions']) ? value['permissions'] : {};
  const list = (name: string) => textList(permissions[name]).map((text) => ({ text, base }));
  return { allow: list('allow'), deny: list('deny'), ask: list('ask') };
}

/** A rule as it was written. */
export function textOf(rule: RuleText): string {
  return typeof rule === 'string' ? rule : rule.text;
}
