import { archiveDirectory } from '../../agent/history/archive/archive.ts';
import { type ArchiveState, archiveStates } from '../../agent/history/archive/archive-state.ts';
import { daysLeft, retentionWords } from '../../agent/history/archive/retention-words.ts';
import type { ListedSession } from '../../agent/history/catalogue/catalogue.ts';
import type { HistoryReader, MachinePlaces } from '../../agent/history/history-reader.ts';
import type { SessionTool } from '../../agent/history/transcript.ts';
import type { Clock } from '../../base/clock.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { HistoryRow } from './session-history.ts';
import type { Keeping } from './shown-session.ts';

export interface DescribeSurroundings {
  readonly machine: MachinePlaces;
  readonly clock: Clock;
  readonly readers: () => Promise<readonly HistoryReader[]>;
}

/** Sooner than this a row says itself when its session is deleted; before that its tooltip does. */
const SOON_DAYS = 7;

/** What Varve keeps of these sessions, and when their tools delete them. */
export async function describeSessions(
  { machine, clock, readers }: DescribeSurroundings,
  sessions: readonly ListedSession[],
): Promise<readonly HistoryRow[]> {
  if (sessions.length === 0) return [];
  const directory = archiveDirectory(varveHome(machine.environment, machine.homeDirectory));
  const known = new Map((await readers()).map((reader) => [reader.tool, reader]));
  const states = await archiveStates({ files: machine.files, directory }, sessions);
  const retentions = new Map<SessionTool, Awaited<ReturnType<HistoryReader['retention']>>>();
  for (const tool of new Set(sessions.map((session) => session.tool)))
    retentions.set(tool, await known.get(tool)?.retention(machine));
  const now = clock.now();
  return sessions.map((session): HistoryRow => {
    const retention = retentions.get(session.tool);
    const keeping = session.archived ? 'gone' : keepingOf(states.get(session));
    const left = daysLeft(retention, session.modified, now);
    const name = known.get(session.tool)?.name ?? session.tool;
    return {
      row: session,
      keeping,
      ...(keeping !== 'gone' && { retention: retentionWords(name, retention, session.modified, now) }),
      ...(keeping === 'not-kept' && left !== undefined && left <= SOON_DAYS && { goesIn: left }),
    };
  });
}

function keepingOf(state: ArchiveState | undefined): Keeping {
  if (state === undefined || state.kind === 'not-kept') return 'not-kept';
  return state.kind === 'kept' ? 'kept' : 'pinned';
}
