import { allReaders } from '../../agent/history/all-readers.ts';
import { archiveDirectory } from '../../agent/history/archive/archive.ts';
import { createArchivedSessions } from '../../agent/history/archive/archived-sessions.ts';
import type { ProjectPlaces } from '../../agent/history/catalogue/belongs-to.ts';
import type { ListedSession, SessionCatalogue } from '../../agent/history/catalogue/catalogue.ts';
import { createCatalogueClient } from '../../agent/history/catalogue/catalogue-client.ts';
import { readSession, type Sources } from '../../agent/history/catalogue/find-sessions.ts';
import { sessionKey } from '../../agent/history/catalogue/session-key.ts';
import type { MachinePlaces } from '../../agent/history/history-reader.ts';
import { projectPlaces } from '../../agent/history/project-places.ts';
import { planForeign } from '../../agent/resume/plan-foreign.ts';
import { planResume } from '../../agent/resume/plan-resume.ts';
import { forkPoints } from '../../agent/session/fork-points.ts';
import { readSessionJournal } from '../../agent/session/session.ts';
import type { Clock } from '../../base/clock.ts';
import type { Files } from '../../base/files.ts';
import type { Git } from '../../base/git.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, success } from '../../base/result.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import { describeSessions } from './describe-sessions.ts';
import type { ListForkPoints } from './fork-session.ts';
import type { SessionKeeping } from './keep-commands.ts';
import { keepRooms } from './keep-rooms.ts';
import type { LearnFromSessions } from './learn-command.ts';
import { learnFromSessions } from './learn-rooms.ts';
import type { Relinking } from './relink-command.ts';
import { relinkRooms } from './relink-rooms.ts';
import type { HistoryRow, ReadToolSession, SessionAddress } from './session-history.ts';
import type { TellStandup } from './standup-command.ts';
import { standupRooms } from './standup-rooms.ts';
import type { PlanAny } from './tool-session-commands.ts';

export interface HistorySurroundings extends MachinePlaces {
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly files: Files;
  readonly gitFor: (directory: string) => Git;
  /** The program of a run and what comes before its arguments. */
  readonly program: { readonly command: string; readonly args: readonly string[] };
}

/** What the views of sessions need of the rooms below. */
export interface HistoryRooms {
  /** How a session of any tool goes on. */
  readonly planAny: PlanAny;
  readonly forkPoints: ListForkPoints;
  /** The catalogue of all tools' sessions, in a process of its own. */
  readonly openCatalogue: () => SessionCatalogue;
  readonly placesOf: (workspace: MemoryWorkspace) => Promise<ProjectPlaces>;
  readonly describeSessions: (sessions: readonly ListedSession[]) => Promise<readonly HistoryRow[]>;
  readonly readToolSession: ReadToolSession;
  readonly keeping: SessionKeeping;
  readonly learn: LearnFromSessions;
  readonly tellStandup: TellStandup;
  readonly relinking: Relinking;
}

/** What the Sessions view needs of the rooms below. */
export function historyRooms(surroundings: HistorySurroundings): HistoryRooms {
  const { files, gitFor, program, homeDirectory, environment, platform, clock, random } = surroundings;
  const machine: MachinePlaces = { files, homeDirectory, environment, platform };
  const home = varveHome(environment, homeDirectory);
  const sources = async (): Promise<Required<Sources>> => {
    const readers = allReaders({ varveHome: home, owner: await currentOwner() });
    const around = { files, directory: archiveDirectory(home) };
    return { machine, readers, archive: createArchivedSessions(around, machine, readers) };
  };
  const readers = async () => (await sources()).readers;
  const read = async (session: SessionAddress) => readAt(await sources(), session);
  // A desktop's extension host is Electron's: told nothing, its program opens another editor instead of running ours.
  const asNode = { ...environment, ELECTRON_RUN_AS_NODE: '1' };
  const openCatalogue = () => createCatalogueClient({ ...program, cwd: homeDirectory, environment: asNode });
  return {
    openCatalogue,
    placesOf: (workspace) => projectPlaces({ ...machine, gitFor }, workspace),
    describeSessions: (sessions) => describeSessions({ machine, clock, readers }, sessions),
    readToolSession: read,
    keeping: keepRooms({ machine, clock }),
    learn: (workspace, request) =>
      learnFromSessions({ machine, clock, sources, gitFor, openCatalogue }, workspace, request),
    tellStandup: standupRooms({ machine, clock, sources, gitFor, openCatalogue }),
    relinking: relinkRooms({ machine, clock, random, gitFor, openCatalogue }),
    forkPoints: async (directory, session) => {
      const read = await readSessionJournal(files, directory, session);
      return read.ok ? success(forkPoints(read.value.events)) : read;
    },
    planAny: async (workspace, session) => {
      const around = { files, git: gitFor(workspace.folder), workspace };
      if (session.tool === 'varve') {
        const plan = await planResume({ ...around, owner: await currentOwner() }, session.id);
        return plan.ok ? success({ plan: plan.value, reopenings: [] }) : plan;
      }
      const transcript = await read(session);
      const reader = (await readers()).find(({ tool }) => tool === session.tool);
      if (!transcript.ok) return transcript;
      if (!reader) return failure(goneFrom(session));
      return success(await planForeign(around, reader, transcript.value));
    },
  };
}

/** The tool's own file while it is there, else what Varve kept of it. */
async function readAt(sources: Required<Sources>, session: SessionAddress) {
  const { tool, id, path } = session;
  const status = await sources.machine.files.status(path).catch(() => undefined);
  if (status) {
    const { size, modified } = status;
    return readSession(sources, { file: { tool, id, path, size, modified }, isArchived: false });
  }
  const kept = (await sources.archive.find()).sessions.find(
    (file) => sessionKey(file) === sessionKey(session),
  );
  return kept ? readSession(sources, { file: kept, isArchived: true }) : failure(goneFrom(session));
}

function goneFrom({ path }: SessionAddress): { readonly message: string } {
  return { message: `${path} is not there any more.` };
}
