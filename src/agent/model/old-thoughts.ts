import type { ContentBlock, ModelProblem, ModelRequest } from './model.ts';

/**
 * Thinking that a server does not take back. Some models bind it to every word that stood before it (Claude Fable 5.1,
 * platform.claude.com, "Preserved thinking"): where a conversation was masked, shortened or goes on with another
 * system prompt, the request is refused with a 400 that says so. Left out, it is not missed by the rules of the API.
 */
export interface OldThoughts {
  /** The request without what was refused before. */
  without(request: ModelRequest): ModelRequest;
  /** Remembers the thinking of a request that was refused for it; false where that was not why. */
  refused(request: ModelRequest, problem: ModelProblem): boolean;
}

export function createOldThoughts(): OldThoughts {
  const old = new Set<string>();
  const isKept = (block: ContentBlock): boolean => !old.has(thoughtOf(block) ?? '');
  return {
    without: (request) => {
      if (old.size === 0) return request;
      const messages = request.messages.flatMap((message) => {
        const content = message.content.filter(isKept);
        return content.length === 0 ? [] : [{ ...message, content }];
      });
      return { ...request, messages };
    },
    refused: (request, { kind, message }) => {
      if (kind !== 'invalid' || !/invalid `signature` in `thinking` block/i.test(message)) return false;
      const before = old.size;
      for (const { content } of request.messages)
        for (const block of content) {
          const thought = thoughtOf(block);
          if (thought !== undefined) old.add(thought);
        }
      return old.size > before;
    },
  };
}

function thoughtOf(block: ContentBlock): string | undefined {
  if (block.type === 'thinking') return block.signature;
  return block.type === 'redacted_thinking' ? block.data : undefined;
}
