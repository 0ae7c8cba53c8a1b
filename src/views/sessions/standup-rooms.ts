import type { SessionCatalogue } from '../../agent/history/catalogue/catalogue.ts';
import type { Sources } from '../../agent/history/catalogue/find-sessions.ts';
import type { MachinePlaces } from '../../agent/history/history-reader.ts';
import { projectPlaces } from '../../agent/history/project-places.ts';
import { gatherStandup } from '../../agent/resume/standup/gather-standup.ts';
import { standupSince } from '../../agent/resume/standup/standup-since.ts';
import { writeStandup } from '../../agent/resume/standup/write-standup.ts';
import type { Clock } from '../../base/clock.ts';
import type { Git } from '../../base/git.ts';
import { success } from '../../base/result.ts';
import type { TellStandup } from './standup-command.ts';

export interface StandupRoomsSurroundings {
  readonly machine: MachinePlaces;
  readonly clock: Clock;
  readonly sources: () => Promise<Sources>;
  readonly gitFor: (directory: string) => Git;
  readonly openCatalogue: () => SessionCatalogue;
}

const MOST_SESSIONS = 1_000;

/** What *Standup…* needs of the rooms below. */
export function standupRooms(surroundings: StandupRoomsSurroundings): TellStandup {
  const { machine, clock, sources, gitFor, openCatalogue } = surroundings;
  return async (workspace, word) => {
    const now = clock.now();
    const since = standupSince(word, now, await workspace.timeline());
    if (!since.ok) return since;
    const places = await projectPlaces({ ...machine, gitFor }, workspace);
    const filter = { since: since.value.time, withoutSubagents: true, places };
    const catalogue = openCatalogue();
    const listed = await catalogue
      .refresh()
      .then(() => catalogue.list({ filter, limit: MOST_SESSIONS }))
      .finally(() => catalogue.dispose());
    if (!listed.ok) return listed;
    const around = { ...(await sources()), workspace, git: gitFor(workspace.root), now };
    const request = { since: since.value, sessions: listed.value.sessions, isAll: false };
    // One that cannot be read is listed all the same.
    return success(writeStandup(await gatherStandup(around, request, () => {})));
  };
}
