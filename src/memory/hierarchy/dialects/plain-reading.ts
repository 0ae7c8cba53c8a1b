import { sha256 } from '../../../base/hash.ts';
import { estimateTokens } from '../../../base/tokens.ts';
import { readFrontMatter } from '../../file/front-matter.ts';
import type { MemoryFile } from '../../file/memory-file.ts';
import { parseMemoryFile } from '../../file/parse-memory-file.ts';
import { type CandidatePlace, describeCandidate } from '../candidate.ts';
import type { HierarchyReading, ResolvedFile, ResolveInput } from '../hierarchy.ts';
import { MAX_FILE_BYTES } from '../limits.ts';
import { isInside, shortPath } from '../places.ts';

/** A place where a program looks that reads files as they are. */
export interface PlainCandidate extends CandidatePlace {
  /** The front matter steers the program and is no text for the model. */
  readonly dropFrontMatter?: boolean;
}

/** What counts as read already: the same path, the same file under another name, or the same text. */
export type Once = 'path' | 'file' | 'content';

type Text = { readonly text: string; readonly bytes: number } | 'too-large' | undefined;

/**
 * What one program's reading has found so far. Opens each file at most once, only regular files of at most 4 MiB,
 * and in Restricted Mode only what stands in the workspace, links included. Nothing rejects.
 */
export class PlainReading {
  readonly input: ResolveInput;
  readonly #once: Once;
  readonly #files: ResolvedFile[] = [];
  readonly #texts = new Map<string, Promise<Text>>();
  readonly #shown = new Map<string, string>();
  readonly #visited = new Set<string>();
  readonly #known = new Map<string, string>();
  readonly #watch = new Set<string>();
  readonly #problems: { path: string; message: string }[] = [];

  constructor(input: ResolveInput, once: Once = 'path') {
    this.input = input;
    this.#once = once;
  }

  /** A path for people, as used in reasons. */
  short(path: string): string {
    const { repositoryRoot, cwd, homeDirectory } = this.input;
    return shortPath(path, { root: repositoryRoot ?? cwd, homeDirectory });
  }

  mayRead(path: string): boolean {
    const { trusted, cwd, repositoryRoot } = this.input;
    return trusted || isInside(path, cwd) || (repositoryRoot !== undefined && isInside(path, repositoryRoot));
  }

  /** The real path, or undefined where nothing is there or it may not be looked at. */
  async realPath(path: string): Promise<string | undefined> {
    if (!this.mayRead(path)) return undefined;
    const real = await this.input.reader.realPath(path);
    return real !== undefined && this.mayRead(real) ? real : undefined;
  }

  async exists(path: string): Promise<boolean> {
    return (await this.realPath(path)) !== undefined;
  }

  /** Whether a regular file stands there, of whatever size. */
  async isFile(path: string): Promise<boolean> {
    return (await this.#read(path)) !== undefined;
  }

  /** The text of a file that may be read, without judging it. */
  async text(path: string): Promise<string | undefined> {
    const read = await this.#read(path);
    return read === undefined || read === 'too-large' ? undefined : read.text;
  }

  /** The keys of the front matter; empty where there is none or it is broken, undefined where no file is. */
  async header(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const text = await this.text(path);
    return text === undefined ? undefined : (readFrontMatter(text).frontMatter?.values ?? {});
  }

  /** A file whose change can alter the answer although it is no memory file, such as settings. */
  watch(path: string): void {
    if (this.mayRead(path)) this.#watch.add(path);
  }

  async watchDirectory(path: string): Promise<void> {
    if (await this.exists(path)) this.#watch.add(path);
  }

  /** Said once, however often it is met. */
  addProblem(path: string, message: string): void {
    if (!this.#problems.some((known) => known.path === path && known.message === message))
      this.#problems.push({ path, message });
  }

  /** Judges a candidate; what does not exist is not listed. Answers the file where it loads now or later. */
  async visit(candidate: PlainCandidate): Promise<ResolvedFile | undefined> {
    const { path } = candidate;
    if (this.#visited.has(path) || !this.mayRead(path)) return undefined;
    this.#visited.add(path);
    const real = await this.input.reader.realPath(path);
    if (real === undefined) return undefined;
    this.#watch.add(path);
    if (!this.mayRead(real))
      return this.#skip(candidate, 'a link out of the workspace, not followed in Restricted Mode');
    if (candidate.skip !== undefined) return this.#skip(candidate, candidate.skip);
    return this.#load(candidate, real);
  }

  finish(): HierarchyReading {
    const loaded = this.#files.filter(({ state }) => state === 'loaded');
    const hierarchy = {
      files: this.#files,
      watch: [...this.#watch].sort(),
      problems: this.#problems,
      tokens: loaded.reduce((sum, { tokens }) => sum + tokens, 0),
    };
    const shown = this.#shown;
    let parsed: ReadonlyMap<string, MemoryFile> | undefined;
    return {
      hierarchy,
      // Who asks only which files are read does not pay for their Markdown.
      get files() {
        parsed ??= new Map([...shown].map(([path, text]) => [path, parseMemoryFile(text)]));
        return parsed;
      },
    };
  }

  async #load(candidate: PlainCandidate, real: string): Promise<ResolvedFile | undefined> {
    const read = await this.#read(candidate.path);
    if (read === undefined)
      return this.#skip(candidate, 'it is there but cannot be read: no regular file, or no permission');
    if (read === 'too-large') return this.#skip(candidate, 'larger than 4 MiB: too large to be looked at');
    this.#shown.set(candidate.path, read.text);
    const text = candidate.dropFrontMatter
      ? read.text.slice(readFrontMatter(read.text).bodyStart)
      : read.text;
    if (text.trim() === '') return this.#skip(candidate, 'empty', read.bytes);
    const key = this.#once === 'content' ? sha256(text.trim()) : real;
    const twin = this.#known.get(key);
    if (twin !== undefined && this.#once !== 'path')
      return this.#skip(candidate, `the same as ${this.short(twin)}: it loads once`, read.bytes);
    this.#known.set(key, candidate.path);
    return this.#push(candidate, { text, bytes: read.bytes });
  }

  #push(candidate: PlainCandidate, whole: { text: string; bytes: number }): ResolvedFile {
    const { text, cutOff } = candidate.cut?.(whole.text) ?? { text: whole.text };
    const file: ResolvedFile = {
      ...describeCandidate(candidate, candidate.state, candidate.reason),
      bytes: whole.bytes,
      tokens: estimateTokens(text),
      text,
      ...(cutOff === undefined ? {} : { cutOff }),
    };
    this.#files.push(file);
    if (cutOff !== undefined)
      this.addProblem(candidate.path, `Over its limit: ${cutOff}. Shorten it or split it.`);
    return file;
  }

  #skip(candidate: PlainCandidate, reason: string, bytes = 0): undefined {
    this.#files.push({ ...describeCandidate(candidate, 'skipped', reason), bytes, tokens: 0, text: '' });
    return undefined;
  }

  #read(path: string): Promise<Text> {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const read = this.realPath(path).then((real) =>
      real === undefined ? undefined : this.input.reader.readText(path, MAX_FILE_BYTES),
    );
    this.#texts.set(path, read);
    return read;
  }
}
