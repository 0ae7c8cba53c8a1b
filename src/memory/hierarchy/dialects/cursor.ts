import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { directoriesToCwd, filesInUse, namedBelow, ruleOwnersBelow, scopeOf } from './directories.ts';
import { patternsOf } from './path-patterns.ts';
import { PlainReading } from './plain-reading.ts';
import { listRuleFiles } from './rule-files.ts';
import { directoryMode, patternMode, type RuleMode } from './rule-mode.ts';

const FOLDER = ['.cursor', 'rules'];

/**
 * Cursor (cursor.com/docs/rules, read 2026-11; forum.cursor.com/t/160773 by its staff on nested AGENTS.md): rules of
 * `.cursor/rules` in the open folder and below, AGENTS.md there (one in a subfolder counts for that subfolder), the
 * older `.cursorrules`. Its user and team rules are no files. Its command line also reads CLAUDE.md of the open folder.
 * Not documented, so taken for granted: a pattern without a slash matches at any depth, and nothing above the open
 * folder is read. The order is not promised.
 */
export async function readCursor(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input);
  const targets = await filesInUse(reading);
  const { cwd } = input;
  await visitRules(reading, cwd, targets);
  for (const directory of directoriesToCwd(input)) await visitAgents(reading, directory);
  const own = { scope: scopeOf(input, cwd), state: 'loaded' } as const;
  const reason = 'the older form of rules, in every request; Cursor asks to move it to .cursor/rules';
  await reading.visit({ ...own, path: join(cwd, '.cursorrules'), reason });
  const commandLine = "Cursor's command line reads it beside AGENTS.md; for its editor nothing is documented";
  await reading.visit({ ...own, path: join(cwd, 'CLAUDE.md'), reason: commandLine });
  for (const owner of ruleOwnersBelow(reading, FOLDER, targets)) await visitRules(reading, owner, targets);
  await visitAgentsBelow(reading, targets);
  for (const directory of [cwd, join(cwd, '.cursor')]) await reading.watchDirectory(directory);
  return reading.finish();
}

async function visitAgents(reading: PlainReading, directory: string): Promise<void> {
  const { input } = reading;
  const skip =
    directory === input.cwd
      ? undefined
      : 'above the folder that is open in Cursor, which documents that folder and those below';
  await reading.visit({
    path: join(directory, 'AGENTS.md'),
    scope: scopeOf(input, directory),
    state: 'loaded',
    reason: 'in every request: it stands in the open folder',
    skip,
  });
}

async function visitAgentsBelow(reading: PlainReading, targets: readonly string[]): Promise<void> {
  for (const path of namedBelow(reading, ['AGENTS.md'], targets)) {
    const directory = dirname(path);
    const mode = directoryMode(reading, directory, targets);
    await reading.visit({ path, scope: scopeOf(reading.input, directory), ...mode });
  }
}

async function visitRules(reading: PlainReading, owner: string, targets: readonly string[]): Promise<void> {
  const directory = join(owner, ...FOLDER);
  const accepts = (name: string): boolean => /\.mdc?$/.test(name);
  for (const path of await listRuleFiles(reading, { directory, accepts })) {
    const skip = path.endsWith('.mdc') ? undefined : 'Cursor reads only .mdc files among its rules';
    const header = skip === undefined ? await reading.header(path) : undefined;
    const mode = modeOf(reading, header ?? {}, { owner, targets });
    await reading.visit({ path, scope: 'rules', dropFrontMatter: true, skip, ...mode });
  }
}

function modeOf(
  reading: PlainReading,
  header: Readonly<Record<string, unknown>>,
  { owner, targets }: { owner: string; targets: readonly string[] },
): RuleMode {
  const patterns = patternsOf(header['globs']);
  if (header['alwaysApply'] === true)
    return owner === reading.input.cwd
      ? { state: 'loaded', reason: 'in every request (alwaysApply)' }
      : directoryMode(reading, owner, targets);
  if (patterns.length > 0)
    return patternMode(reading, { patterns, base: owner, targets, style: { anchor: 'slash' } });
  const isDescribed = typeof header['description'] === 'string' && header['description'].trim() !== '';
  const reason = isDescribed
    ? 'when the agent finds that its description fits the task'
    : 'only when you name it in the chat (@): it has no globs and no description';
  return { state: 'on-demand', reason };
}
