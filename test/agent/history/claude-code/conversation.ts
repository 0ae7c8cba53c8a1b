import type { TranscriptEntry } from '../../../../src/agent/history/transcript.ts';
import type { MessagesBody, WireBlock } from '../../../model-server/answer.ts';

/**
 * One line for each thing said, the same for what the program sends to its model and for what our reader tells:
 * `prompt`, `answer`, `call` with how it ended, `shell`, `stopped`, `notice` and `compaction`.
 */
export type Conversation = readonly string[];

/** What the program sends, without what it adds by itself. */
export function conversationSent({ messages }: MessagesBody): Conversation {
  const said: string[] = [];
  const calls = new Map<string, number>();
  for (const { role, content } of messages) {
    const blocks: readonly WireBlock[] =
      typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    // Behind a command of the project stands what it means, which nobody typed.
    let isExpansion = false;
    for (const block of blocks) {
      if (block.type === 'tool_use') {
        calls.set(block.id ?? '', said.length);
        said.push(`call: ${block.name} open`);
      } else if (block.type === 'tool_result') end(said, calls.get(block.tool_use_id ?? ''), block);
      else if (role === 'system') said.push(...typedMeanwhile(block.text ?? ''));
      else if (block.type === 'text' && role === 'assistant') said.push(...answered(block.text ?? ''));
      else if (block.type === 'text') {
        const line = typed(block.text ?? '');
        const isTold = line !== undefined && !(isExpansion && line !== LOCAL);
        isExpansion = line?.startsWith('prompt: /') === true;
        if (isTold) said.push(line);
      }
    }
  }
  return withoutLocal(said);
}

function end(said: string[], at: number | undefined, { content, is_error }: WireBlock): void {
  if (at === undefined) return;
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  // Made up by the program where a call was under way when it ended.
  const isOpen = text.includes("the session ended before this call's result was recorded");
  if (!isOpen) said[at] = (said[at] ?? '').replace(/open$/, is_error === true ? 'failed' : 'ok');
}

/** The program says this itself where nobody answered. */
const NOBODY = 'No response requested.';
const LOCAL = 'local output';
const MEANWHILE = /The user sent a new message while you were working:\n([^\n]*)/g;

function answered(text: string): Conversation {
  return text === NOBODY || text.trim() === '' ? [] : [`answer: ${text}`];
}

/** What a person typed while it worked stands in what the program says for itself. */
function typedMeanwhile(text: string): Conversation {
  return [...text.matchAll(MEANWHILE)].map((match) => `prompt: ${match[1]?.trim()}`);
}

/** Texts that stand without a tag: where a picture was put, and that a tool was looked up. */
const OF_PROGRAM = /^(?:\[Image: source: [^\n]*\]|Tool loaded\.)$/;

function typed(text: string): string | undefined {
  if (text.startsWith('<local-command-stdout>')) return LOCAL;
  const command = /<command-name>([^<]*)<\/command-name>/.exec(text)?.[1];
  const args = /<command-args>([^<]*)<\/command-args>/.exec(text)?.[1] ?? '';
  if (command !== undefined) return `prompt: ${`${command} ${args}`.trim()}`;
  const shell = /^<bash-input>([\s\S]*?)<\/bash-input>/.exec(text)?.[1];
  if (shell !== undefined) return `shell: ${shell}`;
  if (text.includes('<task-notification>\n')) return 'notice';
  if (text.startsWith('[Request interrupted by user')) return 'stopped';
  const meanwhile = typedMeanwhile(text)[0];
  if (meanwhile !== undefined) return meanwhile;
  if (OF_PROGRAM.test(text.trim())) return undefined;
  if (/^<(?:system-reminder|local-command-|bash-|tools-used)/.test(text) || text.trim() === '')
    return undefined;
  if (/^This session is being continued|\n\nSummary:\n/.test(text)) return 'compaction';
  return `prompt: ${text.trim()}`;
}

/** A command that the program answered itself, and its output, are no part of the conversation. */
function withoutLocal(said: Conversation): Conversation {
  return said.filter((line, at) => line !== LOCAL && said[at + 1] !== LOCAL);
}

/** What our reader tells of the same. */
export function conversationTold(entries: readonly TranscriptEntry[]): Conversation {
  return entries.flatMap((entry): Conversation => {
    switch (entry.kind) {
      case 'prompt':
      case 'answer':
        return [`${entry.kind}: ${entry.text.trim()}`];
      case 'call': {
        if (entry.name === 'bash-input') return [`shell: ${entry.command}`];
        const ending = entry.result === undefined ? 'open' : entry.result.ok ? 'ok' : 'failed';
        return [`call: ${entry.name} ${ending}`];
      }
      case 'compaction':
        return ['compaction'];
      case 'notice':
        if (entry.what === 'stopped' && entry.text.startsWith('[Request')) return ['stopped'];
        return entry.what === 'other' ? ['notice'] : [];
      default:
        return [];
    }
  });
}

/**
 * What of a conversation the program still sends: from its last compaction on. `kept`: lines that it sends again behind
 * the summary, as the last ones before it.
 */
export function sinceCompaction(told: Conversation, sent: Conversation): Conversation {
  const at = told.lastIndexOf('compaction');
  if (at === -1) return told;
  const after = told.slice(at + 1);
  const kept = sent.length - after.length - 1;
  return ['compaction', ...told.slice(at - Math.max(0, kept), at), ...after];
}
