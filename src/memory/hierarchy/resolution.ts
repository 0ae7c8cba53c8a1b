import { dirname } from 'node:path';
import { matchGlob } from '../../base/glob.ts';
import { sha256 } from '../../base/hash.ts';
import { estimateTokens } from '../../base/tokens.ts';
import type { MemoryFile } from '../file/memory-file.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import { stripComments } from '../file/strip-comments.ts';
import type { MemorySettings } from './claude-code/settings.ts';
import type { LoadState, ResolvedFile, ResolvedHierarchy, ResolveInput, Scope } from './hierarchy.ts';
import { type Cut, MAX_FILE_BYTES, WARN_FILE_UNITS, WARN_TOTAL_UNITS } from './limits.ts';
import { isInside, shortPath } from './places.ts';

/** A place where a memory file may stand, and what would be said of it if it does. */
export interface Candidate {
  readonly path: string;
  readonly scope: Scope;
  readonly state: 'loaded' | 'on-demand';
  /** Unless told: `start` where it loads, `read` where it waits. */
  readonly trigger?: ResolvedFile['trigger'];
  readonly reason: string;
  readonly parent?: string;
  readonly globs?: readonly string[];
  /** Why it does not load although it is there. */
  readonly skip?: string | undefined;
  /** Cuts the stripped text to what loads. */
  readonly cut?: (text: string) => Cut;
  /** Auto memory is in no `claudeMdExcludes`, is read with its front matter kept where recalled, and imports nothing. */
  readonly isAutoMemory?: boolean;
}

export interface LoadedCandidate {
  readonly candidate: Candidate;
  readonly realPath: string;
  readonly parsed: MemoryFile;
}

type Reading = { readonly text: string; readonly bytes: number } | 'too-large' | undefined;

/** What one resolving has found so far: reads each file at most once and gives each candidate its state and reason. */
export class Resolution {
  readonly input: ResolveInput;
  readonly settings: MemorySettings;
  readonly #files: ResolvedFile[] = [];
  readonly #parsed = new Map<string, MemoryFile>();
  readonly #watch = new Set<string>();
  readonly #problems: { path: string; message: string }[] = [];
  readonly #visited = new Set<string>();
  readonly #byIdentity = new Map<string, ResolvedFile>();
  readonly #byContent = new Map<string, ResolvedFile>();
  readonly #readings = new Map<string, Promise<Reading>>();

  constructor(input: ResolveInput, settings: MemorySettings) {
    this.input = input;
    this.settings = settings;
    for (const path of settings.paths) this.#watch.add(path);
    this.#problems.push(...settings.problems);
  }

  /** A path for people, as used in reasons. */
  short(path: string): string {
    const { repositoryRoot, cwd, homeDirectory } = this.input;
    return shortPath(path, { root: repositoryRoot ?? cwd, homeDirectory });
  }

  /** Whether the file may be looked at: in Restricted Mode only what stands in the workspace. */
  mayRead(path: string): boolean {
    const { trusted, cwd, repositoryRoot } = this.input;
    return trusted || isInside(path, cwd) || (repositoryRoot !== undefined && isInside(path, repositoryRoot));
  }

  async exists(path: string): Promise<boolean> {
    return this.mayRead(path) && (await this.input.reader.realPath(path)) !== undefined;
  }

  async watchDirectory(path: string): Promise<void> {
    if (await this.exists(path)) this.#watch.add(path);
  }

  addProblem(path: string, message: string): void {
    this.#problems.push({ path, message });
  }

  hasVisited(path: string): boolean {
    return this.#visited.has(path);
  }

