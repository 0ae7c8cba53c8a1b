import { randomUUID } from 'node:crypto';
import { fileTools } from './claude-words.ts';
import { type Loose, listOf, objectOf, textOf } from './loose-json.ts';

/**
 * The control protocol of Claude Code under `-p --input-format stream-json` (2.1.330): either side sends a
 * `control_request` and the other answers it with a `control_response` of the same id.
 */

/** Our name for the hook that is asked before a tool is used. */
const HOOK = 'before-tool';

/** The first line: from then on each call of a tool that writes or runs something is asked about before anything else. */
export function initializeRequest(): object {
  const matcher = [...fileTools, 'Bash'].join('|');
  const hooks = { PreToolUse: [{ matcher, hookCallbackIds: [HOOK] }] };
  return request({ subtype: 'initialize', hooks });
}

export function interruptRequest(): object {
  return request({ subtype: 'interrupt' });
}

/** Answered whatever its version knows of it, with an error if need be: a sign of life. */
export function pingRequest(): object {
  return request({ subtype: 'mcp_status' });
}

function request(what: object): object {
  return { type: 'control_request', request_id: randomUUID(), request: what };
}

export function successResponse(id: string, response: object): object {
  return { type: 'control_response', response: { subtype: 'success', request_id: id, response } };
}

export function refusal(id: string, error: string): object {
  return { type: 'control_response', response: { subtype: 'error', request_id: id, error } };
}

/** `uuid` comes back when the message is taken in. */
export function userMessage(uuid: string, text: string): object {
  const message = { role: 'user', content: text };
  return { type: 'user', uuid, message, parent_tool_use_id: null, session_id: '' };
}

/** What a hook may say: nothing, that the person is to be asked, or that the call must not be. */
export function hookAnswer(decision: 'ask' | 'deny' | undefined, reason: string): object {
  if (decision === undefined) return {};
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: decision,
      permissionDecisionReason: reason,
    },
  };
}

export interface Question {
  readonly text: string;
  readonly options: readonly string[];
}

/** The questions of an `AskUserQuestion` call. */
export function questionsOf(input: Loose): readonly Question[] {
  return listOf(input['questions']).map((question) => ({
    text: textOf(question['question']),
    options: listOf(question['options']).map((option) => textOf(option['label'])),
  }));
}

/** The same call with what the person said. */
export function answeredQuestions(input: Loose, answers: Readonly<Record<string, string>>): object {
  return { behavior: 'allow', updatedInput: { ...input, answers } };
}

/** Whether hooks of ours will be asked; an administrator can turn them off. Versions that do not tell apply them. */
export function appliesHooks(initialized: Loose): boolean {
  return objectOf(objectOf(initialized['response'])['response'])['hooks_applied'] !== false;
}
