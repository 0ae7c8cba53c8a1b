import { claudeDirectories } from '../../../memory/hierarchy/claude-code/claude-directories.ts';
import { type Layer, readLayers } from '../../../memory/hierarchy/claude-code/settings-layers.ts';
import { createHierarchyReader } from '../../../memory/hierarchy/disk-reader.ts';
import type { MachinePlaces, ToolRetention } from '../history-reader.ts';

const SETTING = 'cleanupPeriodDays';
/** Without the setting (Claude Code 2.1.330). */
const DEFAULT_DAYS = 30;

/**
 * `cleanupPeriodDays` of the strongest settings that say it. Undefined where a settings file cannot be used: the program
 * then deletes nothing until it can. What Claude Desktop made is kept beyond that, by rules of its own.
 */
export async function claudeRetention(
  machine: MachinePlaces,
  cwd?: string,
): Promise<ToolRetention | undefined> {
  const { environment, homeDirectory, platform, files } = machine;
  const directories = claudeDirectories(environment, homeDirectory, platform);
  const { layers, problems } = await readLayers({
    ...directories,
    dialect: 'claude-code',
    cwd: cwd ?? homeDirectory,
    homeDirectory,
    environment,
    trusted: true,
    ...(cwd === undefined && { settingSources: ['user'] }),
    reader: createHierarchyReader(files),
  });
  if (problems.length > 0 || layers.some(isUnusable)) return undefined;
  const said = layers.find(({ values }) => values[SETTING] !== undefined);
  const days = said?.values[SETTING];
  if (typeof days !== 'number') return { days: DEFAULT_DAYS, setting: SETTING, isDefault: true };
  return { days, setting: SETTING, isDefault: false };
}

/** The program takes whole numbers of at least 1 and rejects the file that says another. */
function isUnusable({ values }: Layer): boolean {
  const days = values[SETTING];
  return days !== undefined && !(typeof days === 'number' && Number.isSafeInteger(days) && days >= 1);
}
