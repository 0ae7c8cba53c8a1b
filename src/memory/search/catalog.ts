import { setImmediate as nextTurn } from 'node:timers/promises';
import { excerptOf } from './excerpt.ts';
import type { HitDocument, HitGroup } from './hit-group.ts';
import { readQuery } from './query.ts';
import type { SearchHit, SearchOptions } from './search.ts';
import { SearchIndex } from './search-index.ts';

/** How long the index is worked on at a stretch, in milliseconds: others have to have their turn. */
const stretchMs = 8;
const defaultHits = 20;
const maxHits = 200;

/** Something to be found. It is taken apart again only when its stamp or its text is not what it was. */
export interface CatalogItem {
  readonly id: string;
  readonly stamp: string;
  readonly text: string;
  readonly group: () => HitGroup;
}

interface Known {
  readonly stamp: string;
  readonly text: string;
  readonly documents: ReadonlyMap<string, HitDocument>;
}

/** Everything that can be found, and the hits that answer a question. */
export class Catalog {
  readonly #index = new SearchIndex();
  readonly #known = new Map<string, Known>();

  /** Makes the catalog hold exactly these; of several with one id the first counts. Not to be called side by side. */
  async become(items: readonly CatalogItem[]): Promise<void> {
    const wanted = new Map<string, CatalogItem>();
    for (const item of items) if (!wanted.has(item.id)) wanted.set(item.id, item);
    const gone = [...this.#known.keys()].filter((id) => !wanted.has(id));
    for (const id of gone) this.#known.delete(id);
    this.#index.remove(gone);
    let since = performance.now();
    for (const item of wanted.values()) {
      this.#put(item);
      if (performance.now() - since < stretchMs) continue;
      await nextTurn();
      since = performance.now();
    }
  }

  search(text: string, options: SearchOptions = {}): readonly SearchHit[] {
    const query = readQuery(text, options.prefix === true);
    const isAsked = this.#index.wordTest(query);
    const asked = Math.trunc(options.limit ?? defaultHits);
    const limit = Math.min(Math.max(1, Number.isNaN(asked) ? defaultHits : asked), maxHits);
    return this.#index.rank(query, { limit }).flatMap(({ group, document, score }) => {
      const found = this.#known.get(group)?.documents.get(document);
      return found === undefined ? [] : [hitOf(found, score, isAsked)];
    });
  }

  #put({ id, stamp, text, group }: CatalogItem): void {
    const known = this.#known.get(id);
    if (known !== undefined && known.stamp === stamp && known.text === text) return;
    const made = group();
    this.#index.put({ ...made, id });
    this.#known.set(id, { stamp, text, documents: new Map(made.documents.map((one) => [one.id, one])) });
  }
}

function hitOf(found: HitDocument, score: number, isAsked: (word: string) => boolean): SearchHit {
  const { text, matches, line } = excerptOf(found.text, isAsked);
  return {
    ...found.face,
    excerpt: text,
    matches,
    ...(found.line === undefined ? {} : { line: found.line + line }),
    score: Math.round(score * 1000) / 1000,
  };
}
