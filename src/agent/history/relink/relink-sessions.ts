import { resolve } from 'node:path';
import { ioProblem } from '../../../base/io-problem.ts';
import type { LockOwner } from '../../../base/lock.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { openProject } from '../../../memory/project/project.ts';
import { ensureStateDirectory } from '../../../memory/project/state-directory.ts';
import { type Belonging, decideBelonging, type Place } from './decide-belonging.ts';
import { FactGathering, type RelinkSurroundings } from './gather-facts.ts';
import { type KnownProject, readKnownProjects } from './known-projects.ts';
import { addRelinks, type RelinkProblem, type RelinkSubject } from './relinks-file.ts';
import type { SessionTraces } from './session-traces.ts';

/** Says which project a session belongs to. Reads only, by what was known of projects when it was made. */
export interface Relinker {
  readonly projects: readonly KnownProject[];
  /** Never rejects: where nothing can be told it is unknown. */
  belonging(traces: SessionTraces): Promise<Belonging>;
}

export async function createRelinker(around: RelinkSurroundings): Promise<Result<Relinker, RelinkProblem>> {
  const { files, git: gitFor, home: varveHome } = around;
  try {
    const projects = await readKnownProjects({ files, gitFor, varveHome });
    const gathering = new FactGathering(around, projects);
    return success({
      projects,
      belonging: (traces) => belonging(gathering, traces).catch(() => ({ kind: 'unknown' })),
    });
  } catch (error) {
    return failure(ioProblem(error, `read ${varveHome}`));
  }
}

async function belonging(gathering: FactGathering, traces: SessionTraces): Promise<Belonging> {
  const facts = await gathering.certain(traces);
  const first = decideBelonging(facts);
  const isOpen = first.kind === 'unknown' || (first.kind === 'known' && first.root === undefined);
  if (!isOpen || facts.answered !== undefined) return first;
  return decideBelonging({ ...facts, candidates: await gathering.candidates(traces, facts.seen) });
}

export interface RelinkRequest {
  readonly subject: RelinkSubject;
  /** A directory of the project that it is of: its root is remembered. Absolute. */
  readonly to: string;
  /** Settles which project that is, where it is not clear: the id of a candidate, or `new`. */
  readonly choose?: string | undefined;
}

/** Stores a person's answer, so that it is asked once. */
export async function relinkSessions(
  around: RelinkSurroundings & { readonly owner: LockOwner },
  { subject, to, choose }: RelinkRequest,
): Promise<Result<Place, RelinkProblem>> {
  const opened = await openProject(around, to, { choose });
  if (!opened.ok) return opened;
  const made = await ensureStateDirectory(around, opened.value);
  if (!made.ok) return made;
  const { id, name, stateDirectory, root } = made.value;
  const written = await addRelinks({ ...around, stateDirectory }, [
    { subject, answer: 'yes', root, at: isoNow(around) },
  ]);
  return written.ok ? success({ root, project: { id, name, stateDirectory } }) : written;
}

/**
 * Stores that a session belongs to none of these places. It stands with the first project that is known among them,
 * else with that of the open folder.
 */
export async function refuseCandidates(
  around: RelinkSurroundings & { readonly owner: LockOwner },
  subject: RelinkSubject,
  candidates: readonly Place[],
): Promise<Result<void, RelinkProblem>> {
  const known = candidates.find(({ project }) => project !== undefined)?.project?.stateDirectory;
  const stateDirectory = known ?? (await stateOfHere(around));
  if (stateDirectory === undefined)
    return failure({ message: 'No project is known to remember it with. Open one, or run this in it.' });
  const answers = candidates.map(({ root }) => ({
    subject,
    answer: 'no' as const,
    root,
    at: isoNow(around),
  }));
  return addRelinks({ ...around, stateDirectory }, answers);
}

async function stateOfHere(
  around: RelinkSurroundings & { readonly owner: LockOwner },
): Promise<string | undefined> {
  const opened = await openProject(around, resolve(around.here ?? '.'));
  const made = opened.ok ? await ensureStateDirectory(around, opened.value) : opened;
  return made.ok ? made.value.stateDirectory : undefined;
}

function isoNow({ clock }: RelinkSurroundings): string {
  return new Date(clock.now()).toISOString();
}
