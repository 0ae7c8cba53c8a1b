import { failure, success } from '../../../base/result.ts';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { isReached, newestOf, withStatus } from '../tool-directory.ts';
import { type Transcript, toolNames } from '../transcript.ts';
import { CodexTitles } from './codex-titles.ts';
import { readThread } from './codex-transcript.ts';
import { ancestorsOf } from './rollout-ancestors.ts';
import { byThread, listRollouts, type RolloutFile, rolloutPlaces } from './rollout-files.ts';

type Thread = readonly [RolloutFile, ...RolloutFile[]];

/** Sessions of Codex, also of its IDE extension and app, which keep them in the same place. */
export function createCodexReader(): HistoryReader {
  const titles = new CodexTitles();
  /** The files of a thread by the first of them: looking for them again would mean to look through everything. */
  const threads = new Map<string, Thread>();

  async function find(machine: MachinePlaces): Promise<readonly string[]> {
    const problems: string[] = [];
    const rollouts = await listRollouts(machine.files, rolloutPlaces(machine), problems);
    threads.clear();
    for (const [head, ...others] of byThread(rollouts).values())
      if (head) threads.set(head.path, [head, ...others]);
    return [...new Set(problems)];
  }

  async function threadOf(machine: MachinePlaces, { path }: SessionFile): Promise<Thread | undefined> {
    const { sessions, archived } = rolloutPlaces(machine);
    if (!(await isReached(machine.files, [sessions, archived], path))) return undefined;
    if (!threads.has(path)) await find(machine);
    return threads.get(path);
  }

  return {
    tool: 'codex',
    name: toolNames.codex,
    places: async (machine) => {
      const { sessions, archived } = rolloutPlaces(machine);
      return [sessions, archived];
    },
    find: async (machine, limit) => {
      const problems = await find(machine);
      const heads = [...threads.values()].map(([{ path, thread }]) => ({
        tool: 'codex' as const,
        id: thread,
        path,
      }));
      return { sessions: newestOf(await withStatus(machine.files, heads), limit), problems };
    },
    read: async (machine, session) => {
      const thread = await threadOf(machine, session);
      if (!thread)
        return failure({
          message: `${session.path} is no session of Codex any more. List the sessions again.`,
        });
      const places = rolloutPlaces(machine);
      const read = await readThread(machine, places, thread, session);
      if (!read.ok) return read;
      const name = await titles.of(machine.files, places.index, session.id);
      return success({ ...read.value, title: isFirstPrompt(read.value, name) ? '' : name });
    },
    parts: async (machine, session) => {
      const thread = await threadOf(machine, session);
      return thread ? partsOf(machine, thread) : [];
    },
    // `codex resume SESSION_ID`, as its --help says (0.171.0); one of `codex exec` is found by its id, too.
    reopenings: ({ id, cwd }) =>
      /^[\w][\w-]*$/.test(id) ? [{ kind: 'terminal', command: 'codex', args: ['resume', id], cwd }] : [],
    // Codex deletes a session only when a person says so (0.171.0 has no setting for it).
    retention: async () => undefined,
  };
}

/** Until it has found a better one, Codex calls a session what was said in it. */
function isFirstPrompt({ entries }: Transcript, name: string): boolean {
  const said = name.replace(/(?:…|\.{3})$/, '').trim();
  return entries.some((entry) => entry.kind === 'prompt' && entry.text.trim().startsWith(said));
}

/** Its own files, and those of the threads that it was forked from, for what was said before. */
async function partsOf(machine: MachinePlaces, thread: Thread): Promise<readonly string[]> {
  const ancestors = await ancestorsOf(machine, rolloutPlaces(machine), thread);
  return [...thread, ...ancestors].map(({ path }) => path);
}
