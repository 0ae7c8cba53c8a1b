import type { Transcript } from '../../history/transcript.ts';

/** All that a brief is made from: the writing itself asks for nothing more. */
export interface BriefMaterial {
  readonly transcript: Transcript;
  /** Real path of the workspace root; paths are said from here. */
  readonly root: string;
  /** Accepted records and proposals, newest first. */
  readonly records: readonly BriefRecord[];
  readonly git: BriefGit;
  /** Files that the session wrote and that are no longer as it left them. */
  readonly changedFiles: readonly ChangedFile[];
  /** The session's working notes; none unless told. */
  readonly notes?: string;
}

export interface BriefRecord {
  /** Of its file, without `.md`. */
  readonly name: string;
  readonly description: string;
  readonly kind: string;
  /** From the root, with `/`; absolute where it stands outside of it. */
  readonly path: string;
  /** Files of the code it is about, from the root. */
  readonly anchors: readonly string[];
  readonly state: 'accepted' | 'waits';
}

export interface BriefGit {
  /** The branch of now; absent without git or where HEAD is detached. */
  readonly branch?: string;
  /** Since the session began, newest first, bounded by whoever gathers. */
  readonly commits: readonly BriefCommit[];
  /** Lines of `git status --porcelain`: two letters, a space, a path; bounded by whoever gathers. */
  readonly status: readonly string[];
  /** How many lines there are in all. */
  readonly statusCount: number;
}

export interface BriefCommit {
  /** Abbreviated. */
  readonly hash: string;
  /** When it was committed: milliseconds since the epoch. */
  readonly time: number;
  readonly subject: string;
}

export interface ChangedFile {
  /** Absolute. */
  readonly path: string;
  readonly how: 'changed' | 'gone';
}

/** A path from the root, with `/`; as it is where it stands outside. */
export function fromRoot(root: string, path: string): string {
  const [base, plain] = [root.replaceAll('\\', '/').replace(/\/+$/, ''), path.replaceAll('\\', '/')];
  return plain.startsWith(`${base}/`) ? plain.slice(base.length + 1) : path;
}
