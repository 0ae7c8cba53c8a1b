import { join } from 'node:path';
import type { MachinePlaces, ToolRetention } from '../history-reader.ts';
import { fieldOf, flagField, type LooseObject, objectField, parseLoose, textField } from '../loose-json.ts';
import { geminiDirectory } from './gemini-files.ts';

const SETTING = 'general.sessionRetention';
/** So many days each stands for; h, d, w and m are all that Gemini CLI knows. */
const units: Readonly<Record<string, number>> = { h: 1 / 24, d: 1, w: 7, m: 30 };
const SETTINGS_BYTES = 1_000_000;

/**
 * `general.sessionRetention` of Gemini CLI 0.61.0: on by default, after `30d`. Of its settings the later ones win: the
 * system's defaults, the person's, the project's (where it is trusted, which is not asked for here) and the system's.
 * What it cannot make sense of turns the deletion off. `maxCount` besides may delete earlier.
 */
export async function geminiRetention(
  machine: MachinePlaces,
  cwd: string | undefined,
): Promise<ToolRetention | undefined> {
  const system = systemSettings(machine);
  const paths = [
    system.defaults,
    join(geminiDirectory(machine), 'settings.json'),
    ...(cwd === undefined ? [] : [join(cwd, '.gemini/settings.json')]),
    system.settings,
  ];
  let enabled = true;
  let maxAge: string | undefined;
  let minRetention: string | undefined;
  for (const path of paths) {
    const set = objectField(objectField(await settingsIn(machine, path), 'general'), 'sessionRetention');
    if (typeof fieldOf(set, 'enabled') === 'boolean') enabled = flagField(set, 'enabled');
    maxAge = textField(set, 'maxAge') ?? maxAge;
    minRetention = textField(set, 'minRetention') ?? minRetention;
  }
  const days = daysOf(maxAge ?? '30d');
  const least = daysOf(minRetention ?? '1d') ?? 1;
  if (!enabled || days === undefined || days < least) return undefined;
  return { days, setting: `${SETTING}.maxAge`, isDefault: maxAge === undefined };
}

function daysOf(period: string): number | undefined {
  const [, count = '0', unit = ''] = /^(\d{1,9})([dhwm])$/.exec(period) ?? [];
  const days = Number(count) * (units[unit] ?? 0);
  return days > 0 ? days : undefined;
}

function systemSettings({ platform, environment }: MachinePlaces): {
  readonly settings: string;
  readonly defaults: string;
} {
  const directories: Partial<Record<NodeJS.Platform, string>> = {
    darwin: '/Library/Application Support/GeminiCli',
    win32: 'C:\\ProgramData\\gemini-cli',
  };
  const directory = directories[platform] ?? '/etc/gemini-cli';
  return {
    settings: environment['GEMINI_CLI_SYSTEM_SETTINGS_PATH'] ?? join(directory, 'settings.json'),
    defaults: environment['GEMINI_CLI_SYSTEM_DEFAULTS_PATH'] ?? join(directory, 'system-defaults.json'),
  };
}

/** JSON with comments, as Gemini CLI reads it. */
async function settingsIn({ files }: MachinePlaces, path: string): Promise<LooseObject | undefined> {
  const status = await files.status(path).catch(() => undefined);
  if (status?.kind !== 'file' || status.size > SETTINGS_BYTES) return undefined;
  const bytes = await files.readFile(path).catch(() => undefined);
  const text =
    bytes &&
    Buffer.from(bytes)
      .toString('utf8')
      .replace(/^\uFEFF/, '');
  return text === undefined ? undefined : parseLoose(withoutComments(text));
}

/** Strings stay as they are. What is not closed goes to the end: no text makes it slow. */
function withoutComments(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"?|\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)/g, (found) =>
    found.startsWith('"') ? found : ' ',
  );
}
