import { join } from 'node:path';
import type { HistoryReader, MachinePlaces, SessionFile } from '../history-reader.ts';
import { type ArchiveSurroundings, findKept, manifestNames } from './archive.ts';
import { type KeepOutcome, keepSession, sizesOf } from './keep-session.ts';
import { daysLeft } from './retention-words.ts';
import { isInSharedDatabase } from './shared-database.ts';

export interface KeepAllRequest {
  readonly around: ArchiveSurroundings;
  readonly machine: MachinePlaces;
  /** Of the tools that a person said yes to. */
  readonly readers: readonly HistoryReader[];
  readonly limits: ArchiveLimits;
  readonly signal?: AbortSignal;
  readonly onKept?: (session: SessionFile, outcome: KeepOutcome) => void;
}

export interface ArchiveLimits {
  /** Bytes that the archive may take before nothing more is kept by itself. */
  readonly quotaBytes: number;
  /** Days after its last change that a session is kept; undefined: for good. */
  readonly retentionDays: number | undefined;
}

export interface KeptAll {
  readonly kept: number;
  readonly unchanged: number;
  /** Bytes that the archive takes now. */
  readonly usedBytes: number;
  /** In sentences. */
  readonly problems: readonly string[];
  /** Set where some were not looked at: why, in a sentence. */
  readonly stopped?: string;
}

interface Waiting {
  readonly reader: HistoryReader;
  readonly session: SessionFile;
  /** Until the tool deletes it. */
  readonly days: number;
}

const ALL_SESSIONS = 100_000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Keeps every session of these tools as it is now; what its tool deletes soonest comes first. Never rejects. */
export async function keepAll(request: KeepAllRequest): Promise<KeptAll> {
  const { around, machine, limits, signal } = request;
  const problems: string[] = [];
  let [kept, unchanged] = [0, 0];
  let usedBytes = await archiveBytes(around);
  const stop = (why: string): KeptAll => ({ kept, unchanged, usedBytes, problems, stopped: why });
  for (const { reader, session } of await inOrder(request, problems)) {
    if (signal?.aborted) return stop('It was stopped; the rest is kept next time.');
    if (usedBytes >= limits.quotaBytes) {
      // Sessions share pieces, so what was added up is the most that it can be.
      usedBytes = await archiveBytes(around);
      if (usedBytes >= limits.quotaBytes) return stop(fullWords(limits));
    }
    const before = await findKept(around, session);
    const standing = before.ok && before.value ? sizesOf(before.value.manifest).stored : 0;
    const done = await keepSession(around, machine, reader, session);
    if (!done.ok) {
      // The next one would not find room either.
      if (['ENOSPC', 'EDQUOT'].includes(done.error.code ?? '')) return stop(done.error.message);
      problems.push(done.error.message);
    } else if (done.value.how === 'unchanged') unchanged += 1;
    else {
      kept += 1;
      usedBytes += Math.max(0, done.value.stored - standing);
      problems.push(...done.value.left);
      request.onKept?.(session, done.value);
    }
  }
  return { kept, unchanged, usedBytes: await archiveBytes(around), problems };
}

/** Bytes of everything in the archive. */
export async function archiveBytes({
  files,
  directory,
}: Pick<ArchiveSurroundings, 'files' | 'directory'>): Promise<number> {
  const objects = join(directory, 'objects');
  const entries = await files.readDirectory(objects).catch(() => []);
  const manifests = await manifestNames(files, directory);
  const names = [...entries.map(({ name }) => `objects/${name}`), ...manifests.names];
  let bytes = 0;
  for (const name of names)
    bytes += (await files.linkStatus(join(directory, name)).catch(() => undefined))?.size ?? 0;
  return bytes;
}

function fullWords({ quotaBytes }: ArchiveLimits): string {
  const megabytes = Math.round(quotaBytes / (1024 * 1024));
  return `The archive is full (${megabytes} MB), so nothing more is kept. Raise archive.quotaMb in config.json, or purge what you do not need.`;
}

/** Sessions that are not a part of another, without those that would go again at once. */
async function inOrder(
  { machine, readers, limits, around }: KeepAllRequest,
  problems: string[],
): Promise<readonly Waiting[]> {
  const waiting: Waiting[] = [];
  const now = around.clock.now();
  const { retentionDays = Number.POSITIVE_INFINITY } = limits;
  for (const reader of readers) {
    if (reader.tool === 'varve') continue;
    const found = await reader.find(machine, ALL_SESSIONS);
    problems.push(...found.problems);
    const young = found.sessions.filter(
      (session) => now - session.modified < retentionDays * DAY_MS && !isInSharedDatabase(session),
    );
    const retention = await reader.retention(machine);
    for (const session of await withoutParts(machine, reader, young)) {
      const days = daysLeft(retention, session.modified, now) ?? Number.POSITIVE_INFINITY;
      waiting.push({ reader, session, days });
    }
  }
  // A tool may keep all its sessions in one file; that is kept once.
  const first = new Map(waiting.toReversed().map((each) => [each.session.path, each]));
  return [...first.values()].sort(
    (one, other) => one.days - other.days || one.session.modified - other.session.modified,
  );
}

/** What a subagent wrote is kept with the session that it is a part of, unless that is gone. */
async function withoutParts(
  machine: MachinePlaces,
  reader: HistoryReader,
  sessions: readonly SessionFile[],
): Promise<readonly SessionFile[]> {
  const [own, ofSubagents] = [
    sessions.filter(({ parent }) => parent === undefined),
    sessions.filter(({ parent }) => parent !== undefined),
  ];
  if (ofSubagents.length === 0) return own;
  const parents = new Set(ofSubagents.map(({ parent }) => parent));
  const covered = new Set<string>();
  for (const session of own.filter(({ id }) => parents.has(id))) {
    for (const path of await reader.parts(machine, session).catch(() => [])) covered.add(path);
  }
  return [...own, ...ofSubagents.filter(({ path }) => !covered.has(path))];
}
