import type { CallShape } from '../call-shape.ts';
import { fieldOf, flagField, type LooseObject, objectField, textField } from '../loose-json.ts';

/** OpenClaw's own tools; it has pi's besides. Source: docs/tools of OpenClaw 2026.9.6. */
export const openclawShapes: Readonly<Record<string, CallShape>> = {
  read: { act: 'read', paths: ['path', 'file_path'] },
  ls: { act: 'read', about: ['path'] },
  memory_get: { act: 'read', about: ['path'] },
  grep: { act: 'search', about: ['pattern'] },
  find: { act: 'search', about: ['pattern'] },
  memory_search: { act: 'search', about: ['query'] },
  edit: { act: 'write', paths: ['path', 'file_path'] },
  write: { act: 'write', paths: ['path', 'file_path'] },
  exec: { act: 'execute', command: 'command' },
  bash: { act: 'execute', command: 'command' },
  web_fetch: { act: 'fetch', about: ['url'] },
  web_search: { act: 'fetch', about: ['query'] },
  browser: { act: 'fetch', about: ['url', 'action'] },
  sessions_spawn: { act: 'delegate', about: ['label', 'task'] },
  sessions_send: { act: 'delegate', about: ['message'] },
};

/** Pure. An event of OpenClaw as a line of pi: what only OpenClaw writes becomes what says the same there. */
export function asLineOfPi(event: LooseObject): LooseObject {
  const message = textField(event, 'type') === 'message' ? objectField(event, 'message') : undefined;
  switch (textField(message, 'role')) {
    case 'assistant':
      // The Gateway's answer to a command.
      return textField(message, 'model') === 'gateway-injected'
        ? { ...event, type: 'custom_message', display: true, content: fieldOf(message, 'content') }
        : event;
    case 'custom':
      return textField(message, 'customType') === 'openclaw.nested-tool.v1'
        ? { ...event, message: nestedCall(objectField(message, 'details')) }
        : event;
    case 'user':
      return { ...event, message: { ...message, content: withoutAdded(fieldOf(message, 'content')) } };
    default:
      return event;
  }
}

/** A call that was made through another tool. */
function nestedCall(details: LooseObject | undefined): LooseObject {
  const isError = flagField(objectField(details, 'result'), 'isError') || flagField(details, 'isError');
  const call = {
    id: textField(details, 'toolCallId'),
    name: textField(details, 'toolName'),
    arguments: fieldOf(details, 'input'),
    status: isError ? 'error' : 'ok',
  };
  return { role: 'toolResult', nestedCalls: { calls: [call] } };
}

function withoutAdded(content: unknown): unknown {
  if (typeof content === 'string') return typedText(content);
  if (!Array.isArray(content)) return content;
  return content.map((block: unknown) =>
    typeof block === 'object' && block !== null && 'text' in block && typeof block.text === 'string'
      ? { ...block, text: typedText(block.text) }
      : block,
  );
}

/** Older versions put the time before what was typed; a subagent's task stands between two paragraphs of OpenClaw's. */
function typedText(text: string): string {
  const task = /^\[Subagent Context\][\s\S]*?\n\[Subagent Task\]\s*([\s\S]*?)(?:\n\n[^\n]*)?$/.exec(
    text,
  )?.[1];
  return task ?? text.replace(/^\[[A-Z][a-z]{2} \d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)? [^\]\n]{1,40}\] /, '');
}
