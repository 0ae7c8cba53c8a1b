import { resolve } from 'node:path';
import type { PermissionKey } from './guard.ts';
import { knownSubject, type RuleSet, type RuleText } from './rules.ts';

/** One question of `varve permissions --json`: rules and a call. */
export interface PermissionLine {
  readonly rules: RuleSet;
  readonly key: PermissionKey;
  /** As given; the caller's directory unless told. */
  readonly cwd: string | undefined;
}

/**
 * Reads `{allow, deny, ask?, cmd | tool + input, cwd?}`. Tools go by Claude Code's names (2.1.330) or by ours, a rule
 * without a tool's name is one for the tool that is asked about: `git *` beside `cmd` means `Bash(git *)`. A text says
 * what is wrong with the line, as the end of a sentence. Never throws.
 */
export function readPermissionLine(line: string): PermissionLine | string {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(/^\uFEFF/, ''));
  } catch {
    return 'it is not valid JSON';
  }
  if (!isObject(value)) return 'it is not a JSON object';
  const { cmd, tool, input, cwd } = value;
  if (cwd !== undefined && typeof cwd !== 'string') return '"cwd" is not a text';
  if (cmd !== undefined && tool !== undefined) return 'it has both "cmd" and "tool"';
  if (cmd === undefined && typeof tool !== 'string')
    return 'it has neither a "cmd" nor a "tool" that is a text';
  if (cmd !== undefined && typeof cmd !== 'string') return '"cmd" is not a text';
  const name = typeof tool === 'string' ? tool : 'Bash';
  const rules = readRules(value, name);
  if (typeof rules === 'string') return rules;
  const key = keyOf(name, typeof cmd === 'string' ? { command: cmd } : (input ?? {}), cwd);
  return typeof key === 'string' ? key : { rules, key, cwd };
}

function readRules(value: Readonly<Record<string, unknown>>, tool: string): RuleSet | string {
  const lists: Record<'allow' | 'deny' | 'ask', readonly RuleText[]> = { allow: [], deny: [], ask: [] };
  for (const list of ['allow', 'deny', 'ask'] as const) {
    const given = value[list] ?? [];
    if (!Array.isArray(given) || !given.every((rule): rule is string => typeof rule === 'string'))
      return `"${list}" is not a list of texts`;
    lists[list] = given.map((rule) => ruleFor(tool, rule));
  }
  return lists;
}

/** The rule as it stands where it names a tool, else one for `tool`. */
function ruleFor(tool: string, rule: string): string {
  const text = rule.trim();
  const name = /^([A-Za-z_][\w*.-]*)(\([\s\S]*\))?$/.exec(text);
  const isNamed = name !== null && (name[2] !== undefined || namesTool(name[1] ?? '', tool));
  return isNamed ? text : `${tool}(${text})`;
}

const otherTools = new Set([
  'WebFetch',
  'WebSearch',
  'Task',
  'Agent',
  'Skill',
  'TodoWrite',
  'BashOutput',
  'KillShell',
]);

/** By its exact name: `read` and `list` are also words of a shell, `Read` is not. */
function namesTool(name: string, tool: string): boolean {
  if (name === tool || name.startsWith('mcp__') || otherTools.has(name)) return true;
  return knownSubject(name) !== undefined && (/^[A-Z]/.test(name) || name.includes('_'));
}

const showing = new Map([
  ['list', 'list'],
  ['ls', 'list'],
  ['glob', 'glob'],
  ['grep', 'grep'],
]);

function keyOf(tool: string, input: unknown, cwd: string | undefined): PermissionKey | string {
  if (!isObject(input)) return '"input" is not a JSON object';
  const subject = knownSubject(tool);
  const name = tool.toLowerCase();
  const show = showing.get(name);
  if (subject?.kind === 'command') return commandKey(input);
  if (show !== undefined) return placeKey(show, input);
  if (subject?.kind === 'read') return fileKey('read', 'read', input, cwd);
  if (subject?.kind === 'edit') return fileKey('edit', 'write', input, cwd);
  if (name === 'write') return fileKey('write', 'write', input, cwd);
  return { tool, effect: 'external', target: targetOf(input) };
}

function commandKey(input: Readonly<Record<string, unknown>>): PermissionKey | string {
  const { command } = input;
  if (typeof command !== 'string') return '"input.command" is not a text';
  return { tool: 'run_command', effect: 'execute', command };
}

function fileKey(
  tool: string,
  effect: 'read' | 'write',
  input: Readonly<Record<string, unknown>>,
  cwd: string | undefined,
): PermissionKey | string {
  const path = input['file_path'] ?? input['notebook_path'] ?? input['path'];
  if (typeof path !== 'string' || path === '') return 'its input names no file';
  return { tool, effect, path: cwd === undefined ? path : resolve(cwd, path) };
}

/** Where a search looks: its directory, and the beginning of its pattern up to the first part that is not fixed. */
function placeKey(tool: string, input: Readonly<Record<string, unknown>>): PermissionKey | string {
  const path = input['path'] ?? '.';
  const pattern = tool === 'glob' ? (input['pattern'] ?? '') : '';
  if (typeof path !== 'string' || typeof pattern !== 'string') return 'its input names no place';
  const parts = pattern.split('/');
  const open = parts.findIndex((part) => /[*?[{(!]/.test(part));
  const fixed = (open === -1 ? parts : parts.slice(0, open)).join('/');
  if (pattern.startsWith('/')) return { tool, effect: 'read', path: fixed === '' ? '/' : fixed };
  return { tool, effect: 'read', path: fixed === '' ? path : `${path}/${fixed}` };
}

function targetOf(input: Readonly<Record<string, unknown>>): string {
  const named = [
    input['url'],
    input['subagent_type'],
    input['agent'],
    input['skill'],
    input['name'],
    input['command'],
  ];
  return named.find((value) => typeof value === 'string') ?? '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
