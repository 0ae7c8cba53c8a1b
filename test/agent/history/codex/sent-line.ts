import type { TranscriptEntry } from '../../../../src/agent/history/transcript.ts';
import type { InputItem } from './responses-server.ts';

/** What the program sends of each session, by its id. */
export type SentLines = Readonly<Record<string, readonly string[]>>;

const SUMMARY = 'Another language model started';
const INJECTED = /^(?:<\w|# AGENTS\.md)/;

/** What was said and called since the last compaction, as a request has it. */
export function sentLine(input: readonly InputItem[]): readonly string[] {
  const line = input.flatMap((item): readonly string[] => {
    if (item.type === 'message') return sentMessage(item);
    if (!item.type.endsWith('_call')) return [];
    const server = String(item['namespace'] ?? '');
    return [`call: ${server.startsWith('mcp__') ? `${server}__` : ''}${item['name'] ?? item.type}`];
  });
  return line.slice(line.lastIndexOf('compaction') + 1);
}

function sentMessage(item: InputItem): readonly string[] {
  const parts = item['content'] as readonly { readonly text?: string }[];
  const texts = parts.flatMap(({ text }) => text ?? []).filter((text) => !INJECTED.test(text));
  if (item['role'] === 'assistant') return texts.map((text) => `answer: ${text}`);
  if (item['role'] !== 'user' || texts.length === 0) return [];
  return texts[0]?.startsWith(SUMMARY) ? ['compaction'] : [`prompt: ${texts.join('\n')}`];
}

/** The same of a transcript: what a script of the model did, and a person themselves, is nothing that the model called. */
export function toldLine(entries: readonly TranscriptEntry[]): readonly string[] {
  const line = entries.flatMap((entry): readonly string[] => {
    switch (entry.kind) {
      case 'prompt':
      case 'answer':
        return [`${entry.kind}: ${entry.text}`];
      case 'plan':
        return ['call: update_plan'];
      case 'compaction':
        return ['compaction'];
      case 'call':
        if (entry.id.startsWith('exec-') || entry.name === 'user_shell') return [];
        return [`call: ${entry.name === 'web_search' ? 'web_search_call' : entry.name}`];
      default:
        return [];
    }
  });
  return line.slice(line.lastIndexOf('compaction') + 1);
}
