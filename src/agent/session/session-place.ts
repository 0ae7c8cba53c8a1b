import { isAbsolute, join, relative } from 'node:path';
import type { JournalEvent, JournalHeader, SessionPlace } from './journal-event.ts';

/** A journal whose session moved, with every path as it is called now. Pure; a journal without moves comes back as it is. */
export function settleMoves(
  header: JournalHeader,
  events: readonly JournalEvent[],
): { readonly header: JournalHeader; readonly events: readonly JournalEvent[] } {
  let settled: { header: JournalHeader; events: readonly JournalEvent[] } = { header, events };
  for (const [index, event] of events.entries()) {
    if (event.type !== 'session-move') continue;
    const now = (path: string): string => pathAfterMove(path, event.from.worktree, event.to.worktree);
    const earlier = settled.events.slice(0, index).map((each) => withPaths(each, now));
    settled = { header: { ...header, ...event.to }, events: [...earlier, ...events.slice(index)] };
  }
  return settled;
}

/** `path` below the new root where it was below the old one, else as it is. */
export function pathAfterMove(path: string, from: string, to: string): string {
  const way = relative(from, path);
  if (way === '') return to;
  return way === '..' || /^\.\.[\\/]/.test(way) || isAbsolute(way) ? path : join(to, way);
}

/** Where a session that was at home in `from` is at home when its worktree is `root` now. */
export function placeIn(from: SessionPlace, root: string): SessionPlace {
  return { cwd: pathAfterMove(from.cwd, from.worktree, root), worktree: root };
}

function withPaths(event: JournalEvent, now: (path: string) => string): JournalEvent {
  switch (event.type) {
    case 'tool-intent':
      return event.write === undefined
        ? event
        : { ...event, write: { ...event.write, path: now(event.write.path) } };
    case 'tool-result':
      return {
        ...event,
        ...(event.seen && { seen: event.seen.map((file) => ({ ...file, path: now(file.path) })) }),
        ...(event.change && { change: { ...event.change, path: now(event.change.path) } }),
      };
    default:
      return event;
  }
}
