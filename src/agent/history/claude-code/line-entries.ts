import type { CallEntry, TranscriptEntry } from '../transcript.ts';
import type { ClaudeRow } from './claude-row.ts';
import type { ClaudeLine } from './main-line.ts';
import { TaskList } from './task-list.ts';

/** Pure. What is said on a line of conversation: calls with what came of them, the list of steps each time it changed. */
export function entriesOfLine(line: ClaudeLine): readonly TranscriptEntry[] {
  const entries: TranscriptEntry[] = [];
  /** Where a call stands, by the program's name of it. */
  const calls = new Map<string, number>();
  const list = new TaskList();
  for (const [at, row] of line.entries()) {
    if (row.isCommand && isLocal(line, at)) continue;
    let made = 0;
    for (const entry of row.said) {
      if (entry.kind === 'call') {
        calls.set(row.calls[made] ?? entry.id, entries.length);
        made += 1;
      }
      entries.push(entry);
    }
    for (const result of row.brought)
      if (result.kind === 'call') finish(entries, calls.get(result.id), result);
    const steps = row.listChange === undefined ? undefined : list.change(row.listChange);
    if (steps !== undefined)
      entries.push({
        id: `${row.uuid}/plan`,
        ...(row.time !== undefined && { time: row.time }),
        kind: 'plan',
        steps,
      });
  }
  return entries;
}

function finish(entries: TranscriptEntry[], at: number | undefined, { result }: CallEntry): void {
  const call = at === undefined ? undefined : entries[at];
  if (at === undefined || call?.kind !== 'call' || result === undefined) return;
  entries[at] = { ...call, result };
}

/**
 * A command that the program answered itself is no prompt: nothing of it went to the model as one. Until something
 * follows it cannot be told.
 */
function isLocal(line: ClaudeLine, at: number): boolean {
  const next = line.slice(at + 1, at + 20).find(isMessage);
  return next === undefined || next.isCommandOutput;
}

function isMessage({ kind }: ClaudeRow): boolean {
  return kind === 'user' || kind === 'assistant';
}
