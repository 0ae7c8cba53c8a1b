import type { Git } from '../../../base/git.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { ownerOf } from '../../../memory/workspace/person.ts';
import type { ListedSession } from '../../history/catalogue/catalogue.ts';
import type { Sources } from '../../history/catalogue/find-sessions.ts';
import { fromRoot } from '../brief/brief-material.ts';
import { readListed } from '../read-listed.ts';
import type { StandupCommit, StandupMaterial, StandupRecord, StandupSession } from './standup-material.ts';
import type { StandupSince } from './standup-since.ts';
import { unfinishedIn } from './unfinished.ts';

export interface StandupSurroundings extends Sources {
  readonly workspace: MemoryWorkspace;
  readonly git: Git;
  readonly now: number;
}

export interface StandupRequest {
  readonly since: StandupSince;
  /** What the catalogue has since then, without subagents. */
  readonly sessions: readonly ListedSession[];
  readonly isAll: boolean;
}

const MOST_COMMITS = 500;

/** Reads only. `onProblem` hears a sentence about each session that cannot be read: it is listed all the same. */
export async function gatherStandup(
  around: StandupSurroundings,
  { since, sessions, isAll }: StandupRequest,
  onProblem: (sentence: string) => void,
): Promise<StandupMaterial> {
  const { workspace, git, now } = around;
  const [told, commits, records] = await Promise.all([
    tellSessions(around, sessions, onProblem),
    ownCommits(git, since.time),
    acceptedSince(workspace, since.time),
  ]);
  return {
    since: since.time,
    sinceWords: since.words,
    now,
    root: workspace.root,
    isAll,
    sessions: told,
    commits,
    records,
  };
}

async function tellSessions(
  around: Sources,
  sessions: readonly ListedSession[],
  onProblem: (sentence: string) => void,
): Promise<readonly StandupSession[]> {
  const left = new Map<string, StandupSession['unfinished']>();
  for await (const { session, transcript } of readListed(around, sessions, onProblem))
    left.set(session.key, unfinishedIn(transcript));
  return sessions.map((session) => {
    const { key, tool, id, title, state, branch, cwd, modified, files, fileCount } = session;
    return {
      tool,
      id,
      title,
      state,
      cwd,
      modified,
      files,
      fileCount,
      unfinished: left.get(key) ?? [],
      ...(branch !== undefined && { branch }),
    };
  });
}

/** On any local branch, merges left out; each once, under the branch by which git reaches it first. */
async function ownCommits(git: Git, since: number): Promise<readonly StandupCommit[]> {
  const { mail } = await ownerOf(git);
  if (mail === '') return [];
  const log = await git.text([
    'log',
    '--branches',
    '--source',
    '--no-merges',
    `--max-count=${MOST_COMMITS}`,
    `--since=${new Date(Math.max(0, since)).toISOString()}`,
    '--format=%h%x00%ct%x00%ae%x00%S%x00%s',
  ]);
  const lines = log.ok && log.value !== '' ? log.value.split('\n') : [];
  return lines.flatMap((line): readonly StandupCommit[] => {
    const [hash = '', time = '', author = '', ref = '', subject = ''] = line.split('\0');
    if (author.toLowerCase() !== mail || !/^[0-9a-f]{4,64}$/.test(hash)) return [];
    const branch = ref.replace(/^refs\/heads\//, '');
    return [{ hash, time: Number(time) * 1000, subject, ...(branch !== '' && { branch }) }];
  });
}

/** By when a person accepted it here; what came accepted by a pull counts by its own date. */
async function acceptedSince(workspace: MemoryWorkspace, since: number): Promise<readonly StandupRecord[]> {
  const [timeline, log] = await Promise.all([workspace.timeline(), workspace.log()]);
  const accepted = new Map<string, number>();
  for (const { action, subject, time } of log)
    if (action === 'accept') for (const id of subject) accepted.set(id, Date.parse(time));
  return timeline
    .filter(({ record }) => record.status === 'accepted')
    .map(({ record, path }) => ({
      kind: record.kind,
      description: record.description,
      path: fromRoot(workspace.root, path).replaceAll('\\', '/'),
      time: accepted.get(record.id) ?? Date.parse(record.modified),
    }))
    .filter(({ time }) => Number.isFinite(time) && time >= since);
}
