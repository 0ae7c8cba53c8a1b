import type { SessionCatalogue } from '../../agent/history/catalogue/catalogue.ts';
import type { Sources } from '../../agent/history/catalogue/find-sessions.ts';
import type { MachinePlaces } from '../../agent/history/history-reader.ts';
import { projectPlaces } from '../../agent/history/project-places.ts';
import { learnSession, nothingLearnt } from '../../agent/resume/learn/propose-learnt.ts';
import { readListed } from '../../agent/resume/read-listed.ts';
import type { Clock } from '../../base/clock.ts';
import type { Git } from '../../base/git.ts';
import { success } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { LearnRequest } from './learn-command.ts';

export interface LearnSurroundings {
  readonly machine: MachinePlaces;
  readonly clock: Clock;
  readonly sources: () => Promise<Sources>;
  readonly gitFor: (directory: string) => Git;
  readonly openCatalogue: () => SessionCatalogue;
}

const MOST_SESSIONS = 10_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** The oldest first, so that what was said last counts; those that go on are left for later. */
export async function learnFromSessions(
  { machine, clock, sources, gitFor, openCatalogue }: LearnSurroundings,
  workspace: MemoryWorkspace,
  { days, signal, onSession }: LearnRequest,
) {
  const places = await projectPlaces({ ...machine, gitFor }, workspace);
  const filter = { since: clock.now() - days * DAY_MS, places, withoutSubagents: true };
  const catalogue = openCatalogue();
  const rows = await catalogue
    .refresh(signal)
    .then(() => catalogue.list({ filter, limit: MOST_SESSIONS }))
    .finally(() => catalogue.dispose());
  if (!rows.ok) return rows;
  const sessions = rows.value.sessions.filter(({ state }) => state !== 'running').toReversed();
  let learnt = nothingLearnt;
  // One that cannot be read is passed over: the Sessions view says so at its row.
  for await (const { session, transcript } of readListed(await sources(), sessions, () => {})) {
    if (signal.aborted) break;
    onSession(session.title);
    const more = await learnSession(workspace, transcript, { now: clock.now(), isDryRun: false }, learnt);
    if (!more.ok) return more;
    learnt = more.value;
  }
  return success(learnt);
}
