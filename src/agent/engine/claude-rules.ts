import type { Files } from '../../base/files.ts';
import { errorCode } from '../../base/io-problem.ts';
import type { RuleText } from '../guard/rules.ts';

/** Rules that a project or a person wrote for Claude Code and that hold for our runs as well. */
export interface ClaudeRules {
  readonly deny: readonly RuleText[];
  readonly ask: readonly RuleText[];
  /** Sentences about files that could not be read: a deny rule that is silently dropped would be a trap. */
  readonly problems: readonly string[];
}

/**
 * Reads `permissions.deny` and `permissions.ask` of `.claude/settings.json`, `.claude/settings.local.json` and the
 * user's `settings.json` (Claude Code 2.1.330). Allow rules are left out: what a repository allows itself is not
 * what its reader allowed.
 */
export async function readClaudeRules(
  files: Files,
  place: { readonly root: string; readonly configDirectory: string },
): Promise<ClaudeRules> {
  const sources = [
    { path: `${place.configDirectory}/settings.json`, base: place.configDirectory },
    { path: `${place.root}/.claude/settings.json`, base: place.root },
    { path: `${place.root}/.claude/settings.local.json`, base: place.root },
  ];
  const read = await Promise.all(sources.map((source) => readSource(files, source)));
  return {
    deny: read.flatMap(({ deny }) => deny),
    ask: read.flatMap(({ ask }) => ask),
    problems: read.flatMap(({ problems }) => problems),
  };
}

async function readSource(
  files: Files,
  source: { readonly path: string; readonly base: string },
): Promise<ClaudeRules> {
  const none = { deny: [], ask: [], problems: [] };
  try {
    const value: unknown = JSON.parse(Buffer.from(await files.readFile(source.path)).toString('utf8'));
    const permissions = isObject(value) ? value['permissions'] : undefined;
    if (!isObject(permissions)) return none;
    const rules = (list: unknown) =>
      Array.isArray(list)
        ? list.filter((rule) => typeof rule === 'string').map((text) => ({ text, base: source.base }))
        : [];
    return { deny: rules(permissions['deny']), ask: rules(permissions['ask']), problems: [] };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return none;
    return {
      ...none,
      problems: [`${source.path} cannot be read; its deny and ask rules do not hold for this run.`],
    };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
