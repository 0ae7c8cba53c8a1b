import type * as vscode from 'vscode';
import type { Disposable } from '../../base/disposable.ts';

/** Keys typed within this time are one question, in milliseconds. */
const settleMs = 60;

type Box<T extends vscode.QuickPickItem> = Pick<vscode.QuickPick<T>, 'items' | 'busy'>;

/** Asks for what is typed, one question at a time: a newer one takes the place of the one under way. */
export class Questions<T extends vscode.QuickPickItem> implements Disposable {
  readonly #box: Box<T>;
  readonly #answer: (query: string, signal: AbortSignal) => Promise<readonly T[]>;
  readonly #onError: (error: unknown) => void;
  #underWay = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    box: Box<T>,
    answer: (query: string, signal: AbortSignal) => Promise<readonly T[]>,
    onError: (error: unknown) => void,
  ) {
    this.#box = box;
    this.#answer = answer;
    this.#onError = onError;
  }

  ask(query: string): void {
    this.#stop();
    if (query.trim() === '') {
      this.#box.items = [];
      this.#box.busy = false;
      return;
    }
    this.#box.busy = true;
    const { signal } = this.#underWay;
    this.#timer = setTimeout(() => void this.#show(query, signal), settleMs);
  }

  dispose(): void {
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#underWay.abort();
    this.#underWay = new AbortController();
  }

  async #show(query: string, signal: AbortSignal): Promise<void> {
    try {
      const items = await this.#answer(query, signal);
      if (!signal.aborted) this.#box.items = items;
    } catch (error) {
      if (!signal.aborted) this.#onError(error);
    } finally {
      if (!signal.aborted) this.#box.busy = false;
    }
  }
}
