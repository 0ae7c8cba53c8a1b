import type { Scope } from '../hierarchy.ts';
import { patternsOf } from './path-patterns.ts';
import type { PlainReading } from './plain-reading.ts';
import { listRuleFiles } from './rule-files.ts';
import { patternMode, type RuleMode } from './rule-mode.ts';

/** As VS Code's `computeAutomaticInstructions` has it (2026): these always apply, any other may start at any depth. */
const EVERYTHING = ['**', '**/*', '*'];
const style = { anchor: 'anywhere', ignoreCase: true } as const;

export interface CopilotRules {
  readonly directory: string;
  /** `applyTo` of instructions files, or `paths` of rules in Claude's format. */
  readonly key: 'applyTo' | 'paths';
  readonly scope: Scope;
  readonly targets: readonly string[];
  /** Said behind the reason where not every Copilot reads them. */
  readonly note?: string;
}

/** Instructions files or rules of one directory, each with when it applies. */
export async function visitCopilotRules(reading: PlainReading, rules: CopilotRules): Promise<void> {
  const ending = rules.key === 'applyTo' ? '.instructions.md' : '.md';
  const accepts = (name: string): boolean => name.endsWith(ending);
  for (const path of await listRuleFiles(reading, { directory: rules.directory, accepts })) {
    const header = (await reading.header(path)) ?? {};
    const mode = modeOf(reading, header, rules);
    const reason = rules.note === undefined ? mode.reason : `${mode.reason}; ${rules.note}`;
    await reading.visit({ path, scope: rules.scope, dropFrontMatter: true, ...mode, reason });
  }
}

function modeOf(
  reading: PlainReading,
  header: Readonly<Record<string, unknown>>,
  { key, targets }: CopilotRules,
): RuleMode {
  const patterns = patternsOf(header[key]);
  if (patterns.some((pattern) => EVERYTHING.includes(pattern)))
    return { state: 'loaded', reason: `in every request (${key}: ${patterns.join(', ')})`, globs: patterns };
  if (patterns.length > 0) return patternMode(reading, { patterns, base: reading.input.cwd, targets, style });
  if (key === 'paths') return { state: 'loaded', reason: 'in every request: it names no paths' };
  const isDescribed = typeof header['description'] === 'string' && header['description'].trim() !== '';
  const reason = isDescribed
    ? 'when its description fits the task: it has no applyTo'
    : 'only when you add it to a request: it has no applyTo';
  return { state: 'on-demand', reason };
}
