import { basename, join } from 'node:path';
import type { DirectoryEntry } from '../../../base/files.ts';
import type { FoundSessions, MachinePlaces, SessionFile } from '../history-reader.ts';
import { directoriesIn, entriesOf, newestOf, withStatus } from '../tool-directory.ts';
import { claudePlaces } from './claude-places.ts';
import { isOfSubagent } from './session-name.ts';

/** Subagents' sessions stand in directories below their session's own, at most so deep. */
const DEEPEST = 4;

interface Candidate {
  readonly tool: 'claude-code';
  readonly id: string;
  readonly path: string;
  readonly parent?: string;
}

/** Sessions and those of their subagents, by name and status alone. */
export async function findSessions(machine: MachinePlaces, limit: number): Promise<FoundSessions> {
  const { files } = machine;
  const problems: string[] = [];
  const candidates: Candidate[] = [];
  for (const project of await directoriesIn(files, claudePlaces(machine).projects, problems)) {
    for (const entry of await entriesOf(files, project, problems)) {
      if (entry.kind === 'file') candidates.push(...sessionIn(project, entry));
      else if (entry.kind === 'directory' && !isOfSubagent(entry.name))
        candidates.push(...(await subagentsOf(machine, { session: join(project, entry.name), problems })));
    }
  }
  const found: readonly SessionFile[] = await withStatus(files, candidates);
  return { sessions: newestOf(found, limit), problems: [...new Set(problems)] };
}

/** Versions before 2.1 kept the sessions of subagents beside those of persons. */
function sessionIn(directory: string, { name }: DirectoryEntry, parent?: string): readonly Candidate[] {
  if (!name.endsWith('.jsonl')) return [];
  const bare = basename(name, '.jsonl');
  const agent = /^agent-([A-Za-z0-9_-]{1,100})$/.exec(bare)?.[1];
  const id = agent ?? (parent === undefined && !isOfSubagent(bare) ? bare : undefined);
  if (id === undefined) return [];
  return [{ tool: 'claude-code', id, path: join(directory, name), ...(parent !== undefined && { parent }) }];
}

async function subagentsOf(
  { files }: MachinePlaces,
  { session, problems }: { readonly session: string; readonly problems: string[] },
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let level = [join(session, 'subagents')];
  const isThere = (await files.linkStatus(level[0] ?? '').catch(() => undefined))?.kind === 'directory';
  if (!isThere) return [];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const directory of level)
      for (const entry of await entriesOf(files, directory, problems)) {
        if (entry.kind === 'directory') below.push(join(directory, entry.name));
        else if (entry.kind === 'file') found.push(...sessionIn(directory, entry, basename(session)));
      }
    level = below;
  }
  return found;
}
