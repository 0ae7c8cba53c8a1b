import { estimateTokens } from '../../base/tokens.ts';
import type { MemoryFile } from '../file/memory-file.ts';
import { parseMemoryFile } from '../file/parse-memory-file.ts';
import { type Candidate, describeCandidate, type LoadedCandidate } from './candidate.ts';
import { matchesExclude } from './claude-code/excludes.ts';
import { injectedText } from './claude-code/injected-text.ts';
import { type MemorySettings, readExternalApproval } from './claude-code/settings.ts';
import type { ResolvedFile, ResolvedHierarchy, ResolveInput } from './hierarchy.ts';
import { MAX_FILE_BYTES, WARN_FILE_UNITS, WARN_TOTAL_UNITS } from './limits.ts';
import { isInside, shortPath } from './places.ts';

type PathProblem = ResolvedHierarchy['problems'][number];
type Reading = { readonly text: string; readonly bytes: number } | 'too-large' | undefined;

/** What one resolving has found so far: reads each file at most once and gives each candidate its state and reason. */
export class Resolution {
  readonly input: ResolveInput;
  readonly settings: MemorySettings;
  #files: ResolvedFile[] = [];
  readonly #parsed = new Map<string, MemoryFile>();
  readonly #watch = new Set<string>();
  /** Each is made when the problems are asked for: finding those of a file takes its Markdown apart. */
  readonly #problems: (() => readonly PathProblem[])[] = [];
  readonly #visited = new Set<string>();
  readonly #read = new Set<string>();
  readonly #byPath = new Map<string, ResolvedFile>();
  /** What loads at the start, by its real path. What a read brings in is told apart by name alone (2.1.330). */
  readonly #byRealPath = new Map<string, ResolvedFile>();
  readonly #readings = new Map<string, Promise<Reading>>();
  #approval: Promise<boolean> | undefined;

