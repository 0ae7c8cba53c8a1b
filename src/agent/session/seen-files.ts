import type { ReadState } from '../tools/read-state.ts';
import type { SeenFile } from './journal-event.ts';

/** What the model has seen of files, in the whole session: an edit after a crash needs no second reading. */
export interface SeenFiles extends ReadState {
  /** What was seen since this was asked last, to be journalled. */
  takeNew(): readonly SeenFile[];
}

export function createSeenFiles(known: readonly SeenFile[]): SeenFiles {
  const hashes = new Map(known.map(({ path, hash }) => [path, hash]));
  const unsaid = new Map<string, string>();
  return {
    remember: (path, hash) => {
      if (hashes.get(path) === hash) return;
      hashes.set(path, hash);
      unsaid.set(path, hash);
    },
    hashOf: (path) => hashes.get(path),
    takeNew: () => {
      const files = [...unsaid].map(([path, hash]) => ({ path, hash }));
      unsaid.clear();
      return files;
    },
  };
}
