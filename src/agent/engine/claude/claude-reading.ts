import type { ContentBlock, Usage } from '../../model/model.ts';
import { costUsd } from '../../model/prices.ts';
import { addUsage, NO_USAGE, tokensOf } from '../../model/usage.ts';
import type { RunEvent } from '../run-channel.ts';
import { blockOf, resultText, usageOf } from './claude-content.ts';
import { type ClaudeResult, resultOf } from './claude-result.ts';
import { summaryOf } from './claude-words.ts';
import { type Loose, listOf, numberOf, objectOf, textOf } from './loose-json.ts';

/** An event without its time, which the run adds. */
export type TimelessEvent = RunEvent extends infer Event
  ? Event extends RunEvent
    ? Omit<Event, 'time'>
    : never
  : never;

/** What a message of Claude Code says; a result of a tool is completed with what changed before it becomes an event. */
export type ClaudeStep =
  | { readonly kind: 'event'; readonly event: TimelessEvent; readonly parent: string | undefined }
  | {
      readonly kind: 'tool-result';
      readonly id: string;
      readonly name: string;
      readonly ok: boolean;
      readonly text: string;
      /** Why it was not permitted. */
      readonly denial?: string;
      readonly parent: string | undefined;
    }
  /** A prompt or a steering message was taken in. */
  | { readonly kind: 'taken'; readonly uuid: string; readonly text: string }
  | { readonly kind: 'result'; readonly result: ClaudeResult };

export interface ClaudeReader {
  take(message: Loose): readonly ClaudeStep[];
  /** The answer so far counts as whole: Claude Code asks about one of its calls. */
  settle(): readonly ClaudeStep[];
  /** Name of the agent that a call started. */
  agentOf(call: string): string;
  /** Tokens of all answers so far. Of a subagent's answer Claude Code tells what went in, not what came out. */
  tokens(): number;
  /** Answers of the model outside subagents. */
  turns(): number;
}

interface Call {
  readonly name: string;
  readonly input: Loose;
}

/** One answer of the model, whose blocks arrive as messages of their own. */
interface Draft {
  readonly blocks: ContentBlock[];
  usage: Usage;
  model: string;
}

/**
 * Reads `--output-format stream-json` of Claude Code (2.1.330). Stateful: the blocks of one answer come one
 * by one, and a tool's result names its call by id only. Unknown messages say nothing.
 */
export function createClaudeReader(cwd: string): ClaudeReader {
  return new Reader(cwd);
}