  constructor(input: ResolveInput, settings: MemorySettings) {
    this.input = input;
    this.settings = settings;
    for (const path of settings.paths) this.#watch.add(path);
    this.#problems.push(() => settings.problems);
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

  /** Whether the user once allowed Claude Code what stands outside `cwd`. */
  async allowsExternal(): Promise<boolean> {
    this.#approval ??= readExternalApproval(this.input);
    return this.#approval;
  }

  async watchDirectory(path: string): Promise<void> {
    if (await this.exists(path)) this.#watch.add(path);
  }

  addProblem(path: string, message: string): void {
    this.#problems.push(() => [{ path, message }]);
  }

  hasVisited(path: string): boolean {
    return this.#visited.has(path);
  }

  /** The agent has this file's text from reading it: Claude Code does not attach it once more. */
  noteRead(path: string): void {
    this.#read.add(path);
  }

  /** What was found so far, in order. */
  get files(): readonly ResolvedFile[] {
    return this.#files;
  }

  /** Moves what was found since `from` to an earlier place. */
  moveTo(place: number, from: number): void {
    const moved = this.#files.splice(from);
    this.#files.splice(place, 0, ...moved);
  }

  /** Parses a file without judging it; undefined where it cannot be read. */
  async parse(path: string): Promise<MemoryFile | undefined> {
    const reading = await this.#readOnce(path);
    if (reading === undefined || reading === 'too-large') return undefined;
    const parsed = this.#parsed.get(path) ?? this.#parse(path, reading.text);
    this.#parsed.set(path, parsed);
    return parsed;
  }

  /** What {@link visit} would answer, without a row for it. */
  async peek(candidate: Candidate): Promise<LoadedCandidate | undefined> {
    const realPath = await this.input.reader.realPath(candidate.path);
    if (realPath === undefined || this.#reasonToSkip(candidate, realPath) !== undefined) return undefined;
    const parsed = await this.parse(candidate.path);
    return parsed === undefined ? undefined : { candidate, realPath, parsed };
  }

  #parse(path: string, text: string): MemoryFile {
    return this.input.reader.parse?.(path, text) ?? parseMemoryFile(text);
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
    if (!this.#read.has(path)) return this.#load(candidate, realPath);
    // What it imports is attached all the same.
    this.#skip(candidate, 'the agent has read it itself');
    const parsed = await this.parse(path);
    return parsed && { candidate, realPath, parsed };
  }

  /** Text that is no file of its own, such as instructions within managed settings. */
  addText(candidate: Candidate, text: string): void {
    if (candidate.skip === undefined)
      this.#push(candidate, { text: text.trim(), bytes: Buffer.byteLength(text) });
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
    const problems = [...this.#problems];
    let found: readonly PathProblem[] | undefined;
    const hierarchy = {
      files: this.#files,
      watch: [...this.#watch].sort(),
      get problems() {
        found ??= problems.flatMap((find) => find());
        return found;
      },
      tokens: loaded.reduce((sum, { tokens }) => sum + tokens, 0),
    };
    const shown = new Set(this.#files.map(({ path }) => path));
    return { hierarchy, files: new Map([...this.#parsed].filter(([path]) => shown.has(path))) };
  }

  #reasonToSkip(candidate: Candidate, realPath: string): string | undefined {
    if (!this.mayRead(realPath)) return 'a link out of the workspace, not followed in Restricted Mode';
    const isLate = candidate.trigger === 'read' || candidate.state === 'on-demand';
    const same = isLate ? this.#byPath.get(candidate.path) : this.#byRealPath.get(realPath);
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

  #isExcluded({ path, alias, scope, isAutoMemory }: Candidate): boolean {
    if (scope === 'managed' || isAutoMemory || this.settings.excludes.length === 0) return false;
    return this.settings.excludes.some(
      (pattern) => matchesExclude(pattern, path) || (alias !== undefined && matchesExclude(pattern, alias)),
    );
  }

  async #load(candidate: Candidate, realPath: string): Promise<LoadedCandidate | undefined> {
    const reading = await this.#readOnce(candidate.path);
    if (reading === undefined)
      return this.#skip(candidate, 'it is there but cannot be read: no regular file, or no permission');
    if (reading === 'too-large')
      return this.#skip(candidate, 'larger than 4 MiB: Claude Code leaves it out as a whole');
    const parsed = (await this.parse(candidate.path)) ?? this.#parse(candidate.path, reading.text);
    const text = injectedText(candidate, reading.text);
    const loaded = { candidate, realPath, parsed };
    if (text.trim() === '') {
      this.#skip(candidate, 'empty', reading.bytes);
      return loaded;
    }
    const twin =
      candidate.notAgain &&
      this.#files.find((file) => candidate.notAgain?.(file) && file.text.trim() === text.trim());
    if (twin !== undefined) {
      const reason = `has the same content as ${this.short(twin.path)}, which loads already`;
      this.#skip(candidate, reason, reading.bytes);
      return loaded;
    }
    const file = this.#push(candidate, { text, bytes: reading.bytes });
    this.#byPath.set(candidate.path, file);
    if (file.trigger === 'start') this.#byRealPath.set(realPath, file);
    this.#visited.add(candidate.path);
    this.#problems.push(() => parsed.problems.map(({ message }) => ({ path: candidate.path, message })));
    return loaded;
  }

  #push(candidate: Candidate, { text: whole, bytes }: { text: string; bytes: number }): ResolvedFile {
    const { text, cutOff } = candidate.cut?.(whole) ?? { text: whole };
    const file = {
      ...describeCandidate(candidate, candidate.state, candidate.reason),
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
    this.#files.push({ ...describeCandidate(candidate, 'skipped', reason), bytes, tokens: 0, text: '' });
    return undefined;
  }

  #readOnce(path: string): Promise<Reading> {
    const known = this.#readings.get(path);
    if (known !== undefined) return known;
    const reading = this.input.reader.readText(path, MAX_FILE_BYTES);
    this.#readings.set(path, reading);
    return reading;
  }
}

// What only loads on demand does not keep the same file from loading from the start.
function counts(earlier: ResolvedFile, candidate: Candidate): boolean {
  return earlier.state === 'loaded' || candidate.state === 'on-demand';
}
