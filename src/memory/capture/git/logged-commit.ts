import type { ChangedFile, Person } from '../change-set.ts';

/** What `git log` says of a commit, before tags and whole texts are known. */
export interface LoggedCommit {
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Person;
  readonly committer: Person;
  readonly authorDate: number;
  readonly subject: string;
  readonly body: string;
  readonly files: readonly LoggedFile[];
  readonly patchId: string;
  /** Of the patch, in bytes. */
  readonly size: number;
}

export interface LoggedFile extends ChangedFile {
  readonly oldBlob: string;
  readonly newBlob: string;
}
