import { join, relative } from 'node:path';
import { environmentMask } from '../../agent/guard/secret-mask.ts';
import { isPending } from '../../agent/resume/plan-resume.ts';
import { bringHome } from '../../agent/session/bring-home.ts';
import { createSession, openSession, readSession, type Session } from '../../agent/session/session.ts';
import type { SpawnEnd, SpawnRequest } from '../../agent/subagents/spawn.ts';
import {
  addWorktree,
  baseOfWorktree,
  type Worktree,
  type WorktreeSurroundings,
} from '../../agent/subagents/worktree.ts';
import { createUuidV7 } from '../../base/ids.ts';
import { currentOwner } from '../../base/process-identity.ts';
import { failure, type Result, success } from '../../base/result.ts';
import type { MemoryWorkspace } from '../../memory/workspace/memory-workspace.ts';
import type { CliSurroundings } from '../surroundings.ts';

/** The session of a subagent, open, and where it works. */
export interface SubagentSession {
  readonly session: Session;
  readonly worktree?: Worktree;
  /** Its prompt; empty to go on with what it left pending. */
  readonly prompt: string;
  /** Set where an interrupted run had it finished: nothing is left to be done. */
  readonly finished?: SpawnEnd;
}

interface Place {
  readonly cli: CliSurroundings;
  readonly workspace: MemoryWorkspace;
}

/** Makes a session for what a run asks for, or opens the one that goes on. The caller closes it. */
export async function openSubagentSession(
  place: Place,
  parent: Session,
  request: SpawnRequest,
): Promise<Result<SubagentSession, string>> {
  return request.session === undefined
    ? beginSession(place, parent, request)
    : goOn(place, parent, request, request.session);
}

async function beginSession(
  place: Place,
  parent: Session,
  { agent, task }: SpawnRequest,
): Promise<Result<SubagentSession, string>> {
  const { cli, workspace } = place;
  const id = createUuidV7(cli.clock.now());
  const { cwd, project, worktree: root } = parent.header;
  const added = agent.isolation === 'worktree' ? await addWorktree(worktreesOf(place), id) : undefined;
  if (added?.ok === false) return added;
  const worktree = added?.value;
  const made = await createSession(await surroundingsOf(place), {
    id,
    project,
    cwd: worktree === undefined ? cwd : join(worktree.path, relative(workspace.root, cwd)),
    worktree: worktree?.path ?? root,
    parent: parent.id,
    agent: agent.name,
  });
  if (!made.ok) return failure(made.error.message);
  return success({ session: made.value, prompt: task, ...(worktree && { worktree }) });
}

async function goOn(
  place: Place,
  parent: Session,
  request: SpawnRequest,
  id: string,
): Promise<Result<SubagentSession, string>> {
  const opened = await openAtHome(place, parent, id);
  if (!opened.ok) return failure(opened.error.message);
  const session = opened.value;
  const { header, state } = session;
  if (header.parent !== parent.id || header.agent !== request.agent.name) {
    await session.close();
    return failure(`Session ${id} is not one of a subagent "${request.agent.name}" of this session.`);
  }
  const path = header.worktree === parent.header.worktree ? undefined : header.worktree;
  const worktree = path && { path, base: await baseOfWorktree(place.cli.gitFor(path)) };
  const at = { session, ...(worktree && { worktree }) };
  if (!request.isInterrupted) return success({ ...at, prompt: request.task });
  // It had been made, and the process ended before its task was in its journal.
  if (state.prompts.length === 0) return success({ ...at, prompt: request.task });
  if (state.outcome === undefined || state.outcome === 'interrupted') {
    if (isPending(state)) return success({ ...at, prompt: '' });
    const text = lastAnswer(session);
    return success({ ...at, prompt: '', finished: { ok: true, text } });
  }
  const message = state.outcomeMessage ?? '';
  return success({ ...at, prompt: '', finished: { ok: state.outcome === 'success', text: message } });
}

/** Where the parent's folder was renamed, so was this one's. A worktree of its own is no matter of that. */
async function openAtHome(place: Place, parent: Session, id: string) {
  const around = await surroundingsOf(place);
  const read = await readSession(around.files, around.directory, id);
  if (read.ok && parent.state.movedFrom.includes(read.value.state.header.worktree)) {
    const home = await bringHome(around, id, place.workspace.root);
    if (!home.ok) return home;
  }
  return openSession(around, id);
}

/** What it said last: its end alone is missing in the journal. */
function lastAnswer({ state }: Session): string {
  const last = state.messages.findLast(({ role }) => role === 'assistant');
  return (last?.content ?? []).flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

async function surroundingsOf({ cli: { files, clock, environment }, workspace }: Place) {
  const mask = environmentMask(environment);
  return { files, clock, owner: await currentOwner(), directory: workspace.sessionsDirectory, mask };
}

export function worktreesOf({ cli: { files, gitFor }, workspace }: Place): WorktreeSurroundings {
  return { files, gitFor, root: workspace.root, directory: join(workspace.stateDirectory, 'worktrees') };
}
