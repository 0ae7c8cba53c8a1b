import type { ContentBlock, Usage } from '../../model/model.ts';
import { type Loose, listOf, numberOf, textOf } from './loose-json.ts';

/** Blocks of the kinds we have; the others are left out. */
export function blockOf(block: Loose): readonly ContentBlock[] {
  switch (block['type']) {
    case 'text':
      return [{ type: 'text', text: textOf(block['text']) }];
    case 'thinking':
      return [
        { type: 'thinking', thinking: textOf(block['thinking']), signature: textOf(block['signature']) },
      ];
    case 'tool_use':
      return [
        {
          type: 'tool_use',
          id: textOf(block['id']),
          name: textOf(block['name']),
          input: block['input'],
        },
      ];
    default:
      return [];
  }
}

/** The words of a `tool_result` block. */
export function resultText(block: Loose): string {
  const { content } = block;
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => textOf(part['text']))
    .filter((text) => text !== '')
    .join('\n');
}

/** `usage` of a message. */
export function usageOf(usage: Loose): Usage {
  return {
    inputTokens: numberOf(usage['input_tokens']),
    outputTokens: numberOf(usage['output_tokens']),
    cacheReadTokens: numberOf(usage['cache_read_input_tokens']),
    cacheWriteTokens: numberOf(usage['cache_creation_input_tokens']),
  };
}