class Reader implements ClaudeReader {
  readonly #cwd: string;
  readonly #calls = new Map<string, Call>();
  /** By parent call; the empty string for the run itself. */
  readonly #drafts = new Map<string, Draft>();
  #turns = 0;
  #usage: Usage = NO_USAGE;
  #cost: number | null = 0;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  take(message: Loose): readonly ClaudeStep[] {
    const parent = textOf(message['parent_tool_use_id']) || undefined;
    switch (message['type']) {
      case 'stream_event':
        return this.#stream(objectOf(message['event']), parent);
      case 'assistant':
        return this.#assistant(objectOf(message['message']), parent);
      case 'user':
        return [...this.#flush(parent), ...this.#user(message, parent)];
      case 'system':
        return systemSteps(message);
      case 'result':
        return [...this.#flush(undefined), { kind: 'result', result: resultOf(message) }];
      default:
        return [];
    }
  }

  settle(): readonly ClaudeStep[] {
    return this.#flush(undefined);
  }

  agentOf(call: string): string {
    return textOf(this.#calls.get(call)?.input['subagent_type']) || 'agent';
  }

  turns(): number {
    return this.#turns;
  }

  tokens(): number {
    return tokensOf(this.#usage);
  }

  #stream(event: Loose, parent: string | undefined): readonly ClaudeStep[] {
    switch (event['type']) {
      case 'message_start':
        return this.#flush(parent);
      case 'content_block_delta': {
        const delta = objectOf(event['delta']);
        const text = delta['type'] === 'text_delta' ? textOf(delta['text']) : '';
        return text === '' ? [] : [{ kind: 'event', event: { type: 'text-delta', text }, parent }];
      }
      case 'message_delta': {
        const draft = this.#drafts.get(parent ?? '');
        const counted = objectOf(event['usage']);
        if (draft) draft.usage = { ...draft.usage, outputTokens: numberOf(counted['output_tokens']) };
        return [];
      }
      case 'message_stop':
        return this.#flush(parent);
      default:
        return [];
    }
  }

  #assistant(message: Loose, parent: string | undefined): readonly ClaudeStep[] {
    const blocks = listOf(message['content']).flatMap(blockOf);
    const known = this.#drafts.get(parent ?? '');
    const usage = usageOf(objectOf(message['usage']));
    if (known) known.blocks.push(...blocks);
    else this.#drafts.set(parent ?? '', { blocks: [...blocks], usage, model: textOf(message['model']) });
    // A subagent's answers come without the stream that would say where they end.
    return parent === undefined ? [] : this.#flush(parent);
  }

  /** The answer is whole: it is said, then its calls begin. */
  #flush(parent: string | undefined): readonly ClaudeStep[] {
    const draft = this.#drafts.get(parent ?? '');
    if (!draft) return [];
    this.#drafts.delete(parent ?? '');
    const { blocks: content, usage, model } = draft;
    const say = (event: TimelessEvent): ClaudeStep => ({ kind: 'event', event, parent });
    const begun = content.flatMap((block) => (block.type === 'tool_use' ? [say(this.#begin(block))] : []));
    const answer: TimelessEvent = { type: 'message-assistant', content, usage };
    return [say(answer), this.#count(usage, model, parent), ...begun];
  }

  #begin(block: ContentBlock & { readonly type: 'tool_use' }): TimelessEvent {
    const { id, name } = block;
    const input = objectOf(block.input);
    this.#calls.set(id, { name, input });
    return { type: 'tool-start', id, name, summary: summaryOf(name, input, this.#cwd), input };
  }

  #count(usage: Usage, model: string, parent: string | undefined): ClaudeStep {
    if (parent === undefined) this.#turns += 1;
    this.#usage = addUsage(this.#usage, usage);
    const cost = costUsd(model, usage);
    this.#cost = this.#cost === null || cost === null ? null : this.#cost + cost;
    const event = {
      type: 'usage-update',
      turns: this.#turns,
      usage: this.#usage,
      costUsd: this.#cost,
    } as const;
    return { kind: 'event', event, parent: undefined };
  }

  #user(message: Loose, parent: string | undefined): readonly ClaudeStep[] {
    const { content } = objectOf(message['message']);
    const uuid = textOf(message['uuid']);
    if (typeof content === 'string') return [{ kind: 'taken', uuid, text: content }];
    const refused = refusedCalls(message);
    return listOf(content).flatMap((block): ClaudeStep[] => {
      if (block['type'] !== 'tool_result') return [];
      const id = textOf(block['tool_use_id']);
      const name = this.#calls.get(id)?.name ?? '';
      const text = resultText(block);
      const denial = refused.has(id) ? { denial: text } : {};
      return [{ kind: 'tool-result', id, name, ok: block['is_error'] !== true, text, ...denial, parent }];
    });
  }
}

/** Calls that were not carried out because a rule or the person said no (2.1.330; earlier versions do not tell). */
function refusedCalls(message: Loose): ReadonlySet<string> {
  const refused = listOf(message['tool_result_meta']).filter(({ non_execution_kind: kind }) =>
    ['user-rejected', 'permission-rule'].includes(textOf(kind)),
  );
  return new Set(refused.map(({ id }) => textOf(id)));
}

function systemSteps(message: Loose): readonly ClaudeStep[] {
  const say = (event: TimelessEvent): ClaudeStep[] => [{ kind: 'event', event, parent: undefined }];
  switch (message['subtype']) {
    case 'api_retry':
      return say({
        type: 'retry-wait',
        attempt: numberOf(message['attempt']),
        delayMs: numberOf(message['retry_delay_ms']),
        message: textOf(message['error']) || 'The model did not answer.',
      });
    case 'compact_boundary': {
      const { pre_tokens, preTokens } = objectOf(message['compact_metadata'] ?? message['compactMetadata']);
      const tokensBefore = numberOf(pre_tokens ?? preTokens);
      return say({ type: 'compaction-end', tokensBefore, summary: '' });
    }
    default:
      return [];
  }
}
