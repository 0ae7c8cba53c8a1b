import type { Files } from '../../../base/files.ts';
import type { Git } from '../../../base/git.ts';
import { sha256 } from '../../../base/hash.ts';
import { isInside } from '../../../memory/hierarchy/places.ts';
import type { MemoryWorkspace } from '../../../memory/workspace/memory-workspace.ts';
import { writtenFiles } from '../../history/session-row.ts';
import type { Transcript } from '../../history/transcript.ts';
import {
  type BriefCommit,
  type BriefGit,
  type BriefMaterial,
  type BriefRecord,
  type ChangedFile,
  fromRoot,
} from './brief-material.ts';

export interface BriefSurroundings {
  readonly files: Files;
  readonly git: Git;
  readonly workspace: MemoryWorkspace;
}

/** What only our own journals know of a session. */
export interface OwnKnowledge {
  readonly notes?: string;
  /** By absolute path the SHA-256 that the session's last write left, null for a file it removed. */
  readonly hashes?: ReadonlyMap<string, string | null>;
}

const MOST_FILES = 200;
const MOST_COMMITS = 20;
const MOST_STATUS = 40;
/** File systems and tools note times to a second or two. */
const SLACK_MS = 2_000;
const GRACE_MS = 60_000;

/** Reads only, nothing outside of the project; what cannot be read is left out. Never rejects. */
export async function gatherBrief(
  { files, git, workspace }: BriefSurroundings,
  transcript: Transcript,
  { notes, hashes }: OwnKnowledge = {},
): Promise<BriefMaterial> {
  const { root } = workspace;
  const [records, gitFacts, changedFiles] = await Promise.all([
    recordsOf(workspace),
    readGit(git, transcript),
    changedSince(files, root, transcript, hashes),
  ]);
  return {
    transcript,
    root,
    records,
    git: gitFacts,
    changedFiles,
    ...(notes !== undefined && { notes }),
  };
}

async function recordsOf(workspace: MemoryWorkspace): Promise<readonly BriefRecord[]> {
  const [kept, waiting] = await Promise.all([
    workspace.timeline().catch(() => []),
    workspace.proposals().catch(() => []),
  ]);
  const accepted = kept
    .filter(({ record }) => record.status === 'accepted')
    .map(({ record, path, evidence }) => ({ record, path, evidence, state: 'accepted' as const }));
  const proposed = waiting
    .filter(({ group }) => group !== 'arrived')
    .map(({ record, path, evidence }) => ({ record, path, evidence, state: 'waits' as const }));
  return [...accepted, ...proposed].map(({ record, path, evidence, state }) => ({
    name: record.name,
    description: record.description,
    kind: record.kind,
    path: fromRoot(workspace.root, path),
    anchors: (evidence?.anchors ?? []).map((anchor) => anchor.path),
    state,
  }));
}

async function readGit(git: Git, transcript: Transcript): Promise<BriefGit> {
  const { created, modified, branch } = transcript;
  const heads = ['HEAD', ...(await existingBranch(git, branch))];
  const [within, after, head, status] = await Promise.all([
    commits(git, heads, [`--since=${iso(created - 1_000)}`, `--until=${iso(modified + GRACE_MS)}`]),
    commits(git, heads, [`--since=${iso(modified)}`]),
    git.text(['symbolic-ref', '--short', '-q', 'HEAD']),
    git.text(['status', '--porcelain=v1', '-z', '--untracked-files=normal']),
  ]);
  const all = new Map([...after, ...within].map((commit) => [commit.hash, commit]));
  const lines = status.ok ? statusLines(status.value) : [];
  return {
    ...(head.ok && head.value !== '' && { branch: head.value }),
    commits: [...all.values()],
    status: lines.slice(0, MOST_STATUS),
    statusCount: lines.length,
  };
}

/** Where the session's commits may stand when another branch is checked out now. */
async function existingBranch(git: Git, branch: string | undefined): Promise<readonly string[]> {
  if (branch === undefined || branch === '' || branch.includes('\0')) return [];
  const name = `refs/heads/${branch}`;
  const found = await git.text(['rev-parse', '--verify', '--quiet', name]);
  return found.ok && found.value !== '' ? [name] : [];
}

async function commits(git: Git, heads: readonly string[], range: readonly string[]) {
  const format = '--format=%h%x00%ct%x00%s';
  const log = await git.text(['log', `--max-count=${MOST_COMMITS}`, ...range, format, ...heads, '--']);
  const lines = log.ok && log.value !== '' ? log.value.split('\n') : [];
  return lines.flatMap((line): readonly BriefCommit[] => {
    const [hash = '', time = '', subject = ''] = line.split('\0');
    return /^[0-9a-f]{4,64}$/.test(hash) ? [{ hash, time: Number(time) * 1000, subject }] : [];
  });
}

function iso(time: number): string {
  return new Date(Math.max(0, time)).toISOString();
}

/** Of a renamed file the new name; the old one follows as a field of its own. */
function statusLines(output: string): readonly string[] {
  const fields = output.split('\0').filter((field) => field !== '');
  const lines: string[] = [];
  for (let index = 0; index < fields.length; index += 1) {
    const field = fields[index] ?? '';
    lines.push(field);
    if (/^(?:[RC].|.[RC]) /.test(field)) index += 1;
  }
  return lines;
}

/** By the hash where our journal has one, else by whether the file is there and when it was last written. */
async function changedSince(
  files: Files,
  root: string,
  transcript: Transcript,
  hashes: ReadonlyMap<string, string | null> | undefined,
): Promise<readonly ChangedFile[]> {
  const paths = hashes === undefined ? writtenFiles(transcript.entries) : [...hashes.keys()];
  const inside = paths.filter((path) => isInside(path, root)).slice(0, MOST_FILES);
  const found = await Promise.all(
    inside.map(async (path): Promise<readonly ChangedFile[]> => {
      const how = await changeOf(files, path, transcript.modified, hashes?.get(path));
      return how === undefined ? [] : [{ path, how }];
    }),
  );
  return found.flat();
}

async function changeOf(
  files: Files,
  path: string,
  modified: number,
  hash: string | null | undefined,
): Promise<ChangedFile['how'] | undefined> {
  const status = await files.status(path).catch(() => undefined);
  if (status === undefined) return hash === null ? undefined : 'gone';
  if (hash === undefined) return status.modified > modified + SLACK_MS ? 'changed' : undefined;
  const now = await files.readFile(path).then(sha256, () => undefined);
  return now === hash ? undefined : 'changed';
}
