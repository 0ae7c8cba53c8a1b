import type * as vscode from 'vscode';
import type { ContentBlock, Message, ModelEvent, ModelRequest, Usage } from '../../agent/model/model.ts';

/** The editor's classes for messages and their parts, handed in so that the mapping needs no editor. */
export interface EditorParts {
  text(value: string): vscode.LanguageModelTextPart;
  call(id: string, name: string, input: object): vscode.LanguageModelToolCallPart;
  result(id: string, content: readonly vscode.LanguageModelTextPart[]): vscode.LanguageModelToolResultPart;
  user(
    content: readonly (vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart)[],
  ): vscode.LanguageModelChatMessage;
  assistant(
    content: readonly (vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart)[],
  ): vscode.LanguageModelChatMessage;
}

/** Our request as the editor's models take it (VS Code 1.101): they know no system prompt, so it is said first. */
export function editorMessages(request: ModelRequest, parts: EditorParts): vscode.LanguageModelChatMessage[] {
  const system = request.system.filter((text) => text.trim() !== '').map((text) => parts.text(text));
  const messages = request.messages.map((message) => editorMessage(message, parts));
  return system.length === 0 ? messages : [parts.user(system), ...messages];
}

export function editorTools(request: ModelRequest): vscode.LanguageModelChatTool[] {
  return request.tools.map(({ name, description, input_schema }) => ({
    name,
    description,
    inputSchema: input_schema,
  }));
}

function editorMessage(message: Message, parts: EditorParts): vscode.LanguageModelChatMessage {
  if (message.role === 'assistant') {
    return parts.assistant(
      message.content.flatMap<vscode.LanguageModelTextPart | vscode.LanguageModelToolCallPart>((block) => {
        if (block.type === 'tool_use') return [parts.call(block.id, block.name, asObject(block.input))];
        return textOf(block).map((text) => parts.text(text));
      }),
    );
  }
  return parts.user(
    message.content.flatMap<vscode.LanguageModelTextPart | vscode.LanguageModelToolResultPart>((block) => {
      if (block.type !== 'tool_result') return textOf(block).map((text) => parts.text(text));
      const said =
        typeof block.content === 'string' ? [block.content] : block.content.flatMap((part) => textOf(part));
      const failed = block.is_error === true ? ['The call failed:'] : [];
      return [
        parts.result(
          block.tool_use_id,
          [...failed, ...said].map((text) => parts.text(text)),
        ),
      ];
    }),
  );
}

/** Thinking of another model is nothing to them; pictures they take only in newer editors. */
function textOf(block: ContentBlock): readonly string[] {
  if (block.type === 'text') return block.text.trim() === '' ? [] : [block.text];
  return block.type === 'image' ? ['(A picture is left out: this model is given text only.)'] : [];
}

function asObject(input: unknown): object {
  return typeof input === 'object' && input !== null ? input : { unparsed: input };
}

/**
 * What the editor's model answers, as events of ours; the last is always `message-end`. Rejects as the stream does. The
 * editor does not tell what an answer took: `usageOf` says what is known of it.
 */
export async function* editorAnswer(
  model: string,
  stream: AsyncIterable<unknown>,
  usageOf: (content: readonly ContentBlock[]) => Promise<Usage>,
): AsyncGenerator<ModelEvent> {
  const content: ContentBlock[] = [];
  for await (const part of stream) {
    const block = blockOf(part);
    if (block === undefined) continue;
    const last = content.at(-1);
    if (block.type === 'text') {
      yield { type: 'text-delta', text: block.text };
      if (last?.type === 'text') {
        content[content.length - 1] = { type: 'text', text: last.text + block.text };
        continue;
      }
    }
    content.push(block);
  }
  const stopReason = content.some(({ type }) => type === 'tool_use') ? 'tool_use' : 'end_turn';
  yield { type: 'message-end', content, stopReason, usage: await usageOf(content), model };
}

/** Told apart by what they hold: newer editors send parts of kinds that are not known here. */
function blockOf(part: unknown): Extract<ContentBlock, { readonly type: 'text' | 'tool_use' }> | undefined {
  if (typeof part !== 'object' || part === null) return undefined;
  const { value, callId, name, input } = part as Record<string, unknown>;
  if (typeof callId === 'string' && typeof name === 'string') {
    return { type: 'tool_use', id: callId, name, input };
  }
  // A thinking part has a value too, and an id.
  return typeof value === 'string' && !('id' in part) ? { type: 'text', text: value } : undefined;
}

/** `code` is that of a `LanguageModelError`. */
export function editorFailure(code: string | undefined, said: string): ModelEvent {
  const detail = said === '' ? '' : ` The editor says: ${said}`;
  const fail = (kind: 'unauthorized' | 'invalid' | 'rate-limited' | 'unavailable', message: string) =>
    ({ type: 'failure', problem: { kind, message } }) as const;
  switch (code) {
    case 'NoPermissions':
      return fail(
        'unauthorized',
        `Varve may not use the editor's models.${detail} Allow it, then run again; or choose another with Varve: Choose Model….`,
      );
    case 'NotFound':
      return fail(
        'invalid',
        `The editor has this model no longer.${detail} Choose another with Varve: Choose Model….`,
      );
    case 'Blocked':
      return fail(
        'rate-limited',
        `The editor's model is blocked for now, for instance by a quota.${detail} Continue in a while, or choose another with Varve: Choose Model….`,
      );
    default:
      return fail('unavailable', `The editor's model did not answer.${detail} Continue in a while.`);
  }
}
