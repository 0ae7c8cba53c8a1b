/** Something with a life: whoever creates it ends it, once. */
export interface Disposable {
  dispose(): void;
}

/** Owns disposables and ends them in reverse order. Adding to an ended store ends the newcomer at once. */
export class DisposableStore implements Disposable {
  readonly #owned: Disposable[] = [];
  #ended = false;

  add<T extends Disposable>(item: T): T {
    if (this.#ended) item.dispose();
    else this.#owned.push(item);
    return item;
  }

  dispose(): void {
    this.#ended = true;
    while (this.#owned.length > 0) this.#owned.pop()?.dispose();
  }
}

export function toDisposable(dispose: () => void): Disposable {
  return { dispose };
}
