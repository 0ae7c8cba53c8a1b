import type { SearchHit, SearchOptions } from '../../memory/search/search.ts';

/** Port: asks the memory of the project a run works in. A `MemoryWorkspace` is one. */
export interface MemoryRecall {
  search(query: string, options: SearchOptions): Promise<readonly SearchHit[]>;
}
