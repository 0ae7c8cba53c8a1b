import type { RecordKind } from '../project/record-kind.ts';
import type { Standing } from '../record/record.ts';
import type { FollowedDocument } from './document/followed-document.ts';

export interface Person {
  readonly name: string;
  readonly mail: string;
}

export interface ChangedLine {
  /** One-based line in the new file for added, in the old one for removed lines. */
  readonly line: number;
  readonly text: string;
}

export interface ChangedFile {
  readonly path: string;
  readonly oldPath?: string;
  readonly status: 'added' | 'changed' | 'deleted' | 'renamed';
  readonly binary: boolean;
  readonly added: readonly ChangedLine[];
  readonly removed: readonly ChangedLine[];
  /** The commit's diff was over the cap: which files changed is known, their lines are not. */
  readonly tooLarge?: boolean;
  /** The whole text before and after, of files that `read-whole.ts` names: a changed line does not say where it stands. */
  readonly whole?: { readonly before?: string; readonly after?: string };
}

/** One commit as capture sees it: facts only, nothing executed. */
export interface ChangeSet {
  readonly commit: string;
  readonly parents: readonly string[];
  /** `git patch-id --stable`; survives rebase and cherry-pick. Empty for merges without changes of their own. */
  readonly patchId: string;
  /** The commit's tree: identity where there is no patch id. */
  readonly tree: string;
  readonly author: Person;
  readonly committer: Person;
  /** Milliseconds since the epoch. */
  readonly authorDate: number;
  readonly subject: string;
  readonly body: string;
  readonly tags: readonly { readonly name: string; readonly annotation?: string }[];
  readonly files: readonly ChangedFile[];
  /** Outside the range asked for, read again because a tag may have come later than the commit: only its tags count. */
  readonly tagsOnly?: boolean;
}

/** What a rule found in a change set. */
export interface Candidate {
  /** Name of the rule, e.g. `dependency-added`. */
  readonly rule: string;
  readonly kind: RecordKind;
  /** What it is about, the same for repeats: `npm:better-sqlite3`, `tag:v1.2.0`. With the patch id it makes the record's identity. */
  readonly subject: string;
  readonly title: string;
  /** What was decided, in a sentence, where the title only names the matter. */
  readonly outcome?: string;
  readonly why?: string;
  readonly considered?: string;
  /** The rule's reason in a sentence, for *Why*. */
  readonly reason: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly paths: readonly string[];
  /** What a decision document says of its own standing. */
  readonly standing?: Standing;
  /** Subjects of earlier candidates that this one takes the place of; they become `supersedes` where they are known. */
  readonly replaces?: readonly string[];
  readonly line?: { readonly path: string; readonly line: number; readonly text: string };
  readonly tag?: string;
  /** Of a decision document: what its later changes are joined by. */
  readonly document?: FollowedDocument;
}
