import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { TranscriptEntry } from '../transcript.ts';
import { ftsExpression, ftsTerm } from './fts-expression.ts';
import { NUMBERS } from './fts-schema.ts';
import type { IndexedEntry, IndexHit, IndexRequest } from './session-index.ts';
import type { SessionNumbers } from './session-numbers.ts';

/** Of what answers this many documents are weighed, those of the sessions that changed last: a word in all of them tells nothing more. */
const WEIGHED = 1_000;
const ENTRIES_SHOWN = 3;
/** What each further document of a session adds to its first. */
const FURTHER = 0.25;
/** Of two that answer alike, one this much older counts three quarters of the newer; ever older, half. */
const HALF_LIFE_MS = 30 * 24 * 60 * 60 * 1000;
/** How many sessions are looked at for words that stand in different documents. */
const ACROSS = 200;

// What a title, prompt, answer, command and path count for.
const WEIGHTS = '4.0, 3.0, 1.0, 2.0, 2.0';
const AMONG = `AND rowid / ${NUMBERS} IN (SELECT value FROM json_each(?))`;

/** Below anything that BM25 gives, which is never less than a millionth. */
const APART = 1e-12;

interface Found {
  readonly row: number;
  readonly number: number;
  /** Positive; higher is nearer. */
  readonly worth: number;
}

/** Finds by FTS5 and ranks by BM25, recency and how many documents of a session answer. */
export class FtsSearch {
  readonly #numbers: SessionNumbers;
  readonly #weigh: StatementSync;
  readonly #weighAmong: StatementSync;
  readonly #count: StatementSync;
  readonly #firstIn: StatementSync;
  readonly #place: StatementSync;

  constructor(database: DatabaseSync, numbers: SessionNumbers) {
    this.#numbers = numbers;
    const weigh = (among: string) =>
      database.prepare(
        `SELECT rowid AS row, -bm25(document, ${WEIGHTS}) AS worth FROM document WHERE document MATCH ? ${among} ORDER BY rowid DESC LIMIT ${WEIGHED}`,
      );
    this.#weigh = weigh('');
    this.#weighAmong = weigh(AMONG);
    this.#count = database.prepare(
      `SELECT rowid AS row FROM document WHERE document MATCH ? ORDER BY rowid DESC LIMIT ${WEIGHED}`,
    );
    this.#firstIn = database.prepare(
      `SELECT rowid / ${NUMBERS} AS number, min(rowid) AS row FROM document WHERE document MATCH ? ${AMONG} GROUP BY 1`,
    );
    this.#place = database.prepare('SELECT entry, kind, time FROM place WHERE number = ?');
  }

  search(request: IndexRequest): readonly IndexHit[] {
    this.#numbers.refresh();
    const among = request.among && this.#numbersOf(request.among);
    if (among?.size === 0) return [];
    const direct = this.#direct(request, among);
    const hits = this.#hits(direct, request, request.limit);
    if (hits.length >= request.limit || request.terms.length < 2) return hits;
    const known = new Set(direct.map(({ number }) => number));
    const apart = this.#across(request, among, known);
    return [...hits, ...this.#hits(apart, request, request.limit - hits.length)];
  }

  /** Documents that hold all of it. */
  #direct({ terms }: IndexRequest, among: ReadonlySet<number> | undefined): readonly Found[] {
    const expression = ftsExpression(terms);
    const rows = among
      ? this.#weighAmong.all(expression, JSON.stringify([...among]))
      : this.#weigh.all(expression);
    return rows.map(({ row, worth }) => foundAt(Number(row), Number(worth)));
  }

  /** Sessions that hold all of it in different documents: what a person remembers of one was rarely said at once. */
  #across(
    { terms }: IndexRequest,
    among: ReadonlySet<number> | undefined,
    known: ReadonlySet<number>,
  ): readonly Found[] {
    const expressions = terms.map(ftsTerm);
    const rows = expressions.map((expression) => this.#count.all(expression).map(({ row }) => Number(row)));
    const rarest = rows.reduce((least, one, at) => (one.length < (rows[least]?.length ?? 0) ? at : least), 0);
    const candidates = new Map<number, number[]>();
    for (const row of rows[rarest] ?? []) {
      const number = Math.floor(row / NUMBERS);
      if (candidates.size >= ACROSS || known.has(number)) continue;
      if (among === undefined || among.has(number)) candidates.set(number, [row]);
    }
    for (const [at, expression] of expressions.entries()) {
      if (at === rarest || candidates.size === 0) continue;
      const firsts = new Map(
        this.#firstIn
          .all(expression, JSON.stringify([...candidates.keys()]))
          .map(({ number, row }) => [Number(number), Number(row)]),
      );
      for (const [number, seen] of candidates) {
        const row = firsts.get(number);
        if (row === undefined) candidates.delete(number);
        else if (!seen.includes(row)) seen.push(row);
      }
    }
    return [...candidates.values()].flatMap((seen) => seen.map((row) => foundAt(row, APART)));
  }

  #hits(found: readonly Found[], { now }: IndexRequest, limit: number): readonly IndexHit[] {
    const sessions = new Map<number, Found[]>();
    for (const one of found) {
      const members = sessions.get(one.number);
      if (members) members.push(one);
      else sessions.set(one.number, [one]);
    }
    const weighed = [...sessions].flatMap(([number, members]) => {
      const session = this.#numbers.at(number);
      if (session === undefined) return [];
      const best = members.toSorted((one, other) => other.worth - one.worth).slice(0, ENTRIES_SHOWN);
      const worth = best.reduce((sum, one, at) => sum + one.worth * (at === 0 ? 1 : FURTHER), 0);
      return [{ key: session.key, score: worth * recency(now - session.modified), best }];
    });
    return weighed
      .sort((one, other) => other.score - one.score)
      .slice(0, limit)
      .map(({ key, score, best }) => ({
        key,
        score,
        entries: best.flatMap(({ row }) => this.#entryAt(row)),
      }));
  }

  #entryAt(row: number): readonly IndexedEntry[] {
    const place = this.#place.get(row);
    if (place === undefined) return [];
    return [
      {
        entry: String(place['entry']),
        kind: place['kind'] as TranscriptEntry['kind'],
        time: Number(place['time']),
      },
    ];
  }

  #numbersOf(keys: ReadonlySet<string>): ReadonlySet<number> {
    return new Set([...keys].flatMap((key) => this.#numbers.of(key)?.number ?? []));
  }
}

function foundAt(row: number, worth: number): Found {
  return { row, number: Math.floor(row / NUMBERS), worth };
}

function recency(age: number): number {
  return 0.5 + 0.5 * 0.5 ** (Math.max(0, age) / HALF_LIFE_MS);
}
