import type { GitTalk } from '../../../base/git.ts';
import type { GitObjects } from '../../../base/git-objects.ts';
import { ByteReader } from './byte-reader.ts';

/** Questions to a process that answers one line each with one answer. */
export interface GitExchange<Answer> {
  /** Undefined where there is none, also because git ended or was cancelled. */
  ask(line: string): Promise<Answer | undefined>;
  stop(): void;
}

/** A broken object can end the process; more of them than this, and nothing more is asked. */
const maxStarts = 16;

/** Starts `git ARGS` at the first question. `read` takes one answer, undefined where the output ends before. */
export function openExchange<Answer>(
  objects: GitObjects,
  args: readonly string[],
  read: (reader: ByteReader) => Promise<Answer | undefined>,
  signal: AbortSignal | undefined,
): GitExchange<Answer> {
  let open: { readonly talk: GitTalk; readonly reader: ByteReader } | undefined;
  let starts = 0;
  let last: Promise<unknown> = Promise.resolve();

  const askNow = async (line: string): Promise<Answer | undefined> => {
    if (open === undefined) {
      if (starts >= maxStarts || signal?.aborted) return undefined;
      starts++;
      const talk = await objects.talk(args, signal);
      open = { talk, reader: new ByteReader(talk.output) };
    }
    open.talk.write(`${line}\n`);
    const answer = await read(open.reader);
    if (answer === undefined) {
      open.talk.stop();
      open = undefined;
    }
    return answer;
  };
  return {
    ask: (line) => {
      const answer = last.then(() => askNow(line));
      last = answer;
      return answer;
    },
    stop: () => {
      starts = maxStarts;
      open?.talk.stop();
    },
  };
}
