import type { Entry, MemoryFile, TextRange } from '../file/memory-file.ts';
import type { AnchorFreshness } from '../freshness/anchor.ts';
import type { ResolvedFile, ResolvedHierarchy } from '../hierarchy/hierarchy.ts';
import type { Evidence, MemoryRecord } from '../record/record.ts';
import type { CheckProblem, CheckRange, CheckSeverity } from './check-problem.ts';
import type { MergeState } from './merge-state.ts';

/** What rules may ask of the disk and of git. Never rejects. Paths are absolute. */
export interface CheckSurroundings {
  exists(path: string): Promise<boolean>;
  /** Names in a directory; undefined where there is none. */
  names(directory: string): Promise<readonly string[] | undefined>;
  /** A small text file of the project such as package.json; undefined where it is missing or not small. */
  readText(path: string): Promise<string | undefined>;
  /** Files that git knows or does not ignore; undefined without git. */
  trackedFiles(): Promise<readonly string[] | undefined>;
  /** Those of the paths that git ignores; empty without git. */
  ignored(paths: readonly string[]): Promise<ReadonlySet<string>>;
}

/** One memory file that is looked at, whatever brought it in. */
export interface CheckedFile {
  readonly path: string;
  /** `index` and `delivery` are made by Varve from its records; nobody is asked to tidy them by hand. */
  readonly kind: 'memory' | 'index' | 'delivery' | 'record';
  readonly file: MemoryFile;
  /** How it loads; undefined for records, which no agent loads as a whole. */
  readonly resolved?: ResolvedFile;
  /** A range of the text as an editor counts it. */
  at(range: TextRange): CheckRange;
  /** Its entries of prose with their words; taken apart once, when first asked for. */
  worded(): readonly WordedEntry[];
}

/** An entry that says something in words: no code block, table or picture. */
export interface WordedEntry {
  readonly file: CheckedFile;
  readonly entry: Entry;
  /** Lower case, marks and punctuation left out, in order. */
  readonly words: readonly string[];
}

export interface CheckedRecord {
  readonly path: string;
  readonly record: MemoryRecord;
  readonly evidence?: Evidence;
}

/** A file that is a pure function of the records, as it is and as it should be. */
export interface DerivedFile {
  readonly path: string;
  readonly kind: 'index' | 'delivery';
  /** Undefined: it is missing. */
  readonly actual: string | undefined;
  readonly expected: string;
}

/** Everything a rule sees: one moment of the memory of one folder. */
export interface CheckInput {
  /** Git root, else the folder. */
  readonly root: string;
  /** Where an agent would be started. */
  readonly folder: string;
  readonly homeDirectory: string;
  readonly hierarchy: ResolvedHierarchy;
  /** Each path once, in load order. */
  readonly files: readonly CheckedFile[];
  readonly records: readonly CheckedRecord[];
  /** Files among the records that cannot be read as one. */
  readonly unreadable: readonly {
    readonly path: string;
    readonly message: string;
    /** Git left both sides of a merge in it. */
    readonly isMerge?: boolean;
  }[];
  readonly merge: MergeState;
  readonly derived: readonly DerivedFile[];
  /** Every anchor of every accepted record, compared with the working tree. */
  readonly freshness: readonly AnchorFreshness[];
  readonly surroundings: CheckSurroundings;
}

/** What a rule found; the rule's own severity unless it says another. */
export type Finding = Omit<CheckProblem, 'rule' | 'severity'> & { readonly severity?: CheckSeverity };

export interface CheckRule {
  /** Stable: used in suppressions, SARIF and configuration. */
  readonly name: string;
  readonly severity: CheckSeverity;
  /** One sentence: what is wrong where it speaks. */
  readonly summary: string;
  /** Why it matters and what to do about it. */
  readonly help: string;
  /** Pure over its input. Never rejects. */
  find(input: CheckInput): readonly Finding[] | Promise<readonly Finding[]>;
}
