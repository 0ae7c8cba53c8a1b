import { isAbsolute } from 'node:path';
import type { Files } from '../../../base/files.ts';
import { unifiedDiff } from '../../../base/text-diff.ts';
import type { ApprovalDecision, ApprovalRequest } from '../../guard/guard.ts';
import { changedPath, shownPath, summaryOf } from './claude-words.ts';
import { type Loose, listOf, objectOf, textOf } from './loose-json.ts';

/** A `can_use_tool` of Claude Code (2.1.330), made into a question of ours. */
export interface ClaudeAsk {
  readonly request: ApprovalRequest;
  /** What Claude Code is told. */
  answer(decision: ApprovalDecision, message: string | undefined): object;
}

export interface AskSurroundings {
  readonly files: Files;
  readonly cwd: string;
}

/** A longer detail is cut: nobody reads it, and it is kept in memory. */
const MAX_DETAIL = 200_000;

/** `alwaysAsked`: why the call is asked for whatever was allowed; no rule is offered then. */
export async function claudeAsk(
  surroundings: AskSurroundings,
  id: string,
  asked: Loose,
  alwaysAsked: string | undefined,
): Promise<ClaudeAsk> {
  const tool = textOf(asked['tool_name']);
  const input = objectOf(asked['input']);
  const path = changedPath(tool, input);
  const rule = alwaysAsked === undefined ? offeredRule(asked, path) : undefined;
  const request = {
    id,
    tool,
    summary: summaryOf(tool, input, surroundings.cwd),
    detail: (await detailOf(surroundings, tool, input, path)).slice(0, MAX_DETAIL),
    ...(path !== undefined && { path }),
    ...(rule !== undefined && { offeredRule: ruleText(rule) }),
    reason: alwaysAsked ?? (textOf(asked['decision_reason']) || 'Claude Code asks for it in this mode.'),
  };
  return { request, answer: (decision, message) => answerOf(decision, message, input, rule) };
}

interface ClaudeRule {
  readonly toolName: string;
  readonly ruleContent?: string;
}

function answerOf(
  decision: ApprovalDecision,
  message: string | undefined,
  input: Loose,
  rule: ClaudeRule | undefined,
): object {
  if (decision === 'deny') return { behavior: 'deny', message: message || 'The person denied this call.' };
  const allowed = { behavior: 'allow', updatedInput: input };
  if (decision === 'once' || rule === undefined) return allowed;
  // For this session only: what is kept longer is kept by Varve, never in another program's settings.
  const update = { type: 'addRules', rules: [rule], behavior: 'allow', destination: 'session' };
  return { ...allowed, updatedPermissions: [update] };
}

/**
 * For a file the file itself; else the rule Claude Code suggests, where it is a single one. Its other suggestions
 * (accept all edits, add a directory) allow more than what is on screen.
 */
function offeredRule(asked: Loose, path: string | undefined): ClaudeRule | undefined {
  if (path !== undefined) {
    return isAbsolute(path) && path.startsWith('/') && !/[*?[\]{}()]/.test(path)
      ? { toolName: 'Edit', ruleContent: `/${path}` }
      : undefined;
  }
  const rules = listOf(asked['permission_suggestions'])
    .filter(({ type, behavior }) => type === 'addRules' && behavior === 'allow')
    .flatMap((suggestion) => listOf(suggestion['rules']));
  const [first] = rules;
  const toolName = textOf(first?.['toolName']);
  if (rules.length !== 1 || toolName === '') return undefined;
  const ruleContent = textOf(first?.['ruleContent']);
  return ruleContent === '' ? { toolName } : { toolName, ruleContent };
}

function ruleText({ toolName, ruleContent }: ClaudeRule): string {
  return ruleContent === undefined ? toolName : `${toolName}(${ruleContent})`;
}

async function detailOf(
  { files, cwd }: AskSurroundings,
  tool: string,
  input: Loose,
  path: string | undefined,
): Promise<string> {
  if (path !== undefined) {
    const before = await textBefore(files, path);
    const after = textAfter(tool, input, before);
    if (after !== undefined) return unifiedDiff(shownPath(cwd, path), before, after);
  }
  return textOf(input['command']) || textOf(input['plan']) || JSON.stringify(input, undefined, 2);
}

async function textBefore(files: Files, path: string): Promise<string> {
  try {
    return Buffer.from(await files.readFile(path)).toString('utf8');
  } catch {
    return '';
  }
}

/** What the file would hold; undefined where that is not plain from the input. */
function textAfter(tool: string, input: Loose, before: string): string | undefined {
  if (tool === 'Write') return textOf(input['content']);
  if (tool === 'Edit') return replaced(before, input);
  if (tool === 'MultiEdit') return listOf(input['edits']).reduce(replaced, before);
  return undefined;
}

function replaced(text: string, edit: Loose): string {
  const [from, to] = [textOf(edit['old_string']), textOf(edit['new_string'])];
  if (from === '') return text === '' ? to : text;
  return edit['replace_all'] === true ? text.replaceAll(from, () => to) : text.replace(from, () => to);
}
