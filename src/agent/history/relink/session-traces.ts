import type { SessionTool, Transcript, TranscriptEntry } from '../transcript.ts';

/** What a session says of the place it was worked in. */
export interface SessionTraces {
  readonly tool: SessionTool;
  readonly id: string;
  /** Absolute as the tool noted it, perhaps gone by now; empty where it does not say. */
  readonly cwd: string;
  readonly branch?: string;
  /** Absolute paths of files that it read or wrote, at most {@link MOST_FILES}. */
  readonly files: readonly string[];
  /** Commits that git told it of, abbreviated as they stood there, at most {@link MOST_COMMITS}. */
  readonly commits: readonly string[];
}

const MOST_FILES = 40;
const MOST_COMMITS = 50;
const GIT = /(?:^|[\s;&|(])git\s/;
/** An abbreviated commit id has a digit and a letter; a word or a number of that form seldom has both. */
const COMMIT = /\b(?=[0-9a-f]*[0-9])(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/g;

/** Pure. */
export function tracesOf(transcript: Transcript): SessionTraces {
  const { tool, id, cwd, branch, entries } = transcript;
  const files = new Set<string>();
  const commits = new Set<string>();
  for (const entry of entries) {
    if (entry.kind !== 'call') continue;
    // What it wrote may have been its own idea; what it read was there.
    for (const path of [...entry.reads, ...entry.writes]) if (files.size < MOST_FILES) files.add(path);
    for (const commit of commitsIn(entry)) if (commits.size < MOST_COMMITS) commits.add(commit);
  }
  return { tool, id, cwd, ...(branch !== undefined && { branch }), files: [...files], commits: [...commits] };
}

function commitsIn(entry: TranscriptEntry & { readonly kind: 'call' }): readonly string[] {
  const isGit = entry.command !== undefined && GIT.test(entry.command);
  return isGit && entry.result?.ok === true ? (entry.result.text.match(COMMIT) ?? []) : [];
}
