import type { TranscriptEntry, TranscriptState } from '../transcript.ts';
import { isQuestion } from './claude-tools.ts';

/**
 * Pure. What a line of conversation came to, told by how it ends. `stopReason`: of the last answer. `isClosed`: the
 * program ended by itself afterwards, which it does behind a call too, e.g. where the answer is to be a call.
 */
export function stateOf(
  entries: readonly TranscriptEntry[],
  { stopReason, isClosed }: { readonly stopReason: string | undefined; readonly isClosed: boolean },
): TranscriptState {
  const open = openCalls(entries);
  if (open.some(({ name }) => isQuestion(name))) return 'waiting';
  if (open.length > 0) return 'interrupted';
  const last = entries.findLast(({ kind }) => kind !== 'plan');
  switch (last?.kind) {
    case undefined:
    case 'compaction':
      return 'done';
    case 'answer':
      return stopReason === 'tool_use' ? 'interrupted' : 'done';
    case 'notice':
      if (last.what === 'stopped') return 'stopped';
      if (last.what === 'error') return 'failed';
      return isClosed ? 'done' : 'interrupted';
    case 'call':
      return isClosed || last.name === 'bash-input' ? 'done' : 'interrupted';
    default:
      return 'interrupted';
  }
}

/** Calls under way at the end: those behind the last thing that was said. */
export function openCalls(
  entries: readonly TranscriptEntry[],
): readonly (TranscriptEntry & { readonly kind: 'call' })[] {
  const said = entries.findLastIndex(({ kind }) => kind !== 'call' && kind !== 'plan');
  return entries
    .slice(said + 1)
    .filter((entry): entry is TranscriptEntry & { kind: 'call' } => entry.kind === 'call' && !entry.result);
}
