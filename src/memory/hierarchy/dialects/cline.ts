import { dirname, join } from 'node:path';
import type { HierarchyReading, ResolveInput } from '../hierarchy.ts';
import { filesInUse, namedBelow, scopeOf } from './directories.ts';
import { patternsOf } from './path-patterns.ts';
import { PlainReading } from './plain-reading.ts';
import { listRuleFiles } from './rule-files.ts';
import { patternMode, type RuleMode } from './rule-mode.ts';

const isRuleName = (name: string): boolean => /\.(?:md|markdown|txt)$/i.test(name);
const onlyExtension = 'read by the extension for VS Code, not by its command line';

/**
 * Cline: its extension for VS Code (docs.cline.bot/customization/cline-rules = cline/cline
 * `docs/customization/cline-rules.mdx` @0f667f0, and its `external-rules.ts` @0173642) and its command line
 * (@cline/core 0.0.86 and @cline/shared 0.0.86, read 2026-11): global rules, `.clinerules` (a file or a directory) and
 * `.cline/rules` of the open folder, AGENTS.md there. Only the extension reads rules in subfolders, those of Cursor and
 * Windsurf, and AGENTS.md of subfolders where the open folder has one. A rule with `paths:` waits for a matching file;
 * an empty list switches it off. Rules that a person switched off in the panel are not known to us.
 */
export async function readCline(input: ResolveInput): Promise<HierarchyReading> {
  const reading = new PlainReading(input);
  const { cwd, homeDirectory: home } = input;
  const targets = await filesInUse(reading);
  for (const parts of [
    ['Documents', 'Cline', 'Rules'],
    ['Cline', 'Rules'],
    ['.cline', 'rules'],
  ])
    await visitRules(reading, { directory: join(home, ...parts), scope: 'user', targets });
  const yours = { scope: 'user', state: 'loaded', reason: 'yours, in every project' } as const;
  await reading.visit({ ...yours, path: join(home, '.agents', 'AGENTS.md') });
  await visitOwnRules(reading, targets);
  await visitRules(reading, { directory: join(cwd, '.cline', 'rules'), scope: 'rules', targets });
  await visitForeignRules(reading);
  await visitAgents(reading, targets);
  for (const name of ['.', '.cline', '.cursor']) await reading.watchDirectory(join(cwd, name));
  return reading.finish();
}

async function visitForeignRules(reading: PlainReading): Promise<void> {
  const { cwd } = reading.input;
  const reason = `rules of another program, in every request; ${onlyExtension}`;
  const foreign = { scope: scopeOf(reading.input, cwd), state: 'loaded', reason } as const;
  for (const name of ['.windsurfrules', '.cursorrules'])
    await reading.visit({ ...foreign, path: join(cwd, name) });
  const directory = join(cwd, '.cursor', 'rules');
  const accepts = (name: string): boolean => name.endsWith('.mdc');
  for (const path of await listRuleFiles(reading, { directory, accepts }))
    await reading.visit({ ...foreign, path, scope: 'rules' });
}

// `.clinerules` is a file in old projects, a directory in new ones.
async function visitOwnRules(reading: PlainReading, targets: readonly string[]): Promise<void> {
  const { input } = reading;
  const path = join(input.cwd, '.clinerules');
  if (await reading.isFile(path)) {
    const reason = 'in every request: it stands in the open folder';
    await reading.visit({ path, scope: scopeOf(input, input.cwd), state: 'loaded', reason });
  } else await visitRules(reading, { directory: path, scope: 'rules', targets });
}

interface ClineRules {
  readonly directory: string;
  readonly scope: 'user' | 'rules';
  readonly targets: readonly string[];
}

async function visitRules(reading: PlainReading, { directory, scope, targets }: ClineRules): Promise<void> {
  const passOver = ['workflows', 'hooks', 'skills'];
  for (const path of await listRuleFiles(reading, { directory, accepts: isRuleName, passOver })) {
    const header = (await reading.header(path)) ?? {};
    const mode = modeOf(reading, header['paths'], targets);
    const reason = dirname(path) === directory ? mode.reason : `${mode.reason}; ${onlyExtension}`;
    const skip = reasonSwitchedOff(header);
    await reading.visit({ path, scope, dropFrontMatter: true, skip, ...mode, reason });
  }
}

function reasonSwitchedOff(header: Readonly<Record<string, unknown>>): string | undefined {
  const paths = header['paths'];
  if (Array.isArray(paths) && paths.length === 0) return 'its paths are an empty list, which switches it off';
  const isOff = header['disabled'] === true || header['enabled'] === false;
  return isOff ? 'its front matter switches it off' : undefined;
}

function modeOf(reading: PlainReading, paths: unknown, targets: readonly string[]): RuleMode {
  const patterns = patternsOf(paths);
  if (patterns.length === 0) return { state: 'loaded', reason: 'in every request: it names no paths' };
  const { cwd } = reading.input;
  return patternMode(reading, { patterns, base: cwd, targets, style: { anchor: 'base' } });
}

async function visitAgents(reading: PlainReading, targets: readonly string[]): Promise<void> {
  const { input } = reading;
  const root = join(input.cwd, 'AGENTS.md');
  const hasRoot = await reading.isFile(root);
  const own = { state: 'loaded', reason: 'in every request: it stands in the open folder' } as const;
  await reading.visit({ ...own, path: root, scope: scopeOf(input, input.cwd) });
  for (const path of namedBelow(reading, ['AGENTS.md'], targets)) {
    const skip = hasRoot
      ? undefined
      : 'Cline reads AGENTS.md of subfolders only where the open folder has one';
    const reason = `in every request, with the one of the open folder; ${onlyExtension}`;
    await reading.visit({ ...own, path, scope: scopeOf(input, dirname(path)), reason, skip });
  }
}
