/** What a rule speaks about. `read` and `edit` cover every tool with that effect, a `tool` only itself. */
export type RuleSubject =
  | { readonly kind: 'command' }
  | { readonly kind: 'read' }
  | { readonly kind: 'edit' }
  | { readonly kind: 'tool'; readonly name: string };

export interface Rule {
  /** As written. */
  readonly text: string;
  readonly subject: RuleSubject;
  /** What stands in the parentheses; undefined for a bare tool name, which covers all its calls. */
  readonly spec: string | undefined;
  /** Directory that a leading `/` of a path means; the workspace root unless told. */
  readonly base: string | undefined;
}

/** A rule as it comes from settings, with the directory its `/` means. */
export type RuleText = string | { readonly text: string; readonly base: string };

export interface RuleSet {
  readonly allow: readonly RuleText[];
  readonly deny: readonly RuleText[];
  readonly ask: readonly RuleText[];
}

/** Claude Code's names (2.1.330) and ours. `Edit` covers all tools that change files, `Read` all that show them. */
const subjects: ReadonlyMap<string, RuleSubject> = new Map([
  ['bash', { kind: 'command' }],
  ['run_command', { kind: 'command' }],
  ['read', { kind: 'read' }],
  ['notebookread', { kind: 'read' }],
  ['edit', { kind: 'edit' }],
  ['multiedit', { kind: 'edit' }],
  ['multi_edit', { kind: 'edit' }],
  ['notebookedit', { kind: 'edit' }],
  ['write', { kind: 'tool', name: 'write' }],
  ['ls', { kind: 'tool', name: 'list' }],
  ['list', { kind: 'tool', name: 'list' }],
  ['glob', { kind: 'tool', name: 'glob' }],
  ['grep', { kind: 'tool', name: 'grep' }],
]);

/** What a tool that reaches outside is called by Claude Code and here; one rule covers both. */
const sameTool: ReadonlyMap<string, string> = new Map([
  ['WebFetch', 'web_fetch'],
  ['fetch', 'web_fetch'],
  ['fetch_url', 'web_fetch'],
  ['Task', 'agent'],
  ['Agent', 'agent'],
  ['subagent', 'agent'],
  ['Skill', 'skill'],
]);

/** One name for a tool that has several. */
export function toolName(name: string): string {
  return sameTool.get(name) ?? name;
}

/** What a rule for this name speaks of; undefined for a name that is neither ours nor one of Claude Code's files and commands. */
export function knownSubject(name: string): RuleSubject | undefined {
  return subjects.get(name.toLowerCase());
}

/** Reads `Tool` or `Tool(spec)`. Undefined when it is neither. */
export function parseRule(source: RuleText): Rule | undefined {
  const { text, base } = typeof source === 'string' ? { text: source, base: undefined } : source;
  const found = /^\s*([A-Za-z_*][\w*.-]*)\s*(?:\(([\s\S]*)\))?\s*$/.exec(text);
  const name = found?.[1];
  if (name === undefined) return undefined;
  const subject = knownSubject(name) ?? { kind: 'tool', name: toolName(name) };
  const spec = found?.[2]?.trim();
  return { text: text.trim(), subject, spec: spec === '' || spec === '*' ? undefined : spec, base };
}

/** Rules that cannot be read, so that they can be told: a deny rule that is silently dropped would be a trap. */
export function unreadableRules(rules: RuleSet): readonly string[] {
  const all = [...rules.allow, ...rules.deny, ...rules.ask];
  return all
    .filter((rule) => parseRule(rule) === undefined)
    .map((rule) => (typeof rule === 'string' ? rule : rule.text));
}

export function parseRules(rules: readonly RuleText[]): readonly Rule[] {
  return rules.flatMap((rule) => parseRule(rule) ?? []);
}

/** Rules that hold back; a bare `*` among them means commands, files and every other tool. */
export function parseHoldingRules(rules: readonly RuleText[]): readonly Rule[] {
  return parseRules(rules).flatMap((rule) => {
    if (rule.subject.kind !== 'tool' || rule.subject.name !== '*') return [rule];
    const kinds = ['command', 'read', 'edit'] as const;
    return [...kinds.map((kind) => ({ ...rule, subject: { kind } })), rule];
  });
}

/** Which side of a doubt a pattern takes: an allow rule reads narrowly, a deny or ask rule widely. */
export type Reading = 'narrow' | 'wide';

/**
 * Whether a command rule covers a command line. `npm run *` and `npm run:*` cover `npm run` with any further words;
 * `git diff*` covers, read narrowly, `git diff` with any further words, and read widely `git diff-index` too;
 * `node scripts/*` covers what lies below that directory.
 */
export function matchesCommand(spec: string, command: string, reading: Reading): boolean {
  return commandPattern(spec, reading).test(command);
}

function commandPattern(spec: string, reading: Reading): RegExp {
  const ending = /(:\*|\s+\*|\*)$/.exec(spec)?.[0];
  const body = ending === undefined ? spec : spec.slice(0, -ending.length);
  const tail = tailOf(body, ending, reading);
  const parts = body.split('*').map((part) => escapeExpression(part).replace(/\s+/g, '\\s+'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}${tail}$`, 'u');
}

/** `node scripts/*` reaches every file below, but read narrowly not by `..` out of it. */
function tailOf(body: string, ending: string | undefined, reading: Reading): string {
  if (ending === undefined) return '';
  if (body === '' || (ending === '*' && reading === 'wide')) return '[\\s\\S]*';
  if (ending === '*' && body.endsWith('/')) return '(?:(?!\\.\\.)[\\s\\S])*';
  return '(?:\\s[\\s\\S]*)?';
}

function escapeExpression(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
