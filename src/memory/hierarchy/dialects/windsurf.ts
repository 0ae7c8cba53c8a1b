import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import type { Cut } from '../limits.ts';
import { directoriesToCwd, filesInUse, namedBelow, ruleOwnersBelow, scopeOf } from './directories.ts';
import { patternsOf } from './path-patterns.ts';
import { PlainReading } from './plain-reading.ts';
import { listRuleFiles } from './rule-files.ts';
import { directoryMode, patternMode, type RuleMode } from './rule-mode.ts';

/** Preferred first; the second is the form from before the program was renamed to Devin Desktop. */
const FOLDERS = [
  ['.devin', 'rules'],
  ['.windsurf', 'rules'],
] as const;
const AGENTS = ['AGENTS.md', 'AGENT.md'];
const RULE_UNITS = 12_000;
const GLOBAL_UNITS = 6000;

/**
 * Windsurf, since 2026-06 Devin Desktop (docs.devin.ai/desktop/cascade/memories and /cli/extensibility/rules as of
 * 2026-08-25, docs.windsurf.com/windsurf/cascade/agents-md): global rules, rules from the git root down to `cwd` and in
 * subfolders, AGENTS.md (always on up to `cwd`, for its own folder below). Cut at 12,000 characters a rule and 6,000 for
 * the global file. Not known: whether a rule of the older folder gives way to one of the same name (we show both), and
 * what a rule without `trigger` is (we take it for always on). Rules of the machine (`/etc/devin/rules`) and generated
 * memories are not looked at.
 */
export async function readWindsurf(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input, 'file');
  const targets = await filesInUse(reading);
  await reading.visit({
    path: join(input.homeDirectory, '.codeium', 'windsurf', 'memories', 'global_rules.md'),
    scope: 'user',
    state: 'loaded',
    reason: 'yours, in every project',
    cut: (text) => cutUnits(text, GLOBAL_UNITS),
  });
  for (const directory of directoriesToCwd(input)) await visitDirectory(reading, directory, targets);
  for (const folder of FOLDERS) {
    for (const owner of ruleOwnersBelow(reading, folder, targets))
      await visitRules(reading, { owner, folder, targets });
  }
  for (const path of namedBelow(reading, [...AGENTS, 'AGENTS.local.md'], targets)) {
    const directory = dirname(path);
    const scope = path.endsWith('.local.md') ? 'local' : scopeOf(input, directory);
    await reading.visit({ path, scope, ...directoryMode(reading, directory, targets) });
  }
  return reading.finish();
}

async function visitDirectory(
  reading: PlainReading,
  directory: string,
  targets: readonly string[],
): Promise<void> {
  const { input } = reading;
  const own = { scope: scopeOf(input, directory), state: 'loaded' } as const;
  const reason = 'always on: it stands in the open folder or above it';
  for (const name of AGENTS) await reading.visit({ ...own, path: join(directory, name), reason });
  await reading.visit({ ...own, path: join(directory, 'AGENTS.local.md'), scope: 'local', reason });
  for (const folder of FOLDERS) await visitRules(reading, { owner: directory, folder, targets });
  for (const watched of [directory, ...FOLDERS.map(([first]) => join(directory, first))])
    await reading.watchDirectory(watched);
  if (directory !== input.cwd) return;
  await reading.visit({
    ...own,
    path: join(directory, '.windsurfrules'),
    reason: 'the older form of rules, always on',
    cut: (text) => cutUnits(text, RULE_UNITS),
  });
}

interface RulesPlace {
  readonly owner: string;
  readonly folder: readonly [string, string];
  readonly targets: readonly string[];
}

async function visitRules(reading: PlainReading, place: RulesPlace): Promise<void> {
  const directory = join(place.owner, ...place.folder);
  const accepts = (name: string): boolean => name.endsWith('.md');
  for (const path of await listRuleFiles(reading, { directory, accepts, deep: false })) {
    const mode = modeOf(reading, (await reading.header(path)) ?? {}, place);
    await reading.visit({
      path,
      scope: 'rules',
      dropFrontMatter: true,
      cut: (text) => cutUnits(text, RULE_UNITS),
      ...mode,
    });
  }
}

function modeOf(
  reading: PlainReading,
  header: Readonly<Record<string, unknown>>,
  { owner, targets }: RulesPlace,
): RuleMode {
  const patterns = patternsOf(header['globs']);
  switch (header['trigger']) {
    case 'glob':
      return patterns.length === 0
        ? { state: 'on-demand', reason: 'for files that match its globs, but it names none' }
        : patternMode(reading, { patterns, base: owner, targets, style: { anchor: 'slash' } });
    case 'model_decision':
      return { state: 'on-demand', reason: 'when the agent finds that its description fits the task' };
    case 'manual':
      return { state: 'on-demand', reason: 'only when you name it in the chat (@): trigger is manual' };
    case 'always_on':
      return { state: 'loaded', reason: 'always on' };
    default:
      return { state: 'loaded', reason: 'it names no trigger; taken to be always on' };
  }
}

function cutUnits(text: string, limit: number): Cut {
  if (text.length <= limit) return { text };
  // Half a character at the border is dropped.
  const kept = text.slice(0, limit).replace(/[\ud800-\udbff]$/, '');
  return { text: kept, cutOff: `what follows the first ${limit.toLocaleString('en')} characters is cut off` };
}
