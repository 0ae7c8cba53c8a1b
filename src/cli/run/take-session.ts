import { environmentMask } from '../../agent/guard/secret-mask.ts';
import { findSession } from '../../agent/resume/plan-resume.ts';
import { bringHome } from '../../agent/session/bring-home.ts';
import { type ForkRequest, forkSession } from '../../agent/session/fork.ts';
import { findForkPoint } from '../../agent/session/fork-points.ts';
import {
  createSession,
  openSession,
  type Session,
  type SessionSurroundings,
} from '../../agent/session/session.ts';
import type { SessionProblem } from '../../agent/session/session-problem.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';
import type { SessionChoice } from './run-options.ts';

/** Makes, opens or forks the session that a run goes on in; its lease is held then. */
export async function takeSession(
  cli: CliSurroundings,
  choice: SessionChoice,
  workspace: MemoryWorkspace,
): Promise<Result<Session, SessionProblem>> {
  const { files, clock } = cli;
  const owner = await currentOwner();
  const directory = workspace.sessionsDirectory;
  const surroundings = { files, clock, owner, directory, mask: environmentMask(cli.environment) };
  const named = choice.id === undefined ? {} : { id: choice.id };
  if (!('resume' in choice)) {
    return createSession(surroundings, {
      ...named,
      project: workspace.stateDirectory.split(/[\\/]/).at(-1) ?? workspace.name,
      cwd: workspace.folder,
      worktree: workspace.root,
      ...(choice.from !== undefined && { from: choice.from }),
    });
  }
  const git = cli.gitFor(workspace.root);
  const word = choice.resume === 'newest' ? undefined : choice.resume;
  const found = await findSession({ files, git, owner, workspace }, word);
  if (!found.ok) return found;
  if (choice.fork) return fork(surroundings, found.value, choice, { ...named, root: workspace.root });
  const home = await bringHome(surroundings, found.value, workspace.root);
  if (!home.ok) return home.error.kind === 'busy' ? offerFork(home.error, found.value) : home;
  const opened = await openSession(surroundings, found.value);
  return opened.ok || opened.error.kind !== 'busy' ? opened : offerFork(opened.error, found.value);
}

async function fork(
  around: SessionSurroundings,
  session: string,
  { forkBefore }: { readonly forkBefore: string | undefined },
  request: ForkRequest,
): Promise<Result<Session, SessionProblem>> {
  if (forkBefore === undefined) return forkSession(around, session, request);
  const beforeSeq = await findForkPoint(around.files, around.directory, session, forkBefore);
  return beforeSeq.ok ? forkSession(around, session, { ...request, beforeSeq: beforeSeq.value }) : beforeSeq;
}

function offerFork(problem: SessionProblem, session: string): Result<never, SessionProblem> {
  const offer = `To go on from where it stands in a session of its own: varve -p --resume ${session} --fork-session "…"`;
  return failure({ ...problem, message: `${problem.message} ${offer}` });
}
