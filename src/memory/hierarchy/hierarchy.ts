import type { MemoryFile } from '../file/memory-file.ts';

/** The levels of the hierarchy, broadest first: this order is the order on screen. */
export const scopes = ['managed', 'user', 'project', 'folder', 'local', 'rules', 'auto', 'session'] as const;
export type Scope = (typeof scopes)[number];

/** Programs whose reading of memory files is known, one file each in `dialects/`. */
export const dialects = [
  'claude-code',
  'agents-md',
  'copilot',
  'cursor',
  'windsurf',
  'cline',
  'gemini',
  'codex',
] as const;
export type Dialect = (typeof dialects)[number];

export interface ListedEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory';
  /** Its place in the order in which the file system keeps the directory, where that is known. */
  readonly position?: number;
}

/** What the resolver may ask of the disk. Never rejects; `undefined` says "not there or not readable". */
export interface HierarchyReader {
  /** Text of a file of at most `maxBytes`; `too-large` otherwise. */
  readText(
    path: string,
    maxBytes: number,
  ): Promise<{ readonly text: string; readonly bytes: number } | 'too-large' | undefined>;
  /** Names with kind, links followed; empty where there is no such directory. */
  list(path: string): Promise<readonly ListedEntry[]>;
  realPath(path: string): Promise<string | undefined>;
  /** Takes a text of the path apart; a reader that keeps what it read keeps this too. `parseMemoryFile` unless told. */
  parse?(path: string, text: string): MemoryFile;
}

export interface ResolveInput {
  readonly dialect: Dialect;
  /** Where an agent would be started: absolute, real. */
  readonly cwd: string;
  /** Git root of `cwd`, where there is one. */
  readonly repositoryRoot?: string;
  /** The file in front of the user; decides what would load on demand for it. */
  readonly activeFile?: string;
  /** Files an agent has read so far in this session. */
  readonly filesRead?: readonly string[];
  /**
   * Paths of memory files below `cwd` that a watcher or `git ls-files` found: shown as on-demand. The resolver
   * itself never searches the repository.
   */
  readonly knownNested?: readonly string[];
  /** Directories given with `--add-dir`, in that order; absolute or relative to `cwd`. */
  readonly addedDirectories?: readonly string[];
  /** Settings layers that count, as in `--setting-sources`; all of them unless told. */
  readonly settingSources?: readonly ('user' | 'project' | 'local')[];
  /** What `--settings` was given: a path or JSON. */
  readonly settingsArgument?: string;
  /** Whether the user allowed Claude Code imports from outside `cwd`; unless told, its own record of it is read. */
  readonly externalImportsApproved?: boolean;
  readonly homeDirectory: string;
  /** `$CLAUDE_CONFIG_DIR` or `~/.claude`. */
  readonly configDirectory: string;
  /** Where managed files stand on this system; a parameter, so that tests stay in their directory. */
  readonly managedDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** False in Restricted Mode: nothing outside the workspace is read, external imports stay closed. */
  readonly trusted: boolean;
  readonly reader: HierarchyReader;
}

/**
 * `loaded`: in the context from the start, or for the active file. `on-demand`: would load when a file it
 * governs is read. `skipped`: a candidate that does not load; `reason` says why.
 */
export type LoadState = 'loaded' | 'on-demand' | 'skipped';

export interface ResolvedFile {
  readonly path: string;
  readonly scope: Scope;
  readonly state: LoadState;
  /**
   * What brings it in: the start of a session, or the read of a file it governs. What a read brought in is lost
   * when the conversation is compacted, and comes back with the next such read.
   */
  readonly trigger: 'start' | 'read';
  /** In words, for people: "imported by CLAUDE.md", "matches src/**", "a CLAUDE.md stands beside it". */
  readonly reason: string;
  /** The importing file. */
  readonly parent?: string;
  /** Patterns of a rule's `paths:`. */
  readonly globs?: readonly string[];
  readonly bytes: number;
  /** Estimate for the part that loads. */
  readonly tokens: number;
  /** What loads: comments stripped, cut to the limits. Empty for skipped files. */
  readonly text: string;
  /** What the limits cut off, in words, e.g. "lines 201–240 of 240 are cut off". */
  readonly cutOff?: string;
}

export interface ResolvedHierarchy {
  /** In load order; on-demand and skipped candidates after the files they stand beside. */
  readonly files: readonly ResolvedFile[];
  /** Every path (file or directory) whose appearance, change or end can alter the answer. */
  readonly watch: readonly string[];
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  /** Tokens of all loaded files. */
  readonly tokens: number;
}

/** A resolved hierarchy with the parsed files it was made from, so that both show the same moment. */
export interface HierarchyReading {
  readonly hierarchy: ResolvedHierarchy;
  /** By path: every candidate whose text was read. */
  readonly files: ReadonlyMap<string, MemoryFile>;
}
