import { type Result, success } from '../../../base/result.ts';
import { redact } from '../../../base/secrets.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { placeOf } from '../../session/checkpoint/plan-rewind.ts';
import { forkSession } from '../../session/fork.ts';
import { readSessionJournal } from '../../session/session.ts';
import { type FreshSource, type FreshSurroundings, findFreshSource } from './fresh-source.ts';
import { cloneRepository, layFiles } from './lay-out.ts';

type Problem = { readonly message: string };

/** Milliseconds that each part took. */
export interface FreshStages {
  readonly clone: number;
  readonly files: number;
  readonly memory: number;
}

export interface FreshSession {
  readonly directory: string;
  /** A fork of the session, at home in the directory; nobody holds it. */
  readonly session: string;
  /** Given to the run that goes on; empty: what is pending goes on. */
  readonly prompt: string;
  readonly notes: readonly string[];
  readonly stages: FreshStages;
}

export interface FreshRequest {
  readonly session: string;
  /** Absolute; must not be there. */
  readonly directory: string;
  readonly from?: string;
  /** Opens the memory of the new folder as that of this same project. */
  readonly openWorkspace: (directory: string) => Promise<Result<MemoryWorkspace, Problem>>;
  readonly onStage?: (stage: keyof FreshStages) => void;
}

/**
 * Puts a session's work into a new folder: clone at its commit, its files laid over, memory made current, and a fork
 * of the session at home there. The session and its own folder stay as they are. What fails leaves the folder for a
 * person to look at, and says so.
 */
export async function makeFresh(
  around: FreshSurroundings,
  request: FreshRequest,
): Promise<Result<FreshSession, Problem>> {
  const { files, clock, owner, sessionsDirectory } = around;
  const reading = await readSessionJournal(files, sessionsDirectory, request.session);
  if (!reading.ok) return reading;
  const source = await findFreshSource(around, reading.value, request.from);
  if (!source.ok) return source;
  const timer = stageTimer(() => clock.now(), request.onStage);
  const cloned = await timer.run('clone', () => cloneRepository(around, source.value, request.directory));
  if (!cloned.ok) return cloned;
  const root = await files.realPath(request.directory);
  const laid = await timer.run('files', () => layFiles(placeOf(around, root), source.value.tree));
  if (!laid.ok) return laid;
  const memory = await timer.run('memory', () => hydrate(request, root));
  if (!memory.ok) return memory;
  const surroundings = { files, clock, owner, directory: sessionsDirectory, mask: redact };
  const forked = await forkSession(surroundings, request.session, forkRequest(source.value, root));
  if (!forked.ok) return forked;
  const session = forked.value.id;
  await forked.value.close();
  const notes = [...source.value.notes, ...laid.value];
  return success({
    directory: root,
    session,
    prompt: source.value.prompt ?? '',
    notes,
    stages: timer.stages(),
  });
}

function forkRequest({ beforeSeq }: FreshSource, root: string) {
  return { root, ...(beforeSeq !== undefined && { beforeSeq }) };
}

/** The records came with the files; what is made of them is made anew, and the project knows its new folder. */
async function hydrate({ openWorkspace }: FreshRequest, root: string): Promise<Result<void, Problem>> {
  const opened = await openWorkspace(root);
  if (!opened.ok) return opened;
  try {
    const state = await opened.value.ensureState();
    if (!state.ok) return state;
    if (opened.value.setUpState === 'no') return success(undefined);
    const made = await opened.value.regenerate();
    return made.ok ? success(undefined) : made;
  } finally {
    opened.value.dispose();
  }
}

function stageTimer(now: () => number, onStage: FreshRequest['onStage']) {
  const taken: Record<keyof FreshStages, number> = { clone: 0, files: 0, memory: 0 };
  return {
    run: async <T>(stage: keyof FreshStages, work: () => Promise<T>): Promise<T> => {
      onStage?.(stage);
      const began = now();
      const done = await work();
      taken[stage] = Math.max(0, now() - began);
      return done;
    },
    stages: (): FreshStages => ({ ...taken }),
  };
}
