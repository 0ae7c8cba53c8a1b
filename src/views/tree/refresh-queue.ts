import type { Disposable } from '../../base/disposable.ts';

/** Requests closer together than this become one refresh. */
export const REFRESH_DELAY_MS = 100;

/**
 * Runs refreshes and reveals of one tree strictly one after another. A reveal that overlaps a refresh makes VS Code
 * fail with "Element with id … is already registered" (microsoft/vscode#192055).
 */
export class RefreshQueue implements Disposable {
  readonly #refresh: () => Promise<void>;
  readonly #onError: (error: unknown) => void;
  #tail: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(refresh: () => Promise<void>, onError: (error: unknown) => void) {
    this.#refresh = refresh;
    this.#onError = onError;
  }

  /** Asks for a refresh soon; many requests in a row become one. */
  request(): void {
    if (this.#ended || this.#timer) return;
    this.#timer = setTimeout(() => void this.flush(), REFRESH_DELAY_MS);
  }

  /** Refreshes without the delay. Resolves when it is done; failures go to the error listener. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.run(this.#refresh);
  }

  /** Does the work after everything that waits; never rejects. */
  run(work: () => Promise<void>): Promise<void> {
    const next = this.#tail.then(async () => {
      if (this.#ended) return;
      try {
        await work();
      } catch (error) {
        this.#onError(error);
      }
    });
    this.#tail = next;
    return next;
  }

  dispose(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }
}
