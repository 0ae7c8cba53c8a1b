import type { ClaudeRow } from './claude-row.ts';

/**
 * Calls made together stand in lines of one answer, and each result hangs below the line of its call: a walk from the
 * end up meets one of them only. Adds the others where the answer stands, as the program does (2.1.330).
 */
export function withBatches(
  rows: ReadonlyMap<string, ClaudeRow>,
  line: readonly ClaudeRow[],
  seen: Set<string>,
): readonly ClaudeRow[] {
  const messages = new Set<string>();
  for (const { messageId } of line) if (messageId !== undefined) messages.add(messageId);
  const added = missing(rows, messages, seen);
  if (added.size === 0) return line;
  const all: ClaudeRow[] = [];
  for (let at = 0; at < line.length; ) {
    const row = line[at];
    if (row === undefined) break;
    const extra = row.messageId === undefined ? undefined : added.get(row.messageId);
    if (extra === undefined || row.messageId === undefined) {
      all.push(row);
      at += 1;
      continue;
    }
    const until = batchEnd(line, at, row.messageId);
    all.push(...[...line.slice(at, until), ...extra].sort((one, other) => one.order - other.order));
    added.delete(row.messageId);
    at = until;
  }
  return all;
}

/** Lines of these answers, and results of their calls, that the walk did not meet, by the answer. */
function missing(
  rows: ReadonlyMap<string, ClaudeRow>,
  messages: ReadonlySet<string>,
  seen: Set<string>,
): Map<string, ClaudeRow[]> {
  const added = new Map<string, ClaudeRow[]>();
  const messageOfRow = new Map<string, string>();
  const messageOfCall = new Map<string, string>();
  const add = (message: string, row: ClaudeRow) => {
    if (seen.has(row.uuid)) return;
    seen.add(row.uuid);
    const list = added.get(message);
    if (list) list.push(row);
    else added.set(message, [row]);
  };
  for (const row of rows.values()) {
    const { messageId } = row;
    if (messageId === undefined || !messages.has(messageId)) continue;
    messageOfRow.set(row.uuid, messageId);
    for (const call of row.calls) messageOfCall.set(call, messageId);
    add(messageId, row);
  }
  const brought = new Set<string>();
  for (const row of rows.values()) if (seen.has(row.uuid)) for (const call of row.results) brought.add(call);
  for (const row of rows.values()) {
    if (row.results.length === 0 || seen.has(row.uuid)) continue;
    const owner = messageOfRow.get(row.parent ?? '') ?? messageOfRow.get(row.answers ?? '');
    const orphan = row.results.find((call) => !brought.has(call));
    const message = owner ?? (orphan === undefined ? undefined : messageOfCall.get(orphan));
    if (message === undefined) continue;
    for (const call of row.results) brought.add(call);
    add(message, row);
  }
  return added;
}

function batchEnd(line: readonly ClaudeRow[], from: number, messageId: string): number {
  let end = from + 1;
  for (let at = from + 1; at < line.length; at += 1) {
    const row = line[at];
    if (row === undefined || !isWithin(row, messageId)) break;
    end = at + 1;
  }
  return end;
}

function isWithin(row: ClaudeRow, messageId: string): boolean {
  switch (row.kind) {
    case 'assistant':
      return row.messageId === messageId;
    case 'user':
      return row.isMeta || row.results.length > 0;
    case 'system':
      return !row.isBoundary;
    default:
      return true;
  }
}
