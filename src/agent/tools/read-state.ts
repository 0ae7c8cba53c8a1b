/** What the model has seen of each file in this run, by content hash: an edit of anything else is refused. */
export interface ReadState {
  remember(path: string, hash: string): void;
  hashOf(path: string): string | undefined;
}

export function createReadState(): ReadState {
  const hashes = new Map<string, string>();
  return {
    remember: (path, hash) => void hashes.set(path, hash),
    hashOf: (path) => hashes.get(path),
  };
}
