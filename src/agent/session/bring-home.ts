import { failure, type Result, success } from '../../base/result.ts';
import { openSession, readSession, type SessionSurroundings } from './session.ts';
import { placeIn } from './session-place.ts';
import type { SessionProblem } from './session-problem.ts';

/**
 * Lets a session be continued in `root`, the worktree of the same project that is open now: at home there already, or
 * moved there when its own folder is gone (renamed, moved, another machine). Where its folder is still there, that is
 * where it belongs: `elsewhere`, in a sentence.
 */
export async function bringHome(
  surroundings: SessionSurroundings,
  id: string,
  root: string,
): Promise<Result<void, SessionProblem>> {
  const { files, directory } = surroundings;
  const read = await readSession(files, directory, id);
  if (!read.ok) return read;
  const { header } = read.value.state;
  if (header.worktree === root) return success(undefined);
  const isThere = await files.status(header.worktree).catch(() => undefined);
  if (isThere?.kind === 'directory') {
    const message = `Session ${id} belongs to ${header.worktree}. Continue it there: cd ${header.cwd}. Or go on here in a session of its own, with --fork-session.`;
    return failure({ kind: 'elsewhere', message });
  }
  const opened = await openSession(surroundings, id);
  if (!opened.ok) return opened;
  try {
    const from = { cwd: header.cwd, worktree: header.worktree };
    await opened.value.append({ type: 'session-move', from, to: placeIn(from, root) });
    return success(undefined);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return failure({ kind: 'io', message: `Session ${id} cannot be continued here: ${why}` });
  } finally {
    await opened.value.close();
  }
}
