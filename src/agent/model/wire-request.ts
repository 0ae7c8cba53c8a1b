import type { MessageCreateParamsStreaming } from '@anthropic-ai/sdk/resources/messages/messages';
import type { ContentBlock, Message, ModelRequest, ToolDefinition } from './model.ts';
import { thinksAdaptively } from './prices.ts';

type WireMessage = MessageCreateParamsStreaming['messages'][number];
type WireTool = NonNullable<MessageCreateParamsStreaming['tools']>[number];
type WireBlock = Exclude<WireMessage['content'], string>[number];

const cached = { cache_control: { type: 'ephemeral' } } as const;

/**
 * Our request as the Messages API wants it. Cache breakpoints (four at most) stand after the tools, after the
 * fixed and the last system block and after the last message, so that each turn pays for its own part only.
 */
export function wireRequest(request: ModelRequest): MessageCreateParamsStreaming {
  const system = request.system.filter((text) => text !== '');
  return {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    system: system.map((text, index) => ({
      type: 'text',
      text,
      ...(index === 0 || index === system.length - 1 ? cached : {}),
    })),
    ...wireThinking(request),
    tools: request.tools.map((tool, index) => ({
      ...wireTool(tool),
      ...(index === request.tools.length - 1 ? cached : {}),
    })),
    messages: request.messages.map((message, index) =>
      wireMessage(message, index === request.messages.length - 1),
    ),
  };
}

/** A tool that the server knows by itself goes by its type: our description and schema would be refused. */
function wireTool({ name, description, input_schema, serverType }: ToolDefinition): WireTool {
  if (serverType === 'memory_20250818') return { type: serverType, name: 'memory' };
  return { name, description, input_schema: { ...input_schema, type: 'object' } };
}

/** At least so much is left of an answer for what it says; and less thinking than this is refused. */
const leastTokens = 1_024;

/** What is thought comes back as a signature alone: nobody is shown it, and it arrives sooner. */
function wireThinking({
  thinking,
  model,
  maxTokens,
  messages,
}: ModelRequest): Pick<MessageCreateParamsStreaming, 'thinking'> {
  if (thinking === undefined) return {};
  if (thinksAdaptively(model)) return { thinking: { type: 'adaptive', display: 'omitted' } };
  if (model.startsWith('claude-') && !beginsWithThinking(messages)) return {};
  const budget = Math.min(thinking.budgetTokens, maxTokens - leastTokens);
  if (budget < leastTokens) return {};
  return { thinking: { type: 'enabled', budget_tokens: budget, display: 'omitted' } };
}

/**
 * A Claude model that takes a budget refuses results of calls whose answer does not begin with its thinking; where that is not
 * there any more, it answers these without.
 */
function beginsWithThinking(messages: readonly Message[]): boolean {
  const isResult = messages.at(-1)?.content.some(({ type }) => type === 'tool_result') === true;
  const answer = messages.findLast(({ role }) => role === 'assistant');
  return !isResult || answer?.content[0]?.type.endsWith('thinking') === true;
}

function wireMessage(message: Message, isLast: boolean): WireMessage {
  const content = message.content.filter((block) => !isEmptyText(block)).map(wireBlock);
  const last = content.at(-1);
  if (isLast && last !== undefined && takesBreakpoint(last))
    content[content.length - 1] = { ...last, ...cached };
  return { role: message.role, content };
}

/** The API refuses empty text blocks, and models do send them. */
function isEmptyText(block: ContentBlock): boolean {
  return block.type === 'text' && block.text.trim() === '';
}

function takesBreakpoint(
  block: WireBlock,
): block is Extract<WireBlock, { type: 'text' | 'tool_result' | 'tool_use' }> {
  return block.type === 'text' || block.type === 'tool_result' || block.type === 'tool_use';
}

function wireBlock(block: ContentBlock): WireBlock {
  switch (block.type) {
    case 'text':
    case 'thinking':
    case 'redacted_thinking':
      return { ...block };
    case 'image':
      return { type: 'image', source: { ...block.source } };
    case 'tool_use':
      return { ...block, input: asObject(block.input) };
    case 'tool_result':
      return { ...block, content: typeof block.content === 'string' ? block.content : [...block.content] };
  }
}

/** An input that did not parse is kept as text; the API takes objects only. */
function asObject(input: unknown): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  return { unparsed: input };
}