  /** Parses a file without judging it; undefined where it cannot be read. */
  async parse(path: string): Promise<MemoryFile | undefined> {
    const reading = await this.#read(path);
    if (reading === undefined || reading === 'too-large') return undefined;
    const parsed = this.#parsed.get(path) ?? parseMemoryFile(reading.text);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  /** Judges a candidate. Answers what its imports need where it loads now or later, else undefined. */
  async visit(candidate: Candidate): Promise<LoadedCandidate | undefined> {
    const { path } = candidate;
    if (candidate.parent === undefined && this.#visited.has(path)) return undefined;
    if (candidate.parent === undefined) this.#visited.add(path);
    if (!this.mayRead(path)) return undefined;
    const realPath = await this.input.reader.realPath(path);
    if (realPath === undefined) return undefined;
    this.#watch.add(path);
    if (realPath !== path && this.mayRead(realPath)) this.#watch.add(realPath);
    const skip = this.#reasonToSkip(candidate, realPath);
    if (skip !== undefined) return this.#skip(candidate, skip);
    return this.#load(candidate, realPath);
  }

  /** Text that is no file of its own, such as instructions within managed settings. */
  addText(candidate: Candidate, text: string): void {
    if (candidate.skip === undefined) this.#push(candidate, { text, bytes: Buffer.byteLength(text) });
    else this.#skip(candidate, candidate.skip);
  }

  skipUnseen(candidate: Candidate, reason: string): void {
    this.#visited.add(candidate.path);
    this.#skip(candidate, reason);
  }

  finish(): { readonly hierarchy: ResolvedHierarchy; readonly files: ReadonlyMap<string, MemoryFile> } {
    const loaded = this.#files.filter(({ state }) => state === 'loaded');
    const units = loaded.reduce((sum, { text }) => sum + text.length, 0);
    if (units > WARN_TOTAL_UNITS) {
      const message = `All files together load ${units.toLocaleString('en')} characters; Claude Code warns from ${WARN_TOTAL_UNITS.toLocaleString('en')}. Shorten them or move parts to rules with paths.`;
      this.addProblem(this.input.cwd, message);
    }
    const hierarchy = {
      files: this.#files,
      watch: [...this.#watch].sort(),
      problems: this.#problems,
      tokens: loaded.reduce((sum, { tokens }) => sum + tokens, 0),
    };
    const shown = new Set(this.#files.map(({ path }) => path));
    return { hierarchy, files: new Map([...this.#parsed].filter(([path]) => shown.has(path))) };
  }

  #reasonToSkip(candidate: Candidate, realPath: string): string | undefined {
    if (!this.mayRead(realPath)) return 'a link out of the workspace, not followed in Restricted Mode';
    const same = this.#byIdentity.get(realPath);
    if (same !== undefined && counts(same, candidate)) return this.#sameFile(candidate, same, realPath);
    if (this.#isExcluded(candidate)) return 'excluded by claudeMdExcludes in the settings';
    return candidate.skip;
  }

  #sameFile(candidate: Candidate, same: ResolvedFile, realPath: string): string {
    const name = this.short(same.path);
    if (same.path === candidate.path)
      return same.parent === undefined ? 'already loaded' : `already imported by ${this.short(same.parent)}`;
    const link =
      realPath === candidate.path ? `${name} is a link to it` : `a link to the same file as ${name}`;
    return `${link}: it loads once, under that name`;
  }

  #isExcluded({ path, scope, isAutoMemory }: Candidate): boolean {
    if (scope === 'managed' || isAutoMemory || this.settings.excludes.length === 0) return false;
    return matchGlob(this.settings.excludes, path.split('\\').join('/'), { dot: true });
  }

  async #load(candidate: Candidate, realPath: string): Promise<LoadedCandidate | undefined> {
    const reading = await this.#read(candidate.path);
    if (reading === undefined)
      return this.#skip(candidate, 'it is there but cannot be read: no regular file, or no permission');
    if (reading === 'too-large')
      return this.#skip(candidate, 'larger than 4 MiB: Claude Code leaves it out as a whole');
    const parsed = (await this.parse(candidate.path)) ?? parseMemoryFile(reading.text);
    // Recall reads a topic file as it is; everything else loses front matter and comments.
    const isRecalled = candidate.isAutoMemory === true && candidate.state === 'on-demand';
    const stripped = isRecalled ? reading.text : stripComments(reading.text);
    if (stripped.trim() === '') return this.#skip(candidate, 'empty', reading.bytes);
    const content = sha256(stripped.trim());
    const twin = this.#byContent.get(content);
    if (twin !== undefined && counts(twin, candidate)) {
      return this.#skip(
        candidate,
        `has the same content as ${this.short(twin.path)}, which loads already`,
        reading.bytes,
      );
    }
    const file = this.#push(candidate, { text: stripped, bytes: reading.bytes });
    this.#byIdentity.set(realPath, file);
    this.#byContent.set(content, file);
    this.#visited.add(candidate.path);
    for (const { message } of parsed.problems) this.addProblem(candidate.path, message);
    return { candidate, realPath, parsed };
  }

  #push(candidate: Candidate, { text: whole, bytes }: { text: string; bytes: number }): ResolvedFile {
    const { text, cutOff } = candidate.cut?.(whole) ?? { text: whole };
    const file = {
      ...describe(candidate, candidate.state, candidate.reason),
      bytes,
      tokens: estimateTokens(text),
      text,
      ...(cutOff === undefined ? {} : { cutOff }),
    };
    this.#files.push(file);
    if (cutOff !== undefined && candidate.state === 'loaded')
      this.addProblem(candidate.path, `Over its limit: ${cutOff}. Shorten it.`);
    if (text.length > WARN_FILE_UNITS) {
      const limit = WARN_FILE_UNITS.toLocaleString('en');
      this.addProblem(
        candidate.path,
        `Longer than ${limit} characters, from which Claude Code warns. Shorten it or move parts to rules with paths.`,
      );
    }
    return file;
  }

  #skip(candidate: Candidate, reason: string, bytes = 0): undefined {
    this.#files.push({ ...describe(candidate, 'skipped', reason), bytes, tokens: 0, text: '' });
    return undefined;
  }

  #read(path: string): Promise<Reading> {
    const known = this.#readings.get(path);
    if (known !== undefined) return known;
    const reading = this.input.reader.readText(path, MAX_FILE_BYTES);
    this.#readings.set(path, reading);
    return reading;
  }
}

/** Directory that a file's imports start from. */
export function importBase({ realPath }: LoadedCandidate): string {
  return dirname(realPath);
}

// What only loads on demand does not keep the same file from loading from the start.
function counts(earlier: ResolvedFile, candidate: Candidate): boolean {
  return earlier.state === 'loaded' || candidate.state === 'on-demand';
}

function describe(candidate: Candidate, state: LoadState, reason: string) {
  const { path, scope, parent, globs } = candidate;
  return {
    path,
    scope,
    state,
    trigger: candidate.trigger ?? (candidate.state === 'loaded' ? 'start' : 'read'),
    reason,
    ...(parent === undefined ? {} : { parent }),
    ...(globs === undefined ? {} : { globs }),
  };
}
