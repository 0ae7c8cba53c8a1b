import { basename, dirname, join } from 'node:path';
import type {
  HistoryReader,
  MachinePlaces,
  SessionFile,
  ToolRetention,
} from '../../../../src/agent/history/history-reader.ts';
import { parseLoose, textField } from '../../../../src/agent/history/loose-json.ts';
import { readSessionLines } from '../../../../src/agent/history/session-lines.ts';
import type { Transcript } from '../../../../src/agent/history/transcript.ts';
import { failure, success } from '../../../../src/base/result.ts';

/**
 * Reads sessions laid out as Claude Code lays them out: `.claude/projects/<slug>/<id>.jsonl`, what belongs to one in
 * `<id>/` beside it, subagents in `<id>/subagents/`. Each line is `{"say": …, "cwd"?: …}`.
 */
export function createSmallReader(retention?: ToolRetention): HistoryReader {
  return {
    tool: 'claude-code',
    name: 'Claude Code',
    places: async ({ homeDirectory }) => [projects(homeDirectory)],
    find: async (machine, limit) => {
      const found = await walk(machine, projects(machine.homeDirectory));
      const sessions: SessionFile[] = [];
      for (const path of found.filter((each) => each.endsWith('.jsonl'))) {
        const status = await machine.files.linkStatus(path);
        if (status?.kind !== 'file') continue;
        const isSubagent = basename(dirname(path)) === 'subagents';
        sessions.push({
          tool: 'claude-code',
          id: basename(path, '.jsonl'),
          path,
          size: status.size,
          modified: status.modified,
          ...(isSubagent && { parent: basename(dirname(dirname(path))) }),
        });
      }
      sessions.sort((one, other) => other.modified - one.modified);
      return { sessions: sessions.slice(0, limit), problems: [] };
    },
    read: async ({ files }, session) => {
      try {
        const lines = [];
        for await (const { text } of readSessionLines(files, session.path)) lines.push(parseLoose(text));
        return success(transcript(session, lines));
      } catch (error) {
        return failure({ message: `${session.path} cannot be read: ${String(error)}` });
      }
    },
    parts: async (machine, { path }) => [
      path,
      ...(await walk(machine, path.slice(0, -'.jsonl'.length), 'with links')),
    ],
    reopenings: () => [],
    retention: async () => retention,
  };
}

function transcript(session: SessionFile, lines: readonly ReturnType<typeof parseLoose>[]): Transcript {
  return {
    tool: session.tool,
    id: session.id,
    title: '',
    cwd: lines.map((line) => textField(line, 'cwd')).findLast((cwd) => cwd !== undefined) ?? '',
    created: session.modified,
    modified: session.modified,
    state: 'done',
    entries: lines.map((line, at) => ({ kind: 'prompt', id: `#${at}`, text: textField(line, 'say') ?? '' })),
    branches: [],
    turns: lines.length,
    costUsd: null,
    problems: [],
  };
}

async function walk(
  { files, ...machine }: MachinePlaces,
  directory: string,
  links?: 'with links',
): Promise<string[]> {
  const entries = await files.readDirectory(directory).catch(() => []);
  const found: string[] = [];
  for (const { name, kind } of entries) {
    const path = join(directory, name);
    if (kind === 'directory') found.push(...(await walk({ files, ...machine }, path, links)));
    else if (kind === 'file' || links) found.push(path);
  }
  return found;
}

function projects(homeDirectory: string): string {
  return join(homeDirectory, '.claude', 'projects');
}
