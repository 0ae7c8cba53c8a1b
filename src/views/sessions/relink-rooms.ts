import { belongsTo } from '../../agent/history/catalogue/belongs-to.ts';
import type { ListedSession, SessionCatalogue } from '../../agent/history/catalogue/catalogue.ts';
import type { MachinePlaces } from '../../agent/history/history-reader.ts';
import { projectPlaces } from '../../agent/history/project-places.ts';
import type { Belonging } from '../../agent/history/relink/decide-belonging.ts';
import { createRelinker, relinkSessions } from '../../agent/history/relink/relink-sessions.ts';
import type { Clock } from '../../base/clock.ts';
import type { Git } from '../../base/git.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { success } from '../../base/result.ts';
import { readState } from '../../memory/project/project-state.ts';
import { varveHome } from '../../memory/project/settings.ts';
import type { GoneFolder, Relinking } from './relink-command.ts';

export interface RelinkRoomsSurroundings {
  readonly machine: MachinePlaces;
  readonly clock: Clock;
  readonly random: (count: number) => Uint8Array;
  readonly gitFor: (directory: string) => Git;
  readonly openCatalogue: () => SessionCatalogue;
}

const MOST_SESSIONS = 50_000;
/** Folders that are looked at more closely, those with the most sessions. */
const MOST_FOLDERS = 60;
const MOST_FILES = 40;

/** What *Find Sessions of a Moved Folder…* needs of the rooms below. */
export function relinkRooms({
  machine,
  clock,
  random,
  gitFor,
  openCatalogue,
}: RelinkRoomsSurroundings): Relinking {
  const { files, environment, homeDirectory } = machine;
  const home = varveHome(environment, homeDirectory);
  const around = { files, git: gitFor, clock, home, random };
  return {
    goneFolders: async (workspace) => {
      const catalogue = openCatalogue();
      const listed = await catalogue
        .refresh()
        .then(() => catalogue.list({ limit: MOST_SESSIONS }))
        .finally(() => catalogue.dispose());
      if (!listed.ok) return listed;
      const places = await projectPlaces({ ...machine, gitFor }, workspace);
      const relinker = await createRelinker({ ...around, here: workspace.root });
      if (!relinker.ok) return relinker;
      const others = listed.value.sessions.filter((row) => row.cwd !== '' && !belongsTo(row, places));
      const folders: GoneFolder[] = [];
      for (const [directory, sessions] of await goneOf(machine, others)) {
        const written = [...new Set(sessions.flatMap((session) => session.files))].slice(0, MOST_FILES);
        const traces = { tool: 'varve', id: '', cwd: directory, files: written, commits: [] } as const;
        const belonging = await relinker.value.belonging(traces);
        const tools = [...new Set(sessions.map(({ tool }) => tool))];
        const isLikely = pointsTo(belonging, workspace.root);
        if (isLikely || belonging.kind !== 'known')
          folders.push({ directory, sessions: sessions.length, tools, isLikely });
      }
      return success(folders.toSorted((one, other) => Number(other.isLikely) - Number(one.isLikely)));
    },
    link: async (workspace, directory) => {
      const known = await readState(files, workspace.stateDirectory);
      const done = await relinkSessions(
        { ...around, owner: await currentOwner() },
        { subject: { kind: 'under', directory }, to: workspace.root, choose: known?.state.id },
      );
      return done.ok ? success(undefined) : done;
    },
  };
}

/** By folder, those with the most sessions first; our own sessions find their project by themselves. */
async function goneOf(
  { files }: MachinePlaces,
  sessions: readonly ListedSession[],
): Promise<readonly (readonly [string, readonly ListedSession[]])[]> {
  const byFolder = new Map<string, ListedSession[]>();
  for (const session of sessions) {
    if (session.tool === 'varve') continue;
    byFolder.set(session.cwd, [...(byFolder.get(session.cwd) ?? []), session]);
  }
  const most = [...byFolder].toSorted(([, one], [, other]) => other.length - one.length);
  const gone: (readonly [string, readonly ListedSession[]])[] = [];
  for (const entry of most) {
    if (gone.length >= MOST_FOLDERS) break;
    const status = await files.status(entry[0]).catch(() => undefined);
    if (status === undefined) gone.push(entry);
  }
  return gone;
}

function pointsTo(belonging: Belonging, root: string): boolean {
  if (belonging.kind === 'known') return belonging.root === root;
  return belonging.kind === 'ambiguous' && belonging.candidates.some((place) => place.root === root);
}
