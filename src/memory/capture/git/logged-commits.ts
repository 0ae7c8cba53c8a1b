import { randomUUID } from 'node:crypto';
import type { GitProblem } from '../../../base/git.ts';
import type { GitObjects } from '../../../base/git-objects.ts';
import { failure, type Result, success } from '../../../base/result.ts';
import { type Depth, logArguments } from './log-arguments.ts';
import type { LoggedCommit } from './logged-commit.ts';
import { readLog } from './read-log.ts';

export interface LoggedCommitsOptions {
  readonly signal?: AbortSignal;
  readonly commitBytes: number;
  readonly onProblem?: (message: string) => void;
}

/** So often may git give up at a commit before less is asked of all that follow. */
const patience = 64;
const shallower: Readonly<Record<Depth, readonly Depth[]>> = {
  lines: ['names', 'message'],
  names: ['message'],
  message: [],
};

/**
 * The commits, in their order, from one `git log`. Where git gives up at a commit (an object is broken, too large or
 * left out by a partial clone), less is asked of this one, it is told as a problem, and the log goes on behind it.
 * A failure is the last thing that comes.
 */
export async function* loggedCommits(
  objects: GitObjects,
  commits: readonly string[],
  options: LoggedCommitsOptions,
): AsyncGenerator<Result<LoggedCommit, GitProblem>> {
  let depth: Depth = 'lines';
  let troubles = 0;
  for (let at = 0; at < commits.length; ) {
    const pass = onePass(objects, commits.slice(at), depth, options);
    let step = await pass.next();
    try {
      for (; step.done !== true; step = await pass.next()) {
        at++;
        yield success(step.value);
      }
    } finally {
      // The reader may have left.
      await pass.return(undefined);
    }
    const problem = step.value;
    const culprit = commits[at];
    if (problem === undefined || culprit === undefined) continue;
    if (problem.kind !== 'failed') return yield failure(problem);
    const alone = await readAlone(objects, culprit, depth, options);
    if (alone === undefined) return yield failure(problem);
    if (!alone.isFull)
      options.onProblem?.(`Commit ${culprit.slice(0, 12)} was not read in full. ${problem.message}`);
    at++;
    yield success(alone.commit);
    if (++troubles % patience === 0) depth = shallower[depth][0] ?? 'message';
  }
}

/** In full, if git gave up at the next one only; else its names, or at least its message. */
async function readAlone(
  objects: GitObjects,
  commit: string,
  depth: Depth,
  options: LoggedCommitsOptions,
): Promise<{ readonly commit: LoggedCommit; readonly isFull: boolean } | undefined> {
  for (const less of [depth, ...shallower[depth]]) {
    const pass = onePass(objects, [commit], less, options);
    const step = await pass.next();
    await pass.return(undefined);
    if (step.done !== true) return { commit: step.value, isFull: less === depth };
  }
  return undefined;
}

/** Answers why git ended early; undefined where it came to the end. */
async function* onePass(
  objects: GitObjects,
  commits: readonly string[],
  depth: Depth,
  { signal, commitBytes }: LoggedCommitsOptions,
): AsyncGenerator<LoggedCommit, GitProblem | undefined, undefined> {
  // Nobody who wrote a commit could know it: no text of theirs can pass for the start of a record.
  const mark = `varve-${randomUUID()}`;
  const talk = await objects.talk(logArguments(mark, depth), signal);
  try {
    talk.write(`${commits.join('\n')}\n`);
    talk.endInput();
    for await (const { commit, isLast } of readLog(talk.output, mark, depth, commitBytes)) {
      if (isLast) {
        const ended = await talk.ended;
        if (!ended.ok) return ended.error;
      }
      yield commit;
    }
    const ended = await talk.ended;
    return ended.ok ? undefined : ended.error;
  } finally {
    talk.stop();
  }
}
