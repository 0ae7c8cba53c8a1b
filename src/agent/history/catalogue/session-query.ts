import { isSessionTool, sessionTools } from '../transcript.ts';
import { isTranscriptState, type SessionFilter, transcriptStates } from './session-filter.ts';
import { timeSince } from './since.ts';

/** What a person types to find a session, as {@link readSessionQuery} understood it. */
export interface SessionQuery {
  /** All of them must be there. */
  readonly terms: readonly QueryTerm[];
  readonly filter: SessionFilter;
  /** What was passed over and why, in sentences. */
  readonly problems: readonly string[];
}

export interface QueryTerm {
  /** As typed: one word, or several that must follow one another. Holds a letter or a digit. */
  readonly text: string;
  /** The last word, where it may go on. */
  readonly isBeginning: boolean;
}

/** A longer query is read up to here: a pasted file must not stop the editor. */
const QUERY_UNITS = 1000;
const MOST_TERMS = 16;
/** A shorter beginning means half of all words. */
const BEGINNING_UNITS = 3;
const PIECE = /(?:([a-z]+):)?(?:"([^"]*)"?|([^\s"]+))/gu;
const KEYS: readonly string[] = ['tool', 'branch', 'file', 'state', 'since'];
const WORD = /[\p{L}\p{N}]/u;

/**
 * Reads words, "phrases" and `tool:codex branch:main file:src/a.ts state:interrupted since:2026-11-01`. Never fails: a
 * filter that is not understood is told of and left out. A key that is none (`http://…`) belongs to its word.
 */
export function readSessionQuery(text: string, now: number): SessionQuery {
  const reading = new QueryReading(now);
  const read = text.slice(0, QUERY_UNITS).replace(/\p{Cc}/gu, ' ');
  for (const match of read.matchAll(PIECE)) {
    const [whole, key, phrase, word] = match;
    const value = phrase ?? word ?? '';
    if (key !== undefined && KEYS.includes(key)) reading.addFilter(key, value);
    else if (key !== undefined && phrase !== undefined) {
      reading.addTerm(key, false);
      reading.addTerm(phrase, false);
    } else {
      const isLast = match.index + whole.length === read.length;
      reading.addTerm(phrase ?? whole, phrase === undefined && isLast);
    }
  }
  return reading.query();
}

class QueryReading {
  readonly #now: number;
  readonly #terms: QueryTerm[] = [];
  readonly #filter: { -readonly [Key in keyof SessionFilter]: SessionFilter[Key] } = {};
  readonly #problems: string[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  addTerm(text: string, mayGoOn: boolean): void {
    if (!WORD.test(text) || this.#terms.length >= MOST_TERMS) return;
    const isBeginning = mayGoOn && (/[\p{L}\p{N}\p{M}]+$/u.exec(text)?.[0].length ?? 0) >= BEGINNING_UNITS;
    if (!this.#terms.some((term) => term.text === text)) this.#terms.push({ text, isBeginning });
  }

  addFilter(key: string, value: string): void {
    const filter = this.#filter;
    if (value === '') this.#problems.push(`${key}: needs a value behind the colon.`);
    else if (key === 'branch') filter.branches = [...(filter.branches ?? []), value];
    else if (key === 'file') filter.files = [...(filter.files ?? []), value];
    else if (key === 'since') this.#addSince(value);
    else if (key === 'tool') {
      if (isSessionTool(value)) filter.tools = [...(filter.tools ?? []), value];
      else this.#problems.push(`tool: is one of ${sessionTools.join(', ')}, not "${value}".`);
    } else if (isTranscriptState(value)) filter.states = [...(filter.states ?? []), value];
    else this.#problems.push(`state: is one of ${transcriptStates.join(', ')}, not "${value}".`);
  }

  query(): SessionQuery {
    return { terms: this.#terms, filter: this.#filter, problems: this.#problems };
  }

  #addSince(value: string): void {
    const time = timeSince(value, this.#now);
    if (time === undefined)
      this.#problems.push(`since: is a day (2026-11-01) or an age (7d), not "${value}".`);
    else this.#filter.since = time;
  }
}
