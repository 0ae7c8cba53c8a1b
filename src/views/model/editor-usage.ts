import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type * as vscode from 'vscode';
import type { ContentBlock, ModelRequest, Usage } from '../../agent/model/model.ts';
import { NO_USAGE } from '../../agent/model/usage.ts';
import { type EditorParts, editorMessages, editorTools } from './editor-messages.ts';

/** `LanguageModelChat.countTokens` of one model. */
export type CountTokens = (said: string | vscode.LanguageModelChatMessage) => Thenable<number>;

/** Counts what requests and answers of one run take; what was counted before is not counted again. */
export interface UsageCounter {
  /** Begins with the request's part at once. Never rejects: what cannot be counted is `unknown`. */
  begin(request: ModelRequest, count: CountTokens): (answer: readonly ContentBlock[]) => Promise<Usage>;
}

/** A counter that does not answer must not hold the run up. */
const longestCountMs = 10_000;

export function createUsageCounter(parts: EditorParts, longestMs = longestCountMs): UsageCounter {
  const known = new Map<string, number>();
  const counted = async (
    model: string,
    said: string | vscode.LanguageModelChatMessage,
    count: CountTokens,
  ) => {
    const key = createHash('sha256')
      .update(JSON.stringify([model, said]))
      .digest('base64');
    const tokens = known.get(key) ?? (await count(said));
    if (!Number.isFinite(tokens) || tokens < 0) throw new Error('The editor counted no number.');
    known.set(key, tokens);
    return tokens;
  };
  return {
    begin: (request, count) => {
      const sum = async (said: readonly (string | vscode.LanguageModelChatMessage)[]): Promise<number> => {
        const all = await Promise.all(said.map((one) => counted(request.model, one, count)));
        return all.reduce((total, tokens) => total + tokens, 0);
      };
      const tools = editorTools(request).map((tool) => JSON.stringify(tool));
      const input = sum([...tools, ...editorMessages(request, parts)]);
      // Looked at with the answer; until then it must not count as unhandled.
      input.catch(() => {});
      return async (answer) => {
        const both = Promise.all([input, sum(answer.flatMap(saidIn))]);
        const late = pause(longestMs, undefined, { ref: false });
        const found = await Promise.race([both, late]).catch(() => undefined);
        if (found === undefined) return { ...NO_USAGE, basis: 'unknown' };
        return { ...NO_USAGE, inputTokens: found[0], outputTokens: found[1], basis: 'counted' };
      };
    },
  };
}

function saidIn(block: ContentBlock): readonly string[] {
  if (block.type === 'text') return [block.text];
  return block.type === 'tool_use' ? [JSON.stringify([block.name, block.input])] : [];
}
